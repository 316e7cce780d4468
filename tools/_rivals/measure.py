"""Cost of a network on an emulated board (instructions, cycles, energy, flash, RAM), and its accuracy."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from integers import sources
from nets import Rival

from snnedge.boards import board_file
from snnedge.boards.cost.cycles import Cycles, cycles
from snnedge.boards.cost.energy import Energy, energies
from snnedge.boards.emulate.instruction_count import Count, count
from snnedge.boards.firmware.build import Firmware, build
from snnedge.errors import DoesNotFit, ToolError
from snnedge.model.integer_model import IntegerModel
from snnedge.runtime.runtime import Runtime
from snnedge.support import plugins
from snnedge.support.resources import folder

COMPILER = "gcc"  # which reports the stack
EMPTY = "    (void)sample;\n    r->label = 0;\n    for (int k = 0; k < 10; k++) r->spike_counts[k] = 0;"


@dataclass(frozen=True)
class Cost:
    """Cost of one inference, mean over images: ``instructions``, ``cycles`` and ``energy``, None where no
    source supports them. ``flash``, ``ram``: bytes besides those of a firmware without a network.
    ``differ``: results that are not the host's."""

    instructions: float
    cycles: Cycles | None
    energy: Energy | None
    flash: int
    ram: int
    differ: int
    compiler: str


def spiking(model: IntegerModel, board: str, images: np.ndarray) -> Cost:
    """Measure the cost of ``model`` on the board of this name, for uint8 ``images`` (n, 28, 28)."""
    files = plugins.load("exporters", "c").sources(model)
    expected = Runtime(model).run(images)

    def differ(found: Count) -> int:
        return int((found.outcome.spike_counts != expected.spike_counts).any(1).sum())

    return _cost(files, model.hash, board, images, differ)


def rival(net: Rival, board: str, images: np.ndarray) -> Cost | str:
    """Measure an artificial network as ``spiking`` does; or return why the board cannot have it."""
    labels, scores = net.answer(images)

    def differ(found: Count) -> int:
        wrong = found.outcome.labels != labels
        if scores is not None:
            wrong |= (found.outcome.spike_counts.astype(int) - 32768 != scores).any(1)
        return int(wrong.sum())

    try:
        return _cost(_with_core(net.files), net.hash, board, images, differ)
    except DoesNotFit as error:
        return f"does not fit: {str(error).partition(': ')[2].partition(' (')[0]}"
    except ToolError as error:
        if "ld returned" not in str(error):
            raise
        return "does not link: gcc has no floats for this core"


def _cost(files: Mapping[str, str], model_hash: int, name: str, images: np.ndarray, differ) -> Cost:
    board = board_file.load(name)
    place = board_file.counting(board)
    with tempfile.TemporaryDirectory(prefix="rivals-") as scratch:
        nothing = build(place, _with_core(sources("", EMPTY, 4)[0]), Path(scratch) / "nothing", COMPILER)
        firmware = build(place, files, Path(scratch) / "firmware", COMPILER)
        found = count(firmware, images, model_hash)
        total = cycles(replace(firmware, board=board), found.executed)
        each = total.each(len(images)) if total else None
        return Cost(
            instructions=sum(found.phases.values()),
            cycles=each,
            energy=next(iter(energies(board, each)), None) if each else None,
            flash=firmware.flash_bytes - nothing.flash_bytes,
            ram=_ram(firmware) - _ram(nothing),
            differ=differ(found),
            compiler=firmware.compiler,
        )


def _ram(firmware: Firmware) -> int:
    """Return the bytes of variables, and the most that the stack takes."""
    return firmware.sections[".data"] + firmware.sections[".bss"] + (firmware.stack_bound or 0)


def _with_core(files: Mapping[str, str]) -> dict[str, str]:
    return {**files, "snn.h": (folder("csrc") / "snn.h").read_text("utf-8")}
