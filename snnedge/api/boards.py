"""Boards as the functions of the API take them, and the list of all with what each can do here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..boards import board_file, flash
from ..boards.board import Board, Current, Uart
from ..boards.emulate import qemu
from ..boards.firmware import toolchain
from ..boards.firmware.toolchain import AUTO
from ..errors import InputError, SnnedgeError
from .result import Result

SELF_TEST = 10  # samples


@dataclass(frozen=True)
class Target:
    """A board and how to build for it.

    ``board``: a value, a name of ``boards()``, or a file NAME.toml. ``compiler``: gcc, zig, or auto for
    gcc where it is installed. ``transport``: semihosting or uart; None for the board's own. ``folder``:
    of more boards; None for $SNNEDGE_BOARDS.
    """

    board: Board | str
    compiler: str = AUTO
    transport: str | None = None
    folder: str | os.PathLike[str] | None = None

    def open(self) -> Board:
        """Return the board. Raises ``InputError`` for an unknown name, a faulty file or transport."""
        if isinstance(self.board, Board):
            return (
                self.board
                if self.transport is None
                else board_file.with_transport(self.board, self.transport)
            )
        if not isinstance(self.board, (str, os.PathLike)):
            raise InputError(
                f"a {type(self.board).__name__} is no board: give a name, NAME.toml, or a Board"
            )
        return board_file.load(os.fspath(self.board), self.folder, self.transport)


def target(board: Target | Board | str) -> Target:
    """Return ``board`` as a ``Target``, with the defaults if it is none."""
    return board if isinstance(board, Target) else Target(board)


@dataclass(frozen=True)
class BoardInfo:
    """A board: memory in bytes, currents in milliampere, what can be done with it on this machine.

    ``runners``: programs that write its flash, with their settings; ``flash_by``: the one that
    ``flash`` takes by itself, or None. ``build``, ``emulate``: whether that works here; ``compilers``:
    those that are installed. ``machine``: QEMU's name for it, or None; ``counted_on``: a board with the
    same instructions. ``optional``, ``missing``: what to install, one line each.
    """

    name: str
    title: str
    core: str
    clock_hz: int
    flash_bytes: int
    ram_bytes: int
    wait_states: int | None
    currents: tuple[Current, ...]
    runners: Mapping[str, Mapping[str, str]]
    flash_by: str | None
    transport: str
    uart: Uart | None
    build: bool
    compilers: tuple[str, ...]
    machine: str | None
    emulate: bool
    counted_on: str | None
    optional: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class BoardsResult(Result):
    """All boards, by name."""

    boards: tuple[BoardInfo, ...]


def boards(folder: str | os.PathLike[str] | None = None) -> BoardsResult:
    """Return all boards, those in ``folder`` (else $SNNEDGE_BOARDS) too, and what each can do here.

    Raises ``InputError`` for a faulty file.

        [board.name for board in api.boards().boards if board.emulate]
    """
    paths = board_file.files(folder).values()
    return BoardsResult(tuple(_info(board_file.read_board(path)) for path in paths))


def _info(board: Board) -> BoardInfo:
    return BoardInfo(
        name=board.name,
        title=board.title,
        core=board.core.name,
        clock_hz=board.clock_hz,
        flash_bytes=board.flash.size,
        ram_bytes=board.ram.size,
        wait_states=board.wait_states,
        currents=board.currents,
        runners=board.runners,
        flash_by=_runner(board),
        transport=board.transport,
        uart=board.uart,
        machine=board.machine,
        counted_on=board.counted_on,
        **_abilities(board),
    )


def _abilities(board: Board) -> dict[str, Any]:
    """Return what works on this machine, and what is missing for the rest."""
    compilers, lacking = toolchain.missing(board.core), qemu.missing(board)
    here = tuple(name for name, absent in compilers.items() if absent is None)
    absent = tuple(line for line in compilers.values() if line)
    return {
        "build": bool(here),
        "compilers": here,
        "emulate": lacking is None,
        "optional": absent if here else (),
        "missing": (*(() if here else absent), *((lacking,) if lacking else ())),
    }


def _runner(board: Board) -> str | None:
    """Return the runner that ``flash`` takes by itself; None when nothing here can."""
    try:
        return flash.choose(board)
    except SnnedgeError:
        return None
