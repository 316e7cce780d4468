"""Schema: the optional fields of each part of a graph, declared once.

A part's dataclass declares such a field with ``stored``. From the declaration follow both file formats, the
hash and the checks, and also the time grid, the tables and the exported C text.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, cast

import numpy as np

from ..errors import InputError

SECONDS = "s"


@dataclass(frozen=True)
class Stored:
    """The declaration of one optional field: an integer, a word, or up to three sizes.

    ``default``: the value that files leave out, so that models without the field keep their hashes.
    ``low``..``high``: the range in integers, both ends included. ``choices``: words instead of numbers; C
    has the index. ``unit``: ``SECONDS`` for a time that is in steps in integers. ``member``: its name in
    the part's struct in snn.h, or "". ``sizes``: the value is a tuple of 1 to 3 integers, or the default.
    ``since``: the first version of the file format that has it.
    """

    default: Any
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    unit: str = ""
    member: str = ""
    sizes: bool = False
    since: int = 1

    def check(self, value: Any, where: str) -> None:
        """Raise ``InputError`` about the model field ``where`` unless ``value`` is in range."""
        if type(value) is type(self.default) and value == self.default:
            return
        values = value if self.sizes else (value,)
        sound = isinstance(values, tuple) and 1 <= len(values) <= 3 and all(map(self._holds, values))
        if not sound:
            allowed = ", ".join(self.choices) or f"{self.low}..{self.high}"
            raise InputError(
                f"model field {where!r}: {value!r} is outside {allowed}{' (1 to 3 of them)' * self.sizes}"
            )

    def _holds(self, value: Any) -> bool:
        if self.choices:
            return value in self.choices
        number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        return bool(number and self.low <= value <= self.high and int(value) == value)

    def json(self, value: Any) -> Any:
        """Return ``value`` as files have it."""
        if self.sizes:
            return [int(n) for n in value]
        return value if self.choices else int(value)

    def number(self, value: Any) -> int:
        """Return ``value`` as C has it: the index of a word, or the integer."""
        return self.choices.index(value) if self.choices else int(value)


def stored(default: Any, **declaration: Any) -> Any:
    """Return a dataclass field with a ``Stored`` declaration."""
    return field(default=default, metadata={"stored": Stored(default, **declaration)})


def stored_fields(part: type) -> Mapping[str, Stored]:
    """Return the declarations of the dataclass ``part`` by field name, in its order."""
    found: Mapping[str, Stored] = _declared(cast(Hashable, part))
    return found


@cache
def _declared(part: Any) -> Mapping[str, Stored]:
    return {f.name: f.metadata["stored"] for f in fields(part) if "stored" in f.metadata}


def stated(part: Any) -> dict[str, Any]:
    """Return the optional fields of ``part`` that differ from their defaults, as JSON has them."""
    found = {}
    for name, declared in stored_fields(type(part)).items():
        value = getattr(part, name)
        if value != declared.default:
            found[name] = declared.json(value)
    return found


def members(part: Any) -> dict[str, int]:
    """Return the optional fields of ``part`` that C has, by member, as integers."""
    return {s.member: s.number(getattr(part, n)) for n, s in stored_fields(type(part)).items() if s.member}


def since(part: Any) -> int:
    """Return the first version of the file format that has all that ``part`` states."""
    declared = stored_fields(type(part))
    return max((declared[name].since for name in stated(part)), default=1)
