"""Board files: one TOML file per board, in firmware/boards/ or in a folder of the user. Data only."""

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from ..errors import InputError
from ..support import plugins
from ..support.checked import show
from ..support.plugins import choose
from ..support.resources import folder as resource
from .allowed import BOARD, MACHINE, PLAIN_NAME, Allowed
from .board import SERIAL, Board, Current, Region, RegisterAccess, Uart
from .core_family import Core, known
from .toml_table import Table, read

ENVIRONMENT = "SNNEDGE_BOARDS"  # names a folder with more boards
ADDRESSES = 2**32
MAX_HZ = 2**32 - 1  # a 32-bit constant in board.h, and in the banner
WORD = 4  # bytes that a core fetches at a time
MAX_MILLIAMPERE = 100_000.0


def files(folder: str | os.PathLike[str] | None = None) -> dict[str, Path]:
    """Return the file of each board. One in ``folder`` (else $SNNEDGE_BOARDS) hides a bundled one.

    Raises ``InputError`` when that folder does not exist.
    """
    folders = [resource("firmware") / "boards"]
    extra = folder or os.environ.get(ENVIRONMENT)
    if extra:
        folders.append(Path(extra))
    for each in folders:
        if not each.is_dir():
            raise InputError(f"{each}: no such folder of boards (--boards or ${ENVIRONMENT})")
    found = {path.stem: path for each in folders for path in each.glob("*.toml")}
    return dict(sorted(found.items()))


def load(name: str, folder: str | os.PathLike[str] | None = None, transport: str | None = None) -> Board:
    """Return the board called ``name``, or that of the file ``name`` when it ends in .toml.

    ``transport`` replaces its own. Raises ``InputError`` for an unknown name, a faulty file and a transport
    that the board lacks.
    """
    if name.endswith(".toml"):
        path = Path(name)
    else:
        paths = files(folder)
        path = paths[choose(name, paths, "board")]
    board = read_board(path)
    return board if transport is None else with_transport(board, transport, path)


def with_transport(board: Board, transport: str, path: Path | None = None) -> Board:
    """Return ``board``, of the file ``path``, with ``transport``. Raises ``InputError`` if it lacks it."""
    choose(transport, board.core.transports, f"transport of {board.core.name}")
    if transport == SERIAL and board.uart is None:
        raise InputError(f"{path or board.name}: has no [uart]; add it, or take another --transport")
    return replace(board, transport=transport)


def read_board(path: Path) -> Board:
    """Read the board in the TOML file at ``path``; the file's stem is its name. Raises ``InputError``."""
    if not path.stem.replace("-", "").replace("_", "").isalnum() or not path.stem.isascii():
        raise InputError(f"{path}: a board's file name has letters, digits, '-' and '_' only")
    with read(path) as top:
        with top.fields("memory") as memory:
            flash, ram = _region(memory, "flash"), _region(memory, "ram")
            if flash.origin < ram.origin + ram.size and ram.origin < flash.origin + flash.size:
                raise memory.error("ram", "overlaps memory.flash; give each addresses of its own")
            stack = memory.integer("stack", 256, ram.size)
        core = known()[_choice(top, "core", known())]
        clock_hz = top.integer("clock_hz", 1, MAX_HZ)
        uart = _uart(top.fields("uart"), clock_hz) if "uart" in top else None
        return Board(
            name=path.stem,
            title=top.text("title"),
            core=core,
            clock_hz=clock_hz,
            wait_states=top.integer("wait_states", 0, 100) if "wait_states" in top else None,
            flash_line=top.integer("flash_line", 1, 256) if "flash_line" in top else WORD,
            transport=_transport(top, core, uart),
            boot=_choice(top, "boot", parts("boot")) if "boot" in top else None,
            flash=flash,
            ram=ram,
            stack=stack,
            uart=uart,
            setup=tuple(_register_access(fields) for fields in top.each("setup")),
            currents=tuple(_current(fields) for fields in top.each("current")),
            runners=_runners(top.fields("runners")) if "runners" in top else {},
            machine=_machine(top.fields("qemu")) if "qemu" in top else None,
            counted_on=_allowed(top, "counted_on", BOARD) if "counted_on" in top else None,
        )


