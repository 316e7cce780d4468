"""TOML files, read field by field: a missing, unknown or out-of-range field raises ``InputError``."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..errors import InputError
from ..support.checked import NAME_PATTERN, Fields
from ..support.files import unreadable


@dataclass(frozen=True)
class Table(Fields):
    """One table of a TOML file. A field that nobody has read raises at the end of the ``with`` block.

    with read(path) as table:
        clock = table.integer("clock_hz", 1, 10**9)
    """

    taken: set[str] = field(default_factory=set)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _e: object, _t: TracebackType | None) -> None:
        left = [key for key in self.content if key not in self.taken]
        if kind is None and left:
            raise self.error(min(left), "is not known; remove it or mend its spelling")

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def names(self) -> tuple[str, ...]:
        """Return the names of all fields, in the order of the file."""
        return tuple(self.content)

    def get(self, key: str) -> Any:
        """Return the value at ``key``, of any type."""
        self.taken.add(key)
        return super().get(key)

    def key(self, key: str) -> str:
        """Return ``key``, a name that a user has chosen. Raises ``InputError`` unless it is a name."""
        if not NAME_PATTERN.fullmatch(key):
            raise self.error(key[:80], "is no name; use at most 64 letters, digits, '_', '.', '-'")
        return key

    def text(self, key: str) -> str:
        """Return the string at ``key``, which is not empty."""
        text = super().text(key)
        if not text:
            raise self.error(key, "is empty; give a text")
        return text

    def each(self, key: str, most: int = 256) -> list[Self]:
        """Return the tables of the list at ``key``, none when it is missing."""
        if isinstance(self.content.get(key), dict):
            raise self.error(key, f"must be a list of tables, [[{key}]]")
        return super().each(key, most) if key in self else []

    def range(self, key: str, low: int, high: int) -> tuple[int, int, int]:
        """Return three ascending integers in low..high, or one integer in place of three equal ones."""
        value = self.get(key)
        values = value if isinstance(value, list) else [value] * 3
        sound = len(values) == 3 and all(type(number) is int and low <= number <= high for number in values)
        if not sound or sorted(values) != values:
            raise self.error(key, f"must be an integer in {low}..{high}, or [low, typ, high]")
        return values[0], values[1], values[2]


def read(path: Path) -> Table:
    """Read the TOML file at ``path``; return its top table. Raises ``InputError``."""
    try:
        return Table(tomllib.loads(path.read_text("utf-8-sig")), str(path))
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, or nested too deeply
        raise InputError(f"{path}: not a TOML file ({error}); mend it") from error
