"""Board: what snnedge knows of a board, as read from its TOML file (`boards.py`)."""

from collections.abc import Mapping
from dataclasses import dataclass

from .core_family import Core

SERIAL = "uart"  # the transport that needs a ``Uart``


@dataclass(frozen=True)
class Region:
    """Memory from address ``origin``, ``size`` bytes."""

    origin: int
    size: int


@dataclass(frozen=True)
class Uart:
    """A serial port at address ``base``. ``driver``: a file in firmware/uarts/; ``clock_hz`` feeds it."""

    driver: str
    base: int
    clock_hz: int
    baud: int


@dataclass(frozen=True)
class Step:
    """Of the way from reset to a running board: write ``value`` to the 32-bit register at ``address``, or,
    with a ``mask``, wait until the register's bits in it are ``value``."""

    address: int
    value: int
    mask: int | None


@dataclass(frozen=True)
class Current:
    """What the board or its chip draws under ``conditions``: milliampere at ``volts``, with where that is
    said and whether somebody has looked it up there."""

    conditions: str
    low: float
    typ: float
    high: float
    volts: float
    source: str
    verified: bool


@dataclass(frozen=True)
class Board:
    """A board. ``clock_hz`` of the core and its tick counter; ``stack`` in bytes, reserved in ``ram``.

    ``transport``: a file in firmware/transports/; ``boot``: one in firmware/boot/, for chips that want a
    block of their own before the program, or None. ``machine``: what QEMU calls the board, or None.
    ``wait_states``: cycles that a read of flash takes besides its own, or None where that is not known;
    ``flash_line``: bytes that such a read brings.
    ``counted_on``: a board with a machine that has the same instructions, or None.
    ``runners``: program that writes its flash -> what that program has to know of the board.
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
    setup: tuple[Step, ...]
    currents: tuple[Current, ...]
    runners: Mapping[str, Mapping[str, str]]
    machine: str | None
    counted_on: str | None