def counting(board: Board, folder: str | os.PathLike[str] | None = None) -> Board:
    """Return the board on which the instructions of ``board`` are counted. Raises ``InputError``.

    It is ``board`` itself if that is emulated. Else it is ``counted_on`` with the compiler options and MCU
    kernels of ``board``'s core.
    """
    if board.machine or not board.counted_on:
        return board
    equal = load(board.counted_on, folder)
    core = replace(equal.core, name=board.core.name, flags=board.core.flags, kernels=board.core.kernels)
    return replace(equal, core=core)


def parts(folder: str) -> dict[str, Path]:
    """Return the C files of firmware/``folder`` ("boot", "transports", "uarts") by stem."""
    return {path.stem: path for path in sorted((resource("firmware") / folder).glob("*.c"))}


def _region(fields: Table, name: str) -> Region:
    with fields.fields(name) as region:
        origin = _address(region, "origin")
        return Region(origin, region.integer("size", 1024, ADDRESSES - origin))


def _address(fields: Table, name: str) -> int:
    """Take the address of a word: an access to a register between two words faults on most cores."""
    address = fields.integer(name, 0, ADDRESSES - WORD)
    if address % WORD:
        raise fields.error(name, f"is {address:#x}; give a multiple of {WORD}")
    return address


def _choice(fields: Table, name: str, choices: Collection[str]) -> str:
    value = fields.text(name)
    if value not in choices:
        raise fields.error(name, f"is {value!r}; known: {', '.join(choices)}")
    return value


def _transport(top: Table, core: Core, uart: Uart | None) -> str:
    transport = _choice(top, "transport", core.transports)
    if transport == SERIAL and uart is None:
        raise top.error("uart", f"is missing, which the transport {transport!r} needs; add it")
    return transport


def _uart(fields: Table, clock_hz: int) -> Uart:
    with fields:
        return Uart(
            driver=_choice(fields, "driver", parts("uarts")),
            base=_address(fields, "base"),
            clock_hz=fields.integer("clock_hz", 1, MAX_HZ) if "clock_hz" in fields else clock_hz,
            baud=fields.integer("baud", 300, 10_000_000),
        )


def _register_access(fields: Table) -> RegisterAccess:
    with fields:
        waits = "wait" in fields
        address = _address(fields, "wait" if waits else "write")
        mask = fields.integer("mask", 1, ADDRESSES - 1) if waits else None
        return RegisterAccess(address, fields.integer("value", 0, ADDRESSES - 1), mask)


def _current(fields: Table) -> Current:
    with fields, fields.fields("milliamperes") as range_:
        low = range_.number("low", 0, MAX_MILLIAMPERE)
        typ = range_.number("typ", low, MAX_MILLIAMPERE)
        return Current(
            conditions=fields.text("conditions"),
            low=low,
            typ=typ,
            high=range_.number("high", typ, MAX_MILLIAMPERE),
            volts=fields.number("volts", 0.1, 100),
            source=fields.text("source"),
            verified=fields.flag("verified"),
        )


def _runners(fields: Table) -> dict[str, dict[str, str]]:
    with fields:
        return {fields.key(name): _settings(name, fields.fields(name)) for name in fields.names()}


def _settings(runner: str, fields: Table) -> dict[str, str]:
    """Return the settings of ``runner``; those that it does not know, and of unknown ones, are names."""
    known = runner in plugins.names("runners")
    forms = plugins.load("runners", runner).SETTINGS if known else {}
    with fields:
        return {
            fields.key(key): _allowed(fields, key, forms.get(key, PLAIN_NAME)) for key in fields.names()
        }


def _allowed(fields: Table, key: str, form: Allowed) -> str:
    """Return the text at ``key``, which another program reads; raise ``InputError`` without ``form``."""
    text = fields.text(key)
    if not form.holds(text):
        raise fields.error(key, f"is {show(text)}; give {form.what}")
    return text


def _machine(fields: Table) -> str:
    with fields:
        return _allowed(fields, "machine", MACHINE)
