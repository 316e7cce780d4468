"""Take in cycles that a real board has measured: they replace the estimates of that board."""

import argparse
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from .. import board_argument, cost
from ..model_arguments import add_data, add_model, load_data, open_integer

if TYPE_CHECKING:
    import numpy as np

    from ...boards.board import Board
    from ...boards.cost.cycles import Cycles

EXAMPLE = "snnedge calibrate-board digits/model.safetensors --board microbit --cycles 90000"
PLAUSIBLE = 100  # cycles per instruction: beyond, the number is of something else


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    board_argument.add_target(parser)
    parser.add_argument(
        "--cycles",
        type=_cycles,
        required=True,
        metavar="N",
        help="per inference, as the board says after its self-test: PASS <hash> N ticks",
    )
    parser.add_argument(
        "--source",
        type=_text,
        default="the board's own counter",
        metavar="TEXT",
        help="how it was measured (default: the board's own counter)",
    )
    add_data(parser, samples=board_argument.SELF_TEST)


def run(args: argparse.Namespace) -> dict[str, Any]:
    import datetime

    from ...boards import board_file
    from ...boards.cost import measured
    from ...boards.emulate import qemu
    from ...boards.firmware import toolchain

    board = board_argument.load_board(args)
    model = open_integer(args.model)
    dataset = load_data(args, model)
    instructions, estimate = 0.0, None
    place = board_file.counting(board, args.boards)
    if qemu.missing(place) is None:
        instructions, estimate = _counted(args, board, place, dataset.images)
    _check(args, instructions)
    compiler = toolchain.find(board.core, args.compiler).title
    data = f"{dataset.name} {dataset.split}"
    subject = measured.Subject(model.hash_text, compiler, data, len(dataset), instructions)
    today = datetime.date.today().isoformat()
    typ = estimate.typ if estimate else 0.0
    found = measured.Measurement(subject, args.cycles, typ, today, args.source)
    file = measured.keep(board.name, found)
    return {
        "file": str(file),
        "board": board.name,
        "clock_hz": board.clock_hz,
        **asdict(subject),
        "estimated": estimate and {"low": estimate.low, "typ": estimate.typ, "high": estimate.high},
        "ratio": found.ratio,
        **cost.cost(board, measured.applied((found,), subject, estimate)),
    }


def show(result: dict[str, Any]) -> str:
    return "\n".join(
        [
            f"{result['board']}, model {result['hash']}, {result['compiler']}: kept in {result['file']}",
            f"  {result['samples']} images of {result['data']}",
            *(f"  {line}" for line in cost.lines(result, result["clock_hz"])),
            f"  {_compared(result)}",
        ]
    )


def _counted(
    args: argparse.Namespace, board: "Board", place: "Board", images: "np.ndarray"
) -> tuple[float, "Cycles | None"]:
    """Instructions per inference, counted on ``place``, and the estimate of ``board``'s cycles, or None."""
    from ...backends.board import BoardBackend
    from ...boards.cost.cycles import cycles
    from ...boards.emulate.instruction_count import count

    model = open_integer(args.model)
    backend = BoardBackend(model, place, args.compiler)
    counted = count(backend.firmware, images, model.hash)
    estimate = cycles(replace(backend.firmware, board=board), counted.executed)
    return sum(counted.phases.values()), estimate.each(len(images)) if estimate else None


def _check(args: argparse.Namespace, instructions: float) -> None:
    """Raise ``InputError`` when the number cannot be cycles of these inferences."""
    from ...errors import InputError

    if instructions and not instructions <= args.cycles <= PLAUSIBLE * instructions:
        raise InputError(
            f"--cycles {args.cycles:,.0f}: an inference takes {instructions:,.0f} instructions, mean of"
            f" {args.samples} samples; give the cycles of one on a real board, and --samples as there"
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


def _cycles(text: str) -> float:
    value = float(text)
    if not 1 <= value <= 10**12:
        raise argparse.ArgumentTypeError(f"{text} is not a number of cycles, 1 to 10^12")
    return value


def _text(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("say how it was measured")
    return text
