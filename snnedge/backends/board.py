"""`board:NAME`: the model's firmware on an emulated board (`snnedge boards` lists them)."""

import shutil
import tempfile
import weakref
from pathlib import Path

import numpy as np

from .. import registry
from ..errors import InputError
from ..integer_model import IntegerModel
from ..outcome import Outcome
from ..runtime import Runtime
from ..targets import boards
from ..targets.board import Board
from ..targets.build import Firmware, build
from ..targets.golden import NONE, golden_sources
from ..targets.qemu import Emulation, emulate
from ..targets.toolchain import AUTO

INTEGER = True
ARGUMENT = True


class BoardBackend:
    """Firmware for ``model`` in a folder of its own, which lives as long as this object.

    ``golden``: uint8 (n, *shape), samples on which it tests itself at boot, against the host's answers.
    """

    def __init__(
        self, model: IntegerModel, board: Board, compiler: str = AUTO, golden: np.ndarray | None = None
    ) -> None:
        self.model = model
        folder = tempfile.mkdtemp(prefix="snnedge-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        sources = registry.load("exporters", "c").sources(model)
        tested = NONE if golden is None else golden_sources(golden, Runtime(model).run(golden))
        self.firmware: Firmware = build(board, sources, Path(folder) / "firmware", compiler, tested)

    def run(self, images: np.ndarray) -> Outcome:
        """Answers for uint8 ``images`` (n, *shape). Raises ``ToolError`` when the board fails."""
        return self.emulate(images).outcome

    def emulate(self, images: np.ndarray) -> Emulation:
        """As ``run``, and the instructions that each inference took."""
        return emulate(self.firmware, images, self.model.hash)


def open(source: IntegerModel, argument: str | None) -> BoardBackend:
    """Build ``source`` for the board called ``argument``. Raises ``InputError`` for an unknown one."""
    if not argument:
        raise InputError(f"backend 'board' needs a name: board:NAME, NAME of {', '.join(boards.files())}")
    return BoardBackend(source, boards.load(argument))
