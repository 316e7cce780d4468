"""Build firmware with a model for a board."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..boards.board import Board
from ..boards.firmware import build as firmware
from ..boards.firmware.self_test import NO_SELF_TEST, self_test_sources
from ..exporters.c import model_names, sources
from ..model.integer_model import IntegerModel
from ..runtime.runtime import Runtime
from ..support.files import refuse_foreign, replacing
from .boards import Target, target
from .fit import advised
from .models import File, Integers, open_integer
from .result import Result
from .samples import Data, first, load


@dataclass(frozen=True)
class BuildResult(Result):
    """Linked firmware: ``elf`` for ``board`` with the model ``hash``, 16 hexadecimal digits.

    ``sections``: bytes by section; ``flash_bytes`` of ``flash_size`` and ``ram_bytes`` of ``ram_size``
    are used. ``tables``: bytes of the largest objects, by memory and name. ``stack_bound``: most bytes
    of stack that it takes, None where the compiler does not say; ``stack_size``: bytes reserved.
    """

    elf: Path
    board: str
    hash: str
    compiler: str
    sections: Mapping[str, int]
    flash_bytes: int
    flash_size: int
    ram_bytes: int
    ram_size: int
    tables: Mapping[str, Mapping[str, int]]
    stack_bound: int | None
    stack_size: int


def build(
    model: Integers,
    board: Target | Board | str,
    output: File | None = None,
    *,
    self_test: int | None = None,
    data: Data = None,
) -> BuildResult:
    """Build firmware with ``model`` for ``board`` in the folder ``output``, firmware-BOARD if None.

    The C of an exported folder is taken as it is. ``self_test``: how many samples to put into the
    firmware, which compares its answers with the host's at boot. ``data``: the samples to take them
    from, None: the test samples of the data set that ``model`` was trained on. Raises ``InputError``;
    ``DoesNotFit`` for too little memory; ``ToolError`` without a compiler.

        api.build("digits", "microbit").flash_bytes
    """
    aim = target(board)
    chosen = aim.open()
    code = _sources(model)
    samples = host_answers(open_integer(model), data, self_test) if self_test else NO_SELF_TEST
    folder = output_folder(output or f"firmware-{chosen.name}")
    with replacing(folder) as scratch, advised(model, chosen):
        made = firmware.build(chosen, code, scratch, aim.compiler, samples)
    return BuildResult(
        elf=folder / firmware.ELF,
        board=chosen.name,
        hash=f"{made.hash:016x}",
        compiler=made.compiler,
        sections=dict(made.sections),
        flash_bytes=made.flash_bytes,
        flash_size=chosen.flash.size,
        ram_bytes=made.ram_bytes,
        ram_size=chosen.ram.size,
        tables=made.tables,
        stack_bound=made.stack_bound,
        stack_size=chosen.stack,
    )


def output_folder(folder: File) -> Path:
    """Return the absolute ``folder``. Raises ``InputError`` if it holds anything but firmware, at any
    depth."""
    path = Path(folder).absolute()
    names = model_names(path / firmware.MODEL)
    refuse_foreign(path, firmware.ENTRIES, firmware.ELF, lambda file: firmware.is_own(file, names))
    return path


def host_answers(model: IntegerModel, data: Data, count: int) -> dict[str, str]:
    """Return the first ``count`` samples of ``data`` and the host's answers, as C."""
    images = load(model, first(data, count)).images
    return self_test_sources(images, Runtime(model).run(images))


def _sources(model: Integers) -> dict[str, str]:
    if isinstance(model, (str, os.PathLike)) and Path(model).is_dir():
        return firmware.exported(Path(model))
    return sources(open_integer(model))
