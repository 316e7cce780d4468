"""Count the instructions of an inference on an emulated board; estimate its time and energy."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from ..backends.board import BoardBackend
from ..boards import board_file
from ..boards.board import Board
from ..boards.cost import measured
from ..boards.cost.cycles import Cycles, cycles
from ..boards.emulate import instruction_count
from ..boards.emulate.instruction_count import Count
from ..measure.synops import synaptic_operations
from ..model.integer_model import IntegerModel
from ..model.outcome import mismatches
from ..runtime.runtime import Runtime
from .boards import Target, target
from .cost import AsicCost, Cost, asic, cost
from .fit import advised
from .models import Integers, open_integer
from .result import FLAT, Result
from .samples import Data, described, load

SAMPLES = 100


@dataclass(frozen=True)
class CountResult(Result):
    """Executed instructions of one inference, the mean over ``samples`` samples.

    ``ok``: no answer differs from the host's. ``counted_on``: the emulated board, which executes the
    same as ``board``. ``cost``: cycles, time and energy. ``asic``: synaptic operations in a chip of
    their own. ``phases``: instructions by phase of a time step; ``functions``: by C function. ``hash``:
    of the model, 16 hexadecimal digits.
    """

    ok: bool
    board: str
    counted_on: str
    clock_hz: int
    data: str
    samples: int
    mismatches: int
    instructions_per_inference: float
    cost: Annotated[Cost, FLAT]
    asic: AsicCost
    phases: Mapping[str, float]
    functions: Mapping[str, float]
    compiler: str
    hash: str


@dataclass(frozen=True)
class Counted:
    """Answers and instructions of firmware that ``compiler`` made, on the emulated board ``counted_on``.

    ``estimate``: cycles of one inference on the board that was meant, None for a core without a table.
    """

    counted_on: str
    compiler: str
    count: Count
    estimate: Cycles | None

    @property
    def instructions(self) -> float:
        """Instructions per inference."""
        return sum(self.count.phases.values())


def count(model: Integers, board: Target | Board | str, data: Data = None) -> CountResult:
    """Count every instruction of ``model`` on ``board``, or on an emulated one that executes the same.

    ``data``: the samples to answer. None loads the first 100 test samples of the data set that ``model``
    was trained on. Raises ``InputError``;
    ``DoesNotFit`` for too little memory; ``ToolError`` without a compiler or QEMU.

        api.count("zoo:digits", "microbit").phases
    """
    aim = target(board)
    chosen = aim.open()
    integers = open_integer(model)
    dataset = load(integers, data, SAMPLES)
    with advised(model, board_file.counting(chosen, aim.folder)):
        found = counted(integers, aim, chosen, dataset.images)
    expected = Runtime(integers).run(dataset.images)
    differing = mismatches(found.count.outcome, expected)
    subject = measured.Subject(
        integers.hash_text, found.compiler, described(dataset), len(dataset), found.instructions
    )
    synaptic = sum(synaptic_operations(Runtime(integers), dataset.images, expected.steps).values())
    known = measured.load(chosen.name)
    return CountResult(
        ok=differing == 0,
        board=chosen.name,
        counted_on=found.counted_on,
        clock_hz=chosen.clock_hz,
        data=subject.data,
        samples=len(dataset),
        mismatches=differing,
        instructions_per_inference=found.instructions,
        cost=cost(chosen, measured.applied(known, subject, found.estimate)),
        asic=asic(synaptic),
        phases=found.count.phases,
        functions={name: n / len(dataset) for (_, name), n in found.count.functions.items()},
        compiler=found.compiler,
        hash=integers.hash_text,
    )


def counted(model: IntegerModel, aim: Target, board: Board, images: np.ndarray) -> Counted:
    """Count the instructions of ``model`` on uint8 ``images`` (n, ...); ``aim`` names ``board``."""
    equal = board_file.counting(board, aim.folder)
    backend = BoardBackend(model, equal, aim.compiler)  # its files are there as long as it is
    found = instruction_count.count(backend.firmware, images, model.hash)
    estimate = cycles(replace(backend.firmware, board=board), found.executed)
    each = estimate.each(len(images)) if estimate else None
    return Counted(equal.name, backend.firmware.compiler, found, each)
