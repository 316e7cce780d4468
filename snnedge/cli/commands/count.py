"""Count the instructions of an inference on an emulated board; estimate time and energy."""

import argparse
from typing import TYPE_CHECKING, Any

from .. import board_argument, cost
from ..model_arguments import add_data, add_model, samples

if TYPE_CHECKING:
    from ...api.count import CountResult

EXAMPLE = "snnedge count digits/model.safetensors --board microbit --samples 20"
SHOWN = 8  # functions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    board_argument.add_target(parser)
    add_data(parser, "100")


def run(args: argparse.Namespace) -> "CountResult":
    from ...api.count import count

    return count(args.model, board_argument.target(args), samples(args))


def show(result: dict[str, Any]) -> str:
    total = result["instructions_per_inference"]
    functions = list(result["functions"].items())[:SHOWN]
    lines = [
        f"{result['board']} ({_emulated(result)}), model {result['hash']}, {result['compiler']}",
        f"  {result['samples']} images of {result['data']}: {result['mismatches']} differ from the host",
        f"  {total:,.1f} instructions per inference (counted one by one; emulated)",
        *(f"  {line}" for line in cost.lines(result, result["clock_hz"])),
        f"  {cost.asic_line(result['asic'])}",
    ]
    for items in (result["phases"].items(), functions):
        lines += ["", *(f"  {number:>11,.1f}  {number / total:6.1%}  {name}" for name, number in items)]
    return "\n".join(lines)


def _emulated(result: dict[str, Any]) -> str:
    counted_on = result["counted_on"]
    return (
        "emulated"
        if counted_on == result["board"]
        else f"counted on {counted_on}, emulated, which executes the same"
    )
