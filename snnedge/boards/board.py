"""Boards as values, read from TOML files by `board_file.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

from .core_family import Core

SERIAL = "uart"  # the transport that needs a ``Uart``


@dataclass(frozen=True)
class Region:
    """Memory of ``size`` bytes from address ``origin``."""

    origin: int
    size: int


@dataclass(frozen=True)
class Uart:
    """A serial port at address ``base``. ``driver``: a file in firmware/uarts/; ``clock_hz``: its clock."""

    driver: str
    base: int
    clock_hz: int
    baud: int


@dataclass(frozen=True)
class RegisterAccess:
    """One access to a 32-bit register between reset and a running board.

    Without a ``mask``, ``value`` is written to ``address``. With one, the board waits until the bits of the
    mask are ``value``.
    """

    address: int
    value: int
    mask: int | None


@dataclass(frozen=True)
class Current:
    """Supply current of the board or its chip under ``conditions``: milliampere at ``volts``.

    ``source``: the document that states it; ``verified``: somebody has compared it with that document.
    """

    conditions: str
    low: float
    typ: float
    high: float
    volts: float
    source: str
    verified: bool


@dataclass(frozen=True)
class Board:
    """A board. ``clock_hz``: of the core and its tick counter; ``stack``: bytes, reserved in ``ram``.

    ``transport``: a file in firmware/transports/. ``boot``: a file in firmware/boot/ for chips that require
    a block before the program, or None. ``machine``: the board's name in QEMU, or None.
    ``wait_states``: extra cycles of a read of flash, or None where they are not known.
    ``flash_line``: bytes that one read of flash returns.
    ``counted_on``: a board with a machine that executes the same instructions, or None.
    ``runners``: runner -> the settings that it needs for the board.
    """

    name: str
    title: str
    core: Core
    clock_hz: int
    wait_states: int | None
    flash_line: int
    transport: str
    boot: str | None
    flash: Region
    ram: Region
    stack: int
    uart: Uart | None
    setup: tuple[RegisterAccess, ...]
    currents: tuple[Current, ...]
    runners: Mapping[str, Mapping[str, str]]
    machine: str | None
    counted_on: str | None
