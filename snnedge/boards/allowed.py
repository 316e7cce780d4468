"""Allow-lists: the forms of texts from board files and ports that other programs read."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Allowed:
    """A text that matches ``pattern`` as a whole, and is ``what`` in words, with an example."""

    pattern: re.Pattern[str]
    what: str

    def holds(self, text: str) -> bool:
        """Return whether ``text`` has the form."""
        return bool(self.pattern.fullmatch(text)) and len(text) <= MAX_TEXT


@dataclass(frozen=True)
class Port(Allowed):
    """The form of a runner's --port. ``required``: the runner has no default and must not search."""

    required: bool = False


MAX_TEXT = 256
WORD = "[A-Za-z0-9_][A-Za-z0-9_.+-]*"  # no option, path, quote or operator of any shell, Tcl or QEMU

PLAIN_NAME = Allowed(re.compile(WORD), "a name of letters, digits, '_', '.', '+', '-', such as microbit")
BOARD = Allowed(re.compile("[A-Za-z0-9_][A-Za-z0-9_-]*"), "the name of a board, without .toml")
MACHINE = Allowed(re.compile("[A-Za-z0-9][A-Za-z0-9._-]*"), "a machine's name alone, such as mps2-an385")
TCL_FILE = rf"(?:board|chip|cpld|cpu|interface|target)(?:/{WORD})*/[A-Za-z0-9_][A-Za-z0-9_.+-]*\.cfg"
TCL_FILES = Allowed(
    re.compile(rf"{TCL_FILE}(?: {TCL_FILE})*"),
    "files of OpenOCD itself, such as interface/cmsis-dap.cfg target/nrf51.cfg",
)
SERIAL_NUMBER = Port(re.compile("[A-Za-z0-9][A-Za-z0-9_.:-]*"), "the number of a probe, such as 066DFF")
HOST = r"[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:]+\]"
SERVER = Port(re.compile(rf"(?:{HOST})?:[0-9]{{1,5}}"), "HOST:PORT, such as localhost:3333")
DEVICE = r"/dev(?:/[A-Za-z0-9_][A-Za-z0-9_.:-]*)+"
SERIAL_PORT = Port(
    re.compile(rf"{DEVICE}|COM[0-9]+|(?:rfc2217|socket)://(?:{HOST}):[0-9]{{1,5}}(?:\?[a-z0-9_&=]+)?"),
    "a serial port, such as /dev/ttyUSB0",
    required=True,
)
FOLDER = Port(re.compile(r"[^\0]+", re.S), "the folder of a UF2 drive, such as /media/me/RPI-RP2")
