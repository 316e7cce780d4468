"""`board:NAME`: the model's firmware on an emulated board (`snnedge boards` lists them)."""

import shutil
import tempfile
import weakref
from pathlib import Path

import numpy as np

from ..boards import board_file
from ..boards.board import Board
from ..boards.emulate.qemu import Emulation, emulate
from ..boards.firmware.build import Firmware, build
from ..boards.firmware.self_test import NO_SELF_TEST, self_test_sources
from ..boards.firmware.toolchain import AUTO
from ..errors import InputError
from ..model.integer_model import IntegerModel
from ..model.outcome import Outcome
from ..runtime.runtime import Runtime
from ..support import plugins

INTEGER = True
ARGUMENT = True


class BoardBackend:
    """Firmware for ``model`` in a folder of its own, which is removed with this object.

    ``self_test``: uint8 (n, *shape), samples that the firmware compares with the host's answers at boot.
    """

    def __init__(
        self, model: IntegerModel, board: Board, compiler: str = AUTO, self_test: np.ndarray | None = None
    ) -> None:
        self.model = model
        folder = tempfile.mkdtemp(prefix="snnedge-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        sources = plugins.load("exporters", "c").sources(model)
        samples = (
            NO_SELF_TEST
            if self_test is None
            else self_test_sources(self_test, Runtime(model).run(self_test))
        )
        self.firmware: Firmware = build(board, sources, Path(folder) / "firmware", compiler, samples)

    def run(self, images: np.ndarray) -> Outcome:
        """Answer uint8 ``images`` (n, *shape). Raises ``ToolError`` when the board fails."""
        return self.emulate(images).outcome

    def emulate(self, images: np.ndarray) -> Emulation:
        """Answer as ``run`` does, with the instructions of each inference."""
        return emulate(self.firmware, images, self.model.hash)


def open(source: IntegerModel, argument: str | None) -> BoardBackend:
    """Build ``source`` for the board called ``argument``. Raises ``InputError`` for an unknown one."""
    if not argument:
        raise InputError(
            f"backend 'board' needs a name: board:NAME, NAME of {', '.join(board_file.files())}"
        )
    return BoardBackend(source, board_file.load(argument))
