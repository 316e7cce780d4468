"""TOML files, read field by field: a missing, unknown or out-of-range field raises ``InputError``."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from reprlib import Repr
from types import TracebackType
from typing import Any, Self

from ..errors import InputError
from ..support.files import unreadable


class _Short(Repr):
    """A repr() of bounded length and depth, also for integers with more digits than Python writes."""

    def repr_int(self, x: int, level: int) -> str:
        return super().repr_int(x, level) if x.bit_length() < 1024 else f"{x:#x}"[:20] + "..."


repr = _Short().repr


class Fields:
    """One table of a TOML file. Each field is taken by name; a field that is left raises at the end.

    with read(path) as fields:
        clock = fields.integer("clock_hz", 1, 10**9)
    """

    def __init__(self, path: Path, values: Mapping[str, Any], prefix: str = "") -> None:
        self.path, self._left, self._prefix = path, dict(values), prefix

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _e: object, _t: TracebackType | None) -> None:
        if kind is None and self._left:
            raise self.error(min(self._left), "is not known; remove it or mend its spelling")

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def names(self) -> tuple[str, ...]:
        """Return the fields that have not been taken yet, in the order of the file."""
        return tuple(self._left)

    def text(self, name: str) -> str:
        """Take a string that is not empty."""
        value = self._take(name)
        if not isinstance(value, str) or not value:
            raise self.error(name, f"is {repr(value)}; give a text")
        return value

    def integer(self, name: str, low: int, high: int) -> int:
        """Take an integer in low..high."""
        value = self._take(name)
        if type(value) is not int or not low <= value <= high:
            raise self.error(name, f"is {repr(value)}; give an integer in {low}..{high}")
        return value

    def number(self, name: str, low: float, high: float) -> float:
        """Take a number in low..high."""
        value = self._take(name)
        if type(value) not in (int, float) or not low <= value <= high:
            raise self.error(name, f"is {repr(value)}; give a number in {low:g}..{high:g}")
        return float(value)

    def range(self, name: str, low: int, high: int) -> tuple[int, int, int]:
        """Take three ascending integers in low..high, or one integer in place of three equal ones."""
        value = self._take(name)
        values = value if isinstance(value, list) else [value] * 3
        sound = len(values) == 3 and all(type(number) is int and low <= number <= high for number in values)
        if not sound or sorted(values) != values:
            raise self.error(
                name, f"is {repr(value)}; give an integer in {low}..{high}, or [low, typ, high]"
            )
        return values[0], values[1], values[2]

    def boolean(self, name: str) -> bool:
        """Take true or false."""
        value = self._take(name)
        if not isinstance(value, bool):
            raise self.error(name, f"is {repr(value)}; give true or false")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a list of strings."""
        value = self._take(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(name, f"is {repr(value)}; give a list of texts")
        return tuple(value)

    def table(self, name: str) -> "Fields":
        """Take a table within this one."""
        value = self._take(name)
        if not isinstance(value, dict):
            raise self.error(name, f"is {repr(value)}; give a table")
        return Fields(self.path, value, f"{self._prefix}{name}.")

    def tables(self, name: str) -> "list[Fields]":
        """Take a list of tables, empty when the field is missing."""
        values = self._take(name) if name in self else []
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.error(name, f"is {repr(values)}; give tables, [[{name}]]")
        return [
            Fields(self.path, value, f"{self._prefix}{name}.{k + 1}.") for k, value in enumerate(values)
        ]

    def error(self, name: str, problem: str) -> InputError:
        """Return the one-line error about the field ``name``."""
        return InputError(f"{self.path}: field '{self._prefix}{name}' {problem}")

    def _take(self, name: str) -> Any:
        if name not in self._left:
            raise self.error(name, "is missing; add it")
        return self._left.pop(name)


def read(path: Path) -> Fields:
    """Read the TOML file at ``path``; return its top table. Raises ``InputError``."""
    try:
        return Fields(path, tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, or nested too deeply
        raise InputError(f"{path}: not a TOML file ({error}); mend it") from error
