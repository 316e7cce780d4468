"""Read a pickle from a stranger as data: nothing in it is ever imported, called or given attributes.

Python's unpickler is not used. The standard library's tokenizer (``pickletools.genops``) splits the
file into opcodes, and the small machine below carries out those that build plain data. A name of a
class or function stands for a few lines of ``pickled_names``; any other name, and any other opcode, is
a refusal.

Memory and time are bounded: there are at most ``MAX_OPCODES`` opcodes, and each makes at most one small
object; an array must bring its own bytes, and sizes that are only announced (of frames, shapes, memo
indices) reserve nothing; what refers to a part of the file again and again pays for it every time.
"""

import io
import os
import pickletools
import stat
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...support.files import unreadable
from .allowed_names import GLOBALS, REMEDY, Array, Dtype, Name, Quantity, Refused, finish, show

__all__ = ["Quantity", "Refused", "load", "loads"]

MAX_BYTES = 2**27  # of a file: 16 million float64 weights
MAX_OPCODES = 2**21  # a few seconds of reading; numbers by the million belong in an array
MAX_DEPTH = 32  # of nested containers
EXPANSION = 4  # bytes, and nodes, of what is made of the file, per byte of the file ...
EXPANSION_FLOOR = 2**16  # ... and what even the smallest file may have

FOREIGN = (
    (b"\x1f\x8b", "is gzip-compressed; unpack it first"),
    (b"PK\x03\x04", "is a zip archive (npz or torch), not a pickle"),
    (b"\x93NUMPY", "is an npy file, not a pickle"),
    (b"\x89HDF", "is an HDF5 file, not a pickle"),
)
LEAVES = (str, bytes, int, float, complex, type(None), np.generic, np.ndarray, Quantity)


def load(path: str | os.PathLike[str], max_bytes: int = MAX_BYTES) -> Any:
    """The content of the pickle at ``path`` (protocol 2 to 5), of at most ``max_bytes``.

    Returns dict, list, tuple, str, bytes, int, float, complex, bool, None, ``Quantity``, numpy scalars,
    and read-only numpy arrays of numbers, booleans or strings in native byte order. Raises
    ``InputError``, one line with the file and the reason, for everything else.
    """
    data = _contents(Path(path), max_bytes)
    try:
        return loads(data)
    except Refused as error:
        raise InputError(f"{path} {error}") from error


def loads(data: bytes) -> Any:
    """As ``load``, from bytes. Raises ``Refused``."""
    _recognise(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tokenizer's about odd escapes in a text
            return _Copy(len(data)).plain(_run(data), 0)
    except Refused:
        raise
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
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


def _recognise(data: bytes) -> None:
    if not data:
        raise Refused("is empty")
    for magic, what in FOREIGN:
        if data.startswith(magic):
            raise Refused(what)
    if data[0] != 0x80 or data[1:2] not in (b"\2", b"\3", b"\4", b"\5"):
        raise Refused("is not a pickle of protocol 2 to 5; write it with pickle.dump(..., protocol=4)")


def _run(data: bytes) -> Any:
    machine, position = _Machine(len(data)), 0
    for count, (opcode, argument, at) in enumerate(pickletools.genops(io.BytesIO(data))):
        if count >= MAX_OPCODES:
            raise Refused(f"has too many parts; {REMEDY}")
        if opcode.name not in OPCODES:
            raise Refused(f"has the pickle opcode {opcode.name}, of no use for plain data; {REMEDY}")
        OPCODES[opcode.name](machine, argument)
        position = at or 0
    if position + 1 != len(data):
        raise Refused(f"goes on for {len(data) - position - 1} bytes after its end")
    (result,) = machine.stack
    return result


class _Budget:
    """What may still be made of a file of ``file_bytes``."""

    def __init__(self, file_bytes: int) -> None:
        self.left = EXPANSION * file_bytes + EXPANSION_FLOOR

    def pay(self, cost: int) -> None:
        self.left -= cost
        if self.left < 0:
            raise Refused("refers to its own parts so often that it grows out of proportion")


class _Machine:
    """The pickle machine: a stack, the positions of its marks, and a memo."""

    def __init__(self, file_bytes: int) -> None:
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}  # a dict: an index of 2**31 costs no more than one of 0
        self.budget = _Budget(file_bytes)

    def push(self, item: Any) -> None:
        self.stack.append(item)

    def pop(self, count: int) -> list[Any]:
        return self._cut(len(self.stack) - count)

    def pop_mark(self) -> list[Any]:
        return self._cut(self.marks.pop())

    def _cut(self, start: int) -> list[Any]:
        if not 0 <= start <= len(self.stack):
            raise Refused("is damaged: it takes more from the stack than there is")
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def mark(self, _: None) -> None:
        self.marks.append(len(self.stack))

    def put(self, index: int) -> None:
        self.memo[index] = self.stack[-1]

    def memoize(self, _: None) -> None:
        self.put(len(self.memo))

    def get(self, index: int) -> None:
        self.push(self.memo[index])

    def extend(self, items: list[Any]) -> None:
        self._top(list).extend(items)

    def update(self, items: list[Any]) -> None:
        target = self._top(dict)
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[_key(key)] = value

    def _top(self, kind: type) -> Any:
        if type(self.stack[-1]) is not kind:
            raise Refused(f"is damaged: it adds items to {show(self.stack[-1])}")
        return self.stack[-1]

    def name(self, module: Any, name: Any) -> None:
        if type(module) is not str or type(name) is not str or (module, name) not in GLOBALS:
            raise Refused(f"refers to {show(f'{module}.{name}')}, which is not plain data; {REMEDY}")
        self.push(Name(f"{module}.{name}", GLOBALS[module, name]))

    def reduce(self, _: None) -> None:
        function, arguments = self.pop(2)
        if type(function) is not Name or function.make is None or type(arguments) is not tuple:
            raise Refused(f"calls {show(function)}; {REMEDY}")
        self._pay_for(arguments)
        self.push(function.make(*arguments))

    def build(self, _: None) -> None:
        (state,) = self.pop(1)
        target = self.stack[-1]
        if type(target) not in (Dtype, Array) or type(state) is not tuple:
            raise Refused(f"sets attributes of {show(target)}; {REMEDY}")
        self._pay_for(state)
        target.build(*state)

    def _pay_for(self, arguments: tuple[Any, ...]) -> None:
        """Calls may copy or scan their strings; a file may call on one string a million times."""
        self.budget.pay(len(arguments) + sum(len(a) for a in arguments if isinstance(a, str | bytes)))


