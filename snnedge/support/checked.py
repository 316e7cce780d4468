"""Typed access to nested dicts from outside. Getters check type and range, and errors name the field."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ..errors import InputError

NAME_PATTERN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")  # goes into file names and C identifiers
MAX_PARTS = 256  # dicts in one list
MAX_LABEL = 256  # characters of a name that no file name or identifier is made from
FLAG = (bool, np.bool_)
MAX_BITS = 1024  # of an integer in a message
MAX_MAGNITUDE = 1e30  # of weights: sums of 65535 of them stay finite, in float32 too


def legal_name(text: str) -> str:
    """Return ``text`` as a name that ``NAME_PATTERN`` allows; "model" when nothing is left of it."""
    return re.sub("[^A-Za-z0-9_.-]", "_", text)[:64].lstrip("-.") or "model"


def printable(text: str) -> bool:
    """Return whether ``text`` may be a name in messages: 1 to ``MAX_LABEL`` printable characters."""
    return 1 <= len(text) <= MAX_LABEL and text.isprintable()


def valid_unicode(text: Any) -> bool:
    """Return whether ``text`` is a string without half of a surrogate pair, which UTF-8 cannot hold."""
    try:
        return isinstance(text, str) and bool(text.encode("utf-8") or True)
    except UnicodeEncodeError:
        return False


def show(value: Any) -> str:
    """Return ``value`` for a message: short, ASCII, on one line, whatever the file contains.

    A value that is neither a string nor a number is named by its attribute ``shown``, or by its type.
    """
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        return f"an integer of {value.bit_length()} bits"  # Python refuses to write so many digits
    if isinstance(value, str | int | float):
        return ascii(value)[:60]
    shown = getattr(value, "shown", None)
    return shown if isinstance(shown, str) else f"a {type(value).__name__}"


@dataclass(frozen=True)
class Fields:
    """One dict of ``file``; ``path`` is its place in the file, with a dot at the end."""

    content: Any
    file: str
    path: str = ""

    def error(self, key: str, problem: str) -> InputError:
        """Return the error that ``problem`` is at ``key``."""
        return InputError(f"{self.file}: field {self.path + key!r} {problem}")

    def get(self, key: str) -> Any:
        """Return the value at ``key``, of any type."""
        if key not in self.content:
            raise self.error(key, "is missing")
        return self.content[key]

    def only(self, known: Iterable[str]) -> None:
        """Raise ``InputError`` for a key besides ``known``: a typo, or something that would be lost."""
        known = tuple(known)
        for key in self.content:
            if key not in known:
                where = self.path.rstrip(".") or "the file"
                listed = ", ".join(known) or "none"
                raise InputError(f"{self.file}: {where} has an unknown field {show(key)} (known: {listed})")

    def fields(self, key: str) -> Self:
        """Return the dict at ``key``."""
        return type(self)(self._typed(key, dict, "a dict"), self.file, f"{self.path}{key}.")

    def each(self, key: str, most: int = MAX_PARTS) -> list[Self]:
        """Return the dicts of the list at ``key``, at most so many."""
        items = self._typed(key, (list, tuple), "a list of dicts")
        if len(items) > most:
            raise self.error(key, f"has {len(items)} entries, more than {most}")
        for n, item in enumerate(items):
            if not isinstance(item, dict):
                raise self.error(f"{key}[{n}]", f"must be a dict, not {show(item)}")
        return [type(self)(item, self.file, f"{self.path}{key}[{n}].") for n, item in enumerate(items)]

    def flag(self, key: str) -> bool:
        """Return the boolean at ``key``."""
        return bool(self._typed(key, FLAG, "True or False"))

    def text(self, key: str) -> str:
        """Return the string at ``key``. Raises ``InputError`` for half of a surrogate pair in it."""
        text = str(self._typed(key, str, "a string"))
        if not valid_unicode(text):
            raise self.error(key, f"is {show(text)}, no valid text")
        return text

    def label(self, key: str) -> str:
        """Return the string at ``key``: 1 to ``MAX_LABEL`` printable characters."""
        text = self.text(key)
        if not printable(text):
            raise self.error(key, f"is {show(text)}; use 1 to {MAX_LABEL} printable characters")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the strings of the list at ``key``."""
        items = self._typed(key, (list, tuple), "a list of strings")
        if not all(isinstance(item, str) for item in items):
            raise self.error(key, "must be a list of strings")
        return tuple(str(item) for item in items)

    def name(self, key: str) -> str:
        """Return the string at ``key``, at most 64 letters, digits and ``_ . -``."""
        text = self.text(key)
        if not NAME_PATTERN.fullmatch(text):
            raise self.error(key, f"is {show(text)}; use at most 64 letters, digits, '_', '.', '-'")
        return text

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        """Return the string at ``key``, one of ``known``."""
        text = self.text(key)
        if text not in known:
            raise self.error(key, f"is {show(text)}; known: {', '.join(known)}")
        return text

    def integer(self, key: str, low: int, high: int) -> int:
        """Return the integer (not a bool, not a float) at ``key``, in ``low..high``."""
        value = self._typed(key, (int, np.integer), "an integer")
        if not low <= value <= high:
            raise self.error(key, f"is {show(int(value))}, not an integer in {low}..{high}")
        return int(value)

    def number(self, key: str, low: float, high: float) -> float:
        """Return the finite number at ``key``, in ``low..high``."""
        value = self._typed(key, (int, float, np.integer, np.floating), "a number")
        if not low <= value <= high:  # false for NaN, too
            raise self.error(key, f"is {str(value)[:40]}, not a number in {low:g}..{high:g}")
        return float(value)

    def shape(self, key: str, *, limit: int, max_axes: int = 8) -> tuple[int, ...]:
        """Return the shape at ``key``: 1 to ``max_axes`` axes, together 1..``limit`` elements."""
        axes = self._typed(key, (list, tuple), "a tuple of integers")
        integers = all(isinstance(n, int | np.integer) and 1 <= n <= limit for n in axes)
        if not (integers and 1 <= len(axes) <= max_axes and math.prod(int(n) for n in axes) <= limit):
            raise self.error(
                key, f"must be a tuple of 1 to {max_axes} integers, with a product in 1..{limit}"
            )
        return tuple(int(n) for n in axes)

    def floats(self, key: str, low: float = -MAX_MAGNITUDE, high: float = MAX_MAGNITUDE) -> np.ndarray:
        """Return the array at ``key`` in C order, float32 as it is, all else as float64.

        Its values are in ``low..high``.
        """
        array = self._array(key, "fiu", "numbers")
        dtype = np.float32 if array.dtype.type is np.float32 else np.float64
        # Before the comparison: in float16 the bounds would be infinite.
        values: np.ndarray = np.asarray(array, dtype, order="C")
        if not ((values >= low) & (values <= high)).all():  # false for NaN, too
            raise self.error(key, f"has values that are not finite, or outside {low:g}..{high:g}")
        return values

    def integers(self, key: str, low: int, high: int) -> np.ndarray:
        """Return the array at ``key`` as int64, its values in ``low..high``."""
        array = self._array(key, "iu", "integers")
        if not ((array >= low) & (array <= high)).all():
            raise self.error(key, f"has values outside {low}..{high}")
        return array.astype(np.int64)

    def _array(self, key: str, kinds: str, what: str) -> np.ndarray:
        array: np.ndarray = self._typed(key, np.ndarray, "a numpy array")
        if isinstance(array, np.ma.MaskedArray):
            raise self.error(key, "is a masked array, whose mask would be lost; give array.filled(...)")
        if array.dtype.kind not in kinds:
            raise self.error(key, f"has dtype {array.dtype}; {what} are needed")
        return array

    def _typed(self, key: str, kinds: Any, what: str) -> Any:
        value = self.get(key)
        flag = isinstance(value, bool) and kinds is not FLAG
        if flag or not isinstance(value, kinds):
            raise self.error(key, f"must be {what}, not {show(value)}")
        return value
