"""Flash: put linked firmware into a board by one of the runners (snnedge/targets/runners/).

A runner is a module with ``PROGRAM`` (the external program, or None), ``NEEDS`` (keys of the board's
[runners.NAME]), ``VERIFIES`` (can it read the board back?), ``SERVES`` (does it answer semihosting?),
``steps(job)`` (what it is going to do, one line each, command lines to the letter) and ``flash(job)``,
which does it and returns what was verified, or "". Both raise ``SnnedgeError``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from ...errors import InputError, ToolError
from ...support import plugins
from ..board import Board
from ..emulate import qemu

AUTO = "auto"
LIMIT = 120.0  # seconds that writing a flash may take; a probe that is missing is told at once
PROCESS = "linux"  # the transport of boards whose programs are files
SERVER, EMULATED = "gdb", "qemu"  # runners that need nothing in the board's file


@dataclass(frozen=True)
class Job:
    """What to flash. ``hash``: the model's; ``settings``: the board's [runners.NAME]; ``port``: --port."""

    board: Board
    elf: Path
    hash: int
    settings: Mapping[str, str]
    port: str | None
    verify: bool


def able_runners(board: Board) -> list[str]:
    """Names of the runners that can do ``board``, those in its file first."""
    if PROCESS in board.core.transports:
        return []
    return [
        *(name for name in board.runners if name in plugins.names("runners")),
        SERVER,
        *([EMULATED] if board.machine else []),
    ]


def choose(board: Board, wanted: str = AUTO, verify: bool = False) -> str:
    """The runner ``wanted`` for ``board``; "auto": the first of its file whose program is here, or QEMU for
    a board that only QEMU has; to ``verify``, of those that can. Raises ``InputError`` for one that cannot,
    ``ToolError`` for none here."""
    able = able_runners(board)
    if not able:
        raise InputError(f"{board.name}: its programs are files: copy the one that snnedge build makes")
    if wanted != AUTO:
        plugins.choose(wanted, (AUTO, *plugins.names("runners")), "runner")
        if wanted not in able:
            raise InputError(
                f"runner {wanted} cannot flash {board.name}; those that can: {', '.join(able)}"
            )
        return wanted
    own = [name for name in able if name in board.runners]
    names = [name for name in own or able[-1:] if load(name).VERIFIES or not verify]
    absent = {name: missing(name, board) for name in names or [SERVER]}
    for name, reason in absent.items():
        if reason is None:
            return name
    raise ToolError(f"nothing here can flash {board.name}: {'; or '.join(map(str, absent.values()))}")


def missing(name: str, board: Board) -> str | None:
    """None when the runner's programs are here; else what to install."""
    program = load(name).PROGRAM
    lacking: str | None = program.missing if program else None
    return lacking or (qemu.missing(board) if name == EMULATED else None)


def load(name: str) -> ModuleType:
    """The module of a runner."""
    return plugins.load("runners", name)


def check(name: str, board: Board, verify: bool) -> None:
    """Raise ``InputError`` when the runner lacks something of the board's file, or cannot verify."""
    runner = load(name)
    lacking = [key for key in runner.NEEDS if key not in board.runners.get(name, {})]
    if lacking:
        raise InputError(f"{board.name}: runners.{name}.{lacking[0]} is missing in its TOML file; add it")
    if verify and not runner.VERIFIES:
        able = [other for other in able_runners(board) if load(other).VERIFIES]
        raise InputError(
            f"runner {name} cannot read the board back; with --verify take {' or '.join(able)}"
        )


def same_model(job: Job, found: int) -> str:
    """What was verified when the board holds the model with the hash ``found``. Raises ``ToolError`` for
    another one than was flashed."""
    if found != job.hash:
        raise ToolError(f"the board holds model {found:016x}, flashed was {job.hash:016x}: flash again")
    return f"model {found:016x} read back"


def same_words(job: Job, said: bytes, line: re.Pattern[str]) -> str:
    """As ``same_model``, of a program that prints memory: ``line`` finds two words, the low one first."""
    text = said.decode(errors="replace")
    words = line.search(text)
    if not words:
        raise ToolError(f"the board was not read back: {' '.join(text.split())[-200:] or 'no answer'}")
    return same_model(job, int(words[1], 16) | int(words[2], 16) << 32)


def flash(name: str, job: Job) -> str:
    """Flash by the runner ``name``; return what was verified, or "". Raises ``SnnedgeError``."""
    reason = missing(name, job.board)
    if reason:
        raise ToolError(reason)
    verified: str = load(name).flash(job)
    return verified