def _key(key: Any) -> Any:
    """Strings and 64-bit integers: no file can make their hashes collide by the million."""
    if type(key) is str or (isinstance(key, int | np.integer) and -(2**63) <= key < 2**64):
        return key
    raise Refused(f"has {show(key)} as a dict key; only strings and integers are read")


class _Copy:
    """Copies a tree out, counting every visit: a part that is referred to often counts as often."""

    def __init__(self, file_bytes: int) -> None:
        self.budget = _Budget(file_bytes)
        self.nodes = 0

    def plain(self, node: Any, depth: int) -> Any:
        """``node`` as plain data. Raises ``Refused`` when it is too deep, too big, or something else."""
        if depth > MAX_DEPTH:
            raise Refused(f"is nested deeper than {MAX_DEPTH} levels, or contains itself")
        node = finish(node)
        self._count(node)
        if type(node) is dict:
            return {key: self.plain(value, depth + 1) for key, value in node.items()}
        if type(node) in (list, tuple):
            return type(node)([self.plain(item, depth + 1) for item in node])
        if not isinstance(node, LEAVES):
            raise Refused(f"holds {show(node)} as a value, which is not plain data; {REMEDY}")
        return node

    def _count(self, node: Any) -> None:
        array = node.value if type(node) is Quantity else node
        self.budget.pay(1 + (array.nbytes if isinstance(array, np.ndarray) else 0))
        self.nodes += 1
        if self.nodes > MAX_OPCODES:
            raise Refused(f"has too many parts; {REMEDY}")


OPCODES: dict[str, Callable[[_Machine, Any], None]] = {
    **dict.fromkeys(("PROTO", "FRAME", "STOP"), lambda m, _: None),
    **dict.fromkeys(("BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT"), _Machine.push),
    **dict.fromkeys(("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"), _Machine.push),
    **dict.fromkeys(("SHORT_BINBYTES", "BINBYTES", "BINBYTES8"), _Machine.push),
    "BYTEARRAY8": lambda m, content: m.push(bytes(content)),
    "NONE": lambda m, _: m.push(None),
    "NEWTRUE": lambda m, _: m.push(True),
    "NEWFALSE": lambda m, _: m.push(False),
    "EMPTY_LIST": lambda m, _: m.push([]),
    "EMPTY_DICT": lambda m, _: m.push({}),
    "EMPTY_TUPLE": lambda m, _: m.push(()),
    "TUPLE": lambda m, _: m.push(tuple(m.pop_mark())),
    "TUPLE1": lambda m, _: m.push(tuple(m.pop(1))),
    "TUPLE2": lambda m, _: m.push(tuple(m.pop(2))),
    "TUPLE3": lambda m, _: m.push(tuple(m.pop(3))),
    "MARK": _Machine.mark,
    "APPEND": lambda m, _: m.extend(m.pop(1)),
    "APPENDS": lambda m, _: m.extend(m.pop_mark()),
    "SETITEM": lambda m, _: m.update(m.pop(2)),
    "SETITEMS": lambda m, _: m.update(m.pop_mark()),
    "BINPUT": _Machine.put,
    "LONG_BINPUT": _Machine.put,
    "MEMOIZE": _Machine.memoize,
    "BINGET": _Machine.get,
    "LONG_BINGET": _Machine.get,
    "GLOBAL": lambda m, names: m.name(*names.split(" ", 1)),
    "STACK_GLOBAL": lambda m, _: m.name(*m.pop(2)),
    "REDUCE": _Machine.reduce,
    "BUILD": _Machine.build,
}
