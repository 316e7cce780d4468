"""Run a model on an emulated board and compare its answers with the host's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..backends.board import BoardBackend
from ..boards.board import Board
from ..boards.emulate.qemu import Emulation
from ..data import Dataset
from ..model.outcome import Outcome, mismatches
from ..runtime.runtime import Runtime
from .boards import Target, target
from .fit import advised
from .models import Integers, open_integer
from .result import FLAT, HIDDEN, Result
from .samples import Data, described, load

SAMPLES = 100


@dataclass(frozen=True)
class Instructions(Result):
    """Executed instructions of one inference: mean, least and most over the samples.

    All None where no clock of the emulator counts them.
    """

    instructions_per_inference: float | None = None
    instructions_min: float | None = None
    instructions_max: float | None = None


@dataclass(frozen=True, eq=False, repr=False)
class EmulateResult(Result):
    """Answers of an emulated board to ``samples`` samples.

    ``ok``: no answer differs from the host's and the self-test has not failed. ``emulated``: always
    true, which marks the JSON object as that of an emulator, not of a real board. ``transport``:
    semihosting or uart. ``self_test``: the line that it printed, or None without one. ``mismatches``:
    samples on which an answer or spike count differs from the host's. ``labels``: int16 (samples,), -1
    = undecided. ``spike_counts``: per sample, neuron -> spikes of those that fired. ``correct``: right
    labels. ``instructions_resolution``: instructions per tick of the clock that counted them.
    ``flash_bytes``, ``ram_bytes``: of the firmware. ``hash``: of the model, 16 hexadecimal digits.
    ``outcome``: all answers.
    """

    ok: bool
    board: str
    emulated: bool
    transport: str
    self_test: str | None
    data: str
    samples: int
    mismatches: int
    labels: np.ndarray
    spike_counts: tuple[Mapping[int, int], ...]
    correct: int
    instructions: Annotated[Instructions, FLAT]
    instructions_resolution: float
    compiler: str
    flash_bytes: int
    ram_bytes: int
    hash: str
    outcome: Annotated[Outcome, HIDDEN]


def emulate(
    model: Integers, board: Target | Board | str, data: Data = None, *, self_test: int | None = None
) -> EmulateResult:
    """Run ``model`` on the emulated ``board`` and compare its answers with the host's.

    ``data``: the samples to answer. None loads the first 100 test samples of the data set that ``model``
    was trained on. ``self_test``: the firmware also compares its answers to so many of them at boot.
    Raises ``InputError``; ``DoesNotFit`` for too little
    memory; ``ToolError`` without a compiler or QEMU, or when the board fails.

        api.emulate("zoo:digits", "microbit").instructions.instructions_per_inference
    """
    aim = target(board)
    chosen = aim.open()
    integers = open_integer(model)
    dataset = load(integers, data, SAMPLES)
    expected = Runtime(integers).run(dataset.images)
    golden = dataset.images[:self_test] if self_test else None
    with advised(model, chosen):
        backend = BoardBackend(integers, chosen, aim.compiler, golden)
    found = backend.emulate(dataset.images)
    return _result(backend, dataset, found, mismatches(found.outcome, expected))


def _result(backend: BoardBackend, dataset: Dataset, found: Emulation, differing: int) -> EmulateResult:
    firmware, outcome = backend.firmware, found.outcome
    return EmulateResult(
        ok=differing == 0 and not (found.verdict or "").startswith("FAIL"),
        board=firmware.board.name,
        emulated=True,
        transport=firmware.board.transport,
        self_test=found.verdict,
        data=described(dataset),
        samples=len(dataset),
        mismatches=differing,
        labels=outcome.labels,
        spike_counts=tuple(_fired(counts) for counts in outcome.spike_counts),
        correct=int((outcome.labels == dataset.labels).sum()),
        instructions=_counted(found.instructions),
        instructions_resolution=found.resolution,
        compiler=firmware.compiler,
        flash_bytes=firmware.flash_bytes,
        ram_bytes=firmware.ram_bytes,
        hash=backend.model.hash_text,
        outcome=outcome,
    )


def _counted(found: np.ndarray | None) -> Instructions:
    if found is None:
        return Instructions()
    return Instructions(float(found.mean()), float(found.min()), float(found.max()))


def _fired(counts: np.ndarray) -> dict[int, int]:
    """Return the spike counts of one sample by neuron, without neurons that did not fire."""
    return {int(j): int(counts[j]) for j in counts.nonzero()[0]}
