"""Boards: one TOML file each in firmware/boards/, or in a folder of one's own. Data only."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ..errors import InputError
from ..registry import choose
from ..resources import folder as resource
from .cores import Core, known
from .fields import Fields, read

ENVIRONMENT = "SNNEDGE_BOARDS"  # names a folder with more boards
ADDRESSES = 2**32
MAX_HZ = 2**32 - 1  # a 32-bit constant in board.h, and in the banner


@dataclass(frozen=True)
class Region:
    """Memory from address ``origin``, ``size`` bytes."""

    origin: int
    size: int


@dataclass(frozen=True)
class Board:
    """A board. ``clock_hz`` of the core and its tick counter; ``stack`` in bytes, reserved in ``ram``.

    ``transport``: a file in firmware/transports/. ``machine``: what QEMU calls the board, or None.
    """

    name: str
    title: str
    core: Core
    clock_hz: int
    transport: str
    flash: Region
    ram: Region
    stack: int
    machine: str | None


def files(folder: str | os.PathLike[str] | None = None) -> dict[str, Path]:
    """Board names and their files. A board in ``folder`` (else $SNNEDGE_BOARDS) hides a bundled one.

    Raises ``InputError`` when that folder is not there.
    """
    folders = [resource("firmware") / "boards"]
    extra = folder or os.environ.get(ENVIRONMENT)
    if extra:
        folders.append(Path(extra))
    for place in folders:
        if not place.is_dir():
            raise InputError(f"{place}: no such folder of boards (--boards or ${ENVIRONMENT})")
    found = {path.stem: path for place in folders for path in place.glob("*.toml")}
    return dict(sorted(found.items()))


def load(name: str, folder: str | os.PathLike[str] | None = None) -> Board:
    """The board called ``name``. Raises ``InputError`` for an unknown name or a faulty file."""
    paths = files(folder)
    return read_board(paths[choose(name, paths, "board")])


def read_board(path: Path) -> Board:
    """The board in the TOML file at ``path``, named by the file's stem. Raises ``InputError``."""
    if not path.stem.replace("-", "").replace("_", "").isalnum():
        raise InputError(f"{path}: a board's file name has letters, digits, '-' and '_' only")
    with read(path) as top:
        with top.table("memory") as memory:
            flash, ram = _region(memory, "flash"), _region(memory, "ram")
            stack = memory.integer("stack", 256, ram.size)
        return Board(
            name=path.stem,
            title=top.text("title"),
            core=known()[_choice(top, "core", known())],
            clock_hz=top.integer("clock_hz", 1, MAX_HZ),
            transport=_choice(top, "transport", transports()),
            flash=flash,
            ram=ram,
            stack=stack,
            machine=_machine(top),
        )


def transports() -> dict[str, Path]:
    """Names of transports and their C files."""
    return {path.stem: path for path in sorted(resource("firmware").glob("transports/*.c"))}


def _region(fields: Fields, name: str) -> Region:
    with fields.table(name) as region:
        origin = region.integer("origin", 0, ADDRESSES - 1)
        return Region(origin, region.integer("size", 1024, ADDRESSES - origin))


def _choice(fields: Fields, name: str, choices: Collection[str]) -> str:
    value = fields.text(name)
    if value not in choices:
        raise fields.error(name, f"is {value!r}; known: {', '.join(choices)}")
    return value


def _machine(top: Fields) -> str | None:
    if "qemu" not in top:
        return None
    with top.table("qemu") as qemu:
        return qemu.text("machine")
