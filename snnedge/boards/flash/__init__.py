"""Flashing: write linked firmware into a board by one of the runners (snnedge/boards/flash/runners/).

A runner is a module with six names and two functions:

- ``PROGRAM``: the external program, or None
- ``SETTINGS``: keys of the board's [runners.NAME] -> the form of each
- ``NEEDS``: those keys that must be there
- ``PORT``: the form of --port, or None when it takes none
- ``VERIFIES``: it can read the board back
- ``SERVES``: it answers semihosting
- ``steps(job)``: its steps, one line each; command lines are exact
- ``flash(job)``: flash, and return what was verified, or ""

Both functions raise ``SnnedgeError``.
"""

from types import ModuleType

from ...errors import InputError, ToolError
from ...support import plugins
from ...support.printable import printable
from ..allowed import Port
from ..board import Board
from ..emulate import qemu
from .job import Job

__all__ = ["AUTO", "Job", "able_runners", "check", "check_port", "choose", "flash", "load", "missing"]

AUTO = "auto"
PROCESS = "linux"  # the transport of boards whose programs are files
SERVER, EMULATED = "gdb", "qemu"  # runners that need no settings in the board's file


def able_runners(board: Board) -> list[str]:
    """Return the names of the runners that can flash ``board``, those in its file first."""
    if PROCESS in board.core.transports:
        return []
    return [
        *(name for name in board.runners if name in plugins.names("runners")),
        SERVER,
        *([EMULATED] if board.machine else []),
    ]


def choose(board: Board, wanted: str = AUTO, verify: bool = False) -> str:
    """Return the runner ``wanted`` for ``board``; with ``verify``, one that can read the board back.

    "auto" is the first runner of the board's file whose program is installed, or QEMU for a board that only
    QEMU has. Raises ``InputError`` for a runner that cannot flash it, ``ToolError`` when none is installed.
    """
    able = able_runners(board)
    if not able:
        raise InputError(f"{board.name}: its programs are files: copy the one that snnedge build makes")
    if wanted != AUTO:
        return _able(board, wanted, able)
    own = [name for name in able if name in board.runners]
    names = [name for name in own or able[-1:] if load(name).VERIFIES or not verify]
    absent = {name: missing(name, board) for name in names or [SERVER]}
    for name, reason in absent.items():
        if reason is None:
            return name
    raise ToolError(f"nothing here can flash {board.name}: {'; or '.join(map(str, absent.values()))}")


def _able(board: Board, wanted: str, able: list[str]) -> str:
    plugins.choose(wanted, (AUTO, *plugins.names("runners")), "runner")
    if wanted not in able:
        raise InputError(f"runner {wanted} cannot flash {board.name}; those that can: {', '.join(able)}")
    return wanted


def missing(name: str, board: Board) -> str | None:
    """Return what to install for the runner, None when its programs are installed."""
    program = load(name).PROGRAM
    lacking: str | None = program.missing if program else None
    return lacking or (qemu.missing(board) if name == EMULATED else None)


def load(name: str) -> ModuleType:
    """Import the module of a runner."""
    return plugins.load("runners", name)


def check(name: str, board: Board, verify: bool) -> None:
    """Raise ``InputError`` when the board's file lacks a setting of the runner, or it cannot verify."""
    runner = load(name)
    lacking = [key for key in runner.NEEDS if key not in board.runners.get(name, {})]
    if lacking:
        raise InputError(f"{board.name}: runners.{name}.{lacking[0]} is missing in its TOML file; add it")
    if verify and not runner.VERIFIES:
        able = [other for other in able_runners(board) if load(other).VERIFIES]
        raise InputError(
            f"runner {name} cannot read the board back; with --verify take {' or '.join(able)}"
        )


def check_port(name: str, port: str | None) -> None:
    """Raise ``InputError`` when the runner ``name`` does not take ``port``; None is none."""
    form: Port | None = load(name).PORT
    if port is None:
        if form and form.required:
            raise InputError(f"runner {name} needs --port: {form.what}; it must not choose one by itself")
    elif form is None:
        raise InputError(f"runner {name} takes no --port: leave it out")
    elif not form.holds(port):
        raise InputError(f"--port {printable(port)[:80]}: the runner {name} wants {form.what}")


def flash(name: str, job: Job) -> str:
    """Flash by the runner ``name``; return what was verified, or "". Raises ``SnnedgeError``."""
    check_port(name, job.port)
    reason = missing(name, job.board)
    if reason:
        raise ToolError(reason)
    verified: str = load(name).flash(job)
    return verified
