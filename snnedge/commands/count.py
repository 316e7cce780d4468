"""Count the instructions of an inference on an emulated board, exactly, by phase and function."""

import argparse
from typing import TYPE_CHECKING, Any

from . import _target
from ._model import add_data, add_model, load_data, open_integer

if TYPE_CHECKING:
    from ..targets.cycles import Cycles

EXAMPLE = "snnedge count digits/model.safetensors --board microbit --samples 20"
SHOWN = 8  # functions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    _target.add_target(parser)
    add_data(parser, samples=100)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ..backends.board import BoardBackend
    from ..outcome import mismatches
    from ..runtime import Runtime
    from ..targets.count import count
    from ..targets.cycles import cycles

    board = _target.load_board(args)
    model = open_integer(args.model)
    dataset = load_data(args, model)
    firmware = BoardBackend(model, board, args.compiler)
    counted = count(firmware.firmware, dataset.images, model.hash)
    differing = mismatches(counted.outcome, Runtime(model).run(dataset.images))
    return {
        "ok": differing == 0,
        "board": board.name,
        "data": f"{dataset.name} {dataset.split}",
        "samples": len(dataset),
        "mismatches": differing,
        "instructions_per_inference": sum(counted.phases.values()),
        "cycles_per_inference": _per_inference(cycles(firmware.firmware, counted.executed), len(dataset)),
        "phases": counted.phases,
        "functions": {
            function: instructions / len(dataset)
            for (_, function), instructions in counted.functions.items()
        },
        "compiler": firmware.firmware.compiler,
        "hash": model.hash_text,
    }


def show(result: dict[str, Any]) -> str:
    total = result["instructions_per_inference"]
    functions = list(result["functions"].items())[:SHOWN]
    lines = [
        f"{result['board']} (emulated), model {result['hash']}, {result['compiler']}",
        f"  {result['samples']} images of {result['data']}: {result['mismatches']} differ from the host",
        f"  {total:,.1f} instructions per inference (counted one by one; emulated)",
        f"  {_cycles(result['cycles_per_inference'])}",
    ]
    for items in (result["phases"].items(), functions):
        lines += ["", *(f"  {number:>11,.1f}  {number / total:6.1%}  {name}" for name, number in items)]
    return "\n".join(lines)


def _per_inference(total: "Cycles | None", samples: int) -> dict[str, Any] | None:
    if total is None:
        return None
    ends = {"low": total.low, "typ": total.typ, "high": total.high}
    return {name: cycles / samples for name, cycles in ends.items()} | {"source": total.source}


def _cycles(told: dict[str, Any] | None) -> str:
    if told is None:
        return "cycles not told: no table for this core"
    said = "{typ:,.0f} cycles ({low:,.0f} to {high:,.0f}), estimated at zero wait states from {source}"
    return said.format(**told)
