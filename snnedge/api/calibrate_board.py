"""Keep cycles that a real board has measured: they replace the estimates for that board."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from ..boards import board_file
from ..boards.board import Board
from ..boards.cost import measured
from ..boards.cost.cycles import Cycles
from ..boards.cost.measured import Measurement, Subject
from ..boards.emulate import qemu
from ..boards.firmware import toolchain
from ..errors import InputError
from ..model.integer_model import IntegerModel
from .boards import SELF_TEST, Target, target
from .cost import Cost, Range, cost
from .count import counted
from .models import Integers, open_integer
from .result import FLAT, Result
from .samples import Data, described, load

PLAUSIBLE = 100  # cycles per instruction: beyond, the number is of something else


@dataclass(frozen=True)
class CalibrateBoardResult(Result):
    """Cycles of a real board, kept in ``file``.

    ``subject``: the model, compiler, samples and instructions that the cycles belong to.
    ``estimated``: cycles per inference, or None where the board is not emulated; ``ratio``: measured /
    estimated. ``cost``: cycles, time and energy from now on.
    """

    file: Path
    board: str
    clock_hz: int
    subject: Annotated[Subject, FLAT]
    estimated: Range | None
    ratio: float | None
    cost: Annotated[Cost, FLAT]


def calibrate_board(
    model: Integers,
    board: Target | Board | str,
    cycles: float,
    data: Data = None,
    *,
    source: str = "the board's own counter",
) -> CalibrateBoardResult:
    """Keep the number of ``cycles`` that one inference of ``model`` takes on the real ``board``.

    You have measured it there: firmware of ``snnedge build --self-test`` reports it. It is the mean over
    the samples ``data``. None loads the first 10 test samples of the data set that ``model`` was trained
    on. ``source``: a text on how it was measured. From then on ``count`` reports it for this board in
    place of its estimate. Raises ``InputError`` for fewer cycles than instructions, or more than 100 for
    each.

        api.calibrate_board("zoo:digits", "microbit", 90_000).ratio
    """
    aim = target(board)
    chosen = aim.open()
    integers = open_integer(model)
    dataset = load(integers, data, SELF_TEST)
    instructions, estimate = _counted(integers, aim, chosen, dataset.images)
    _check(cycles, instructions, len(dataset))
    compiler = toolchain.find(chosen.core, aim.compiler).title
    subject = Subject(integers.hash_text, compiler, described(dataset), len(dataset), instructions)
    found = _measurement(subject, cycles, estimate, source)
    return CalibrateBoardResult(
        file=measured.keep(chosen.name, found),
        board=chosen.name,
        clock_hz=chosen.clock_hz,
        subject=subject,
        estimated=Range(estimate.low, estimate.typ, estimate.high) if estimate else None,
        ratio=found.ratio,
        cost=cost(chosen, measured.applied((found,), subject, estimate)),
    )


def _counted(
    model: IntegerModel, aim: Target, board: Board, images: np.ndarray
) -> tuple[float, Cycles | None]:
    """Return the instructions per inference and the estimated cycles; 0 and None without emulator."""
    if qemu.missing(board_file.counting(board, aim.folder)) is not None:
        return 0.0, None
    found = counted(model, aim, board, images)
    return found.instructions, found.estimate


def _check(cycles: float, instructions: float, samples: int) -> None:
    """Raise ``InputError`` when the number cannot be cycles of these inferences."""
    if instructions and not instructions <= cycles <= PLAUSIBLE * instructions:
        raise InputError(
            f"--cycles {cycles:,.0f}: an inference takes {instructions:,.0f} instructions, mean of"
            f" {samples} samples; give the cycles of one on a real board, and --samples as there"
        )


def _measurement(subject: Subject, cycles: float, estimate: Cycles | None, source: str) -> Measurement:
    today = datetime.date.today().isoformat()
    return Measurement(subject, cycles, estimate.typ if estimate else 0.0, today, source)
