"""Unpickler for files of unknown origin: nothing in them is ever imported, called or given attributes.

Python's own unpickler is not used. ``machine`` carries out the opcodes that build plain data. Each name of
a class or function means a few lines of ``allowed_names``. Any other name or opcode is refused.

Memory and time are bounded. The number of opcodes is, and an array needs all its bytes in the file. A part
of the file that is referred to again counts again.
"""

import contextlib
import os
import stat
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...support.checked import show
from ...support.damage import found_instead
from ...support.files import unreadable
from . import machine
from .allowed_names import HOW_TO_SAVE, Quantity, Refused, finish
from .machine import MAX_OPCODES, Budget

__all__ = ["Quantity", "Refused", "load", "loads"]

MAX_BYTES = 2**27  # of a file: 16 million float64 weights
STOP = b"."  # the last opcode
MAX_DEPTH = 32  # of nested containers

ZLIB = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")
OTHER_FORMATS = (  # first bytes, and what is said of the file
    (b"\x1f\x8b", "is gzip-compressed; unpack it first"),
    (b"PK\x03\x04", "is a zip archive (npz or torch), not a pickle; name it .npz if numpy wrote it"),
    (b"\x93NUMPY", "is an npy file, not a pickle; name it .npy"),
    (b"\x89HDF", "is an HDF5 file, not a pickle"),
    *((start, "is zlib-compressed (joblib?); save it by pickle.dump") for start in ZLIB),
)
PLAIN_TYPES = (str, bytes, int, float, complex, type(None), np.generic, np.ndarray, Quantity)


def load(path: str | os.PathLike[str], max_bytes: int = MAX_BYTES) -> Any:
    """Return the content of the pickle at ``path`` (protocol 2 to 5), of at most ``max_bytes``.

    It consists of dict, list, tuple, str, bytes, int, float, complex, bool, None, ``Quantity``, numpy
    scalars and arrays. Arrays are read-only, of numbers, booleans or strings, in native byte order. Raises
    ``InputError``, one line with the file and the reason, for everything else.
    """
    data = _contents(Path(path), max_bytes)
    try:
        return loads(data)
    except Refused as error:
        raise InputError(f"{path} {_changed(data) or error}") from error


def _changed(data: bytes) -> str:
    """Return how a pickle was damaged on its way; if that is unknown, ""."""
    if b"\r\n" in data:
        with contextlib.suppress(Refused):
            loads(data.replace(b"\r\n", b"\n"))
            return "was changed by text mode (CRLF for LF); copy it again in binary mode"
    return ""


def loads(data: bytes) -> Any:
    """Return the content of the pickle ``data``, like ``load``. Raises ``Refused``."""
    _check_format(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tokenizer warns of odd escapes in a text
            return _PlainCopy(len(data)).plain(machine.run(data), 0)
    except Refused:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        if not data.endswith(STOP):
            raise Refused(
                f"is damaged: cut short after {len(data)} bytes; copy or write it again"
            ) from error
        raise Refused(f"is damaged or not a pickle ({ascii(str(error))[1:100]})") from error


def _contents(path: Path, max_bytes: int) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{path} is not a file")
        if status.st_size > max_bytes:
            raise InputError(f"{path} has {status.st_size} bytes; at most {max_bytes} are read")
        with path.open("rb") as file:
            return file.read(status.st_size)
    except OSError as error:
        raise unreadable(path, error) from error


def _check_format(data: bytes) -> None:
    if not data:
        raise Refused("is empty")
    if found_instead(data):
        raise Refused(found_instead(data))
    for magic, what in OTHER_FORMATS:
        if data.startswith(magic):
            raise Refused(what)
    if data[0] != 0x80 or data[1:2] not in (b"\2", b"\3", b"\4", b"\5"):
        raise Refused("is not a pickle of protocol 2 to 5; write it with pickle.dump(..., protocol=4)")


class _PlainCopy:
    """A copy of a tree that counts every visit: a part that is referred to often counts as often."""

    def __init__(self, file_bytes: int) -> None:
        self.budget = Budget(file_bytes)
        self.nodes = 0

    def plain(self, node: Any, depth: int) -> Any:
        """Return ``node`` as plain data. Raises ``Refused`` if it is too deep, too big or not plain."""
        if depth > MAX_DEPTH:
            raise Refused(f"is nested deeper than {MAX_DEPTH} levels, or contains itself")
        node = finish(node)
        self._count(node)
        if type(node) is dict:
            return {key: self.plain(value, depth + 1) for key, value in node.items()}
        if type(node) in (list, tuple):
            return type(node)([self.plain(item, depth + 1) for item in node])
        if not isinstance(node, PLAIN_TYPES):
            raise Refused(f"holds {show(node)} as a value, which is not plain data; {HOW_TO_SAVE}")
        return node

    def _count(self, node: Any) -> None:
        array = node.value if type(node) is Quantity else node
        self.budget.spend(1 + (array.nbytes if isinstance(array, np.ndarray) else 0))
        self.nodes += 1
        if self.nodes > MAX_OPCODES:
            raise Refused(f"has too many parts; {HOW_TO_SAVE}")
