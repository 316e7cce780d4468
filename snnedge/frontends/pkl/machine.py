"""A pickle machine that builds plain data and nothing else.

The standard library's tokenizer (``pickletools.genops``) splits the file into opcodes; ``OPCODES`` lists
those that are carried out. Each makes at most one small object. Sizes that a file only announces (of
frames, memo indices) reserve nothing.
"""

import io
import pickletools
from collections.abc import Callable
from typing import Any

import numpy as np

from ...support.checked import show
from .allowed_names import ALLOWED_NAMES, HOW_TO_SAVE, ArrayBuilder, DtypeBuilder, Name, Refused

MAX_OPCODES = 2**21  # a few seconds of reading; numbers by the million belong in an array
MAX_GROWTH = 4  # bytes, and values, that are built per byte of the file ...
MIN_BUDGET = 2**16  # ... and those that any file may build besides


def run(data: bytes) -> Any:
    """Return the value that the pickle ``data`` builds. Raises ``Refused``, or an error of Python's own."""
    machine, position = _Machine(len(data)), 0
    for count, (opcode, argument, at) in enumerate(pickletools.genops(io.BytesIO(data))):
        if count >= MAX_OPCODES:
            raise Refused(f"has too many parts; {HOW_TO_SAVE}")
        if opcode.name not in OPCODES:
            raise Refused(f"has the pickle opcode {opcode.name}, of no use for plain data; {HOW_TO_SAVE}")
        OPCODES[opcode.name](machine, argument)
        position = at or 0
    if position + 1 != len(data):
        rest = data[position + 1 :]
        more = "; it holds several pickles: save one dict by one pickle.dump" if rest[:1] == b"\x80" else ""
        raise Refused(f"goes on for {len(rest)} bytes after its end{more}")
    (result,) = machine.stack
    return result


class Budget:
    """The bytes and values that a file of ``file_bytes`` may still build."""

    def __init__(self, file_bytes: int) -> None:
        self.left = MAX_GROWTH * file_bytes + MIN_BUDGET

    def spend(self, cost: int) -> None:
        """Deduct ``cost``. Raises ``Refused`` when nothing is left."""
        self.left -= cost
        if self.left < 0:
            raise Refused("refers to its own parts so often that it grows out of proportion")


class _Machine:
    """The pickle machine: a stack, the positions of its marks, and a memo."""

    def __init__(self, file_bytes: int) -> None:
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}  # not a list: an index of 2**31 must cost as little as one of 0
        self.budget = Budget(file_bytes)

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
        if type(module) is not str or type(name) is not str or (module, name) not in ALLOWED_NAMES:
            raise Refused(f"refers to {show(f'{module}.{name}')}, which is not plain data; {HOW_TO_SAVE}")
        self.push(Name(f"{module}.{name}", ALLOWED_NAMES[module, name]))

    def reduce(self, _: None) -> None:
        function, arguments = self.pop(2)
        if type(function) is not Name or function.call is None or type(arguments) is not tuple:
            raise Refused(f"calls {show(function)}; {HOW_TO_SAVE}")
        self._spend_on(arguments)
        self.push(function.call(*arguments))

    def build(self, _: None) -> None:
        (state,) = self.pop(1)
        target = self.stack[-1]
        if type(target) not in (DtypeBuilder, ArrayBuilder) or type(state) is not tuple:
            raise Refused(f"sets attributes of {show(target)}; {HOW_TO_SAVE}")
        self._spend_on(state)
        target.build(*state)

    def _spend_on(self, arguments: tuple[Any, ...]) -> None:
        """Deduct the length of all strings: a call may copy them, and a file may repeat the call."""
        self.budget.spend(len(arguments) + sum(len(a) for a in arguments if isinstance(a, str | bytes)))


def _key(key: Any) -> Any:
    """Return ``key``, a string or a 64-bit integer: a file cannot make many of their hashes collide."""
    if type(key) is str or (isinstance(key, int | np.integer) and -(2**63) <= key < 2**64):
        return key
    raise Refused(f"has {show(key)} as a dict key; only strings and integers are read")


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
