"""Take in cycles that a real board has measured: they replace the estimates of that board."""

import argparse
from typing import TYPE_CHECKING, Any

from .. import board_argument, cost
from ..argument_types import cycles, text
from ..model_arguments import add_data, add_model, samples

if TYPE_CHECKING:
    from ...api.calibrate_board import CalibrateBoardResult

EXAMPLE = "snnedge calibrate-board digits/model.safetensors --board microbit --cycles 90000"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    board_argument.add_target(parser)
    parser.add_argument(
        "--cycles",
        type=cycles,
        required=True,
        metavar="N",
        help="per inference, as the board says after its self-test: PASS <hash> N ticks",
    )
    parser.add_argument(
        "--source",
        type=text,
        default="the board's own counter",
        metavar="TEXT",
        help="how it was measured (default: the board's own counter)",
    )
    add_data(parser, str(board_argument.SELF_TEST))


def run(args: argparse.Namespace) -> "CalibrateBoardResult":
    from ...api.calibrate_board import calibrate_board

    return calibrate_board(
        args.model, board_argument.target(args), args.cycles, samples(args), source=args.source
    )


def show(result: dict[str, Any]) -> str:
    return "\n".join(
        [
            f"{result['board']}, model {result['hash']}, {result['compiler']}: kept in {result['file']}",
            f"  {result['samples']} images of {result['data']}",
            *(f"  {line}" for line in cost.lines(result, result["clock_hz"])),
            f"  {_compared(result)}",
        ]
    )


def _compared(result: dict[str, Any]) -> str:
    estimate = result["estimated"]
    if estimate is None:
        return "no estimate to compare with: the board is not emulated here, or its core has no table"
    where = (
        "within"
        if estimate["low"] <= result["cycles_per_inference"]["typ"] <= estimate["high"]
        else "OUTSIDE"
    )
    said = "{typ:,.0f} ({low:,.0f} to {high:,.0f})".format(**estimate)
    return f"estimated were {said}: {result['ratio']:.3f} times that, {where} the range"
