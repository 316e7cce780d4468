"""Count the instructions of an inference on an emulated board, exactly, by phase and function."""

import argparse
from typing import Any

from . import _target
from ._model import add_data, add_model, load_data, open_integer

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
        f"  {total:,.1f} instructions per inference (counted one by one; emulated, not cycles)",
    ]
    for items in (result["phases"].items(), functions):
        lines += ["", *(f"  {number:>11,.1f}  {number / total:6.1%}  {name}" for name, number in items)]
    return "\n".join(lines)
