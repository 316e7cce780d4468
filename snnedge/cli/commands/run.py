"""Run a model on an emulated board and compare its spikes with the host's."""

import argparse
from typing import TYPE_CHECKING, Any

from .. import board_argument
from ..fit import priced
from ..model_arguments import add_data, add_model, load_data, open_integer

if TYPE_CHECKING:
    import numpy as np

EXAMPLE = "snnedge run digits/model.safetensors --board microbit --samples 100"

COUNTS = ("instructions_per_inference", "instructions_min", "instructions_max")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    board_argument.add_target(parser)
    board_argument.add_self_test(parser)
    add_data(parser, samples=100)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ...backends.board import BoardBackend
    from ...model.outcome import mismatches
    from ...runtime.runtime import Runtime

    board = board_argument.load_board(args)
    model = open_integer(args.model)
    dataset = load_data(args, model)
    expected = Runtime(model).run(dataset.images)
    self_test = dataset.images[: args.self_test] if args.self_test else None
    with priced(args.model, board):
        backend = BoardBackend(model, board, args.compiler, self_test)
    emulation = backend.emulate(dataset.images)
    differing = mismatches(emulation.outcome, expected)
    return {
        "ok": differing == 0 and not (emulation.verdict or "").startswith("FAIL"),
        "board": board.name,
        "emulated": True,
        "transport": board.transport,
        "self_test": emulation.verdict,
        "data": f"{dataset.name} {dataset.split}",
        "samples": len(dataset),
        "mismatches": differing,
        "labels": emulation.outcome.labels.tolist(),
        "spike_counts": [_fired(counts) for counts in emulation.outcome.spike_counts],
        "correct": int((emulation.outcome.labels == dataset.labels).sum()),
        **_counted(emulation.instructions),
        "instructions_resolution": emulation.resolution,
        "compiler": backend.firmware.compiler,
        "flash_bytes": backend.firmware.flash_bytes,
        "ram_bytes": backend.firmware.ram_bytes,
        "hash": model.hash_text,
    }


def show(result: dict[str, Any]) -> str:
    samples, differing = result["samples"], result["mismatches"]
    return "\n".join(
        [
            f"{result['board']} (emulated), model {result['hash']}, {result['compiler']}",
            f"  {samples} images of {result['data']}: {result['correct']} labels right,"
            f" {differing} differ from the host",
            *([f"  self-test: {result['self_test']}"] if result["self_test"] else []),
            f"  {_instructions(result)}",
            f"  flash {result['flash_bytes']:,} bytes, RAM {result['ram_bytes']:,} bytes",
        ]
    )


def _counted(instructions: "np.ndarray | None") -> dict[str, float | None]:
    """Mean, least and most over the samples; None where no clock counts instructions."""
    if instructions is None:
        return dict.fromkeys(COUNTS)
    found = instructions.mean(), instructions.min(), instructions.max()
    return dict(zip(COUNTS, map(float, found), strict=True))


def _instructions(result: dict[str, Any]) -> str:
    mean, least, most = (result[key] for key in COUNTS)
    if mean is None:
        return "instructions not counted: this emulator has no clock that does"
    return (
        f"{mean:,.0f} instructions per inference ({least:,.0f} to {most:,.0f};"
        f" counted to {result['instructions_resolution']:g}; emulated, not cycles)"
    )


def _fired(counts: "np.ndarray") -> dict[int, int]:
    """Spike counts of one sample by neuron; silent neurons are left out."""
    return {int(j): int(counts[j]) for j in counts.nonzero()[0]}
