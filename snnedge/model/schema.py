"""Schema: the plain fields of each part of a graph, declared once.

The dataclass of a part declares such a field with ``stored``. From the declaration follow both file
formats, the hash and the checks, and also the time grid, the tables and the exported C text.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from typing import Any, cast

import numpy as np

from ..errors import InputError
from ..support.checked import Fields
from .limits import MAX_UNITS

SECONDS = "s"
MAX_AXES = 3  # of a population: rows, columns, channels


@dataclass(frozen=True)
class Stored:
    """The declaration of one field: an integer, a flag, a word, texts, or up to three sizes.

    ``default``: the value of a part that does not state the field; a bool makes it a flag. ``required``:
    files always state the field; of others they leave out the default, so that models without the field
    keep their hashes. ``low``..``high``: the range in integers, both ends included. ``choices``: words
    instead of numbers; C has the index. ``unit``: ``SECONDS`` for a time that is in steps in integers.
    ``member``: its name in the part's struct in snn.h, or "". ``sizes``: the value is a tuple of 1 to 3
    integers, or the default. ``texts``: it is a tuple of texts of at most so many characters. ``hashed``:
    whether the model hash covers it. ``since``: the first version of the file format that has it.
    """

    default: Any
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    unit: str = ""
    member: str = ""
    sizes: bool = False
    texts: int = 0
    required: bool = False
    hashed: bool = True
    since: int = 1

    @property
    def flag(self) -> bool:
        """Whether the value is a bool."""
        return isinstance(self.default, bool)

    def check(self, value: Any, where: str) -> None:
        """Raise ``InputError`` about the model field ``where`` unless ``value`` is in range."""
        if type(value) is type(self.default) and value == self.default:
            return
        values = value if self.sizes or self.texts else (value,)
        counted = isinstance(values, tuple) and (not self.sizes or 1 <= len(values) <= MAX_AXES)
        wrong = [one for one in values if not self._holds(one)] if counted else [value]
        if wrong:
            raise InputError(f"model field {where!r}: {ascii(wrong[0])[:60]} is not {self._allowed()}")

    def _allowed(self) -> str:
        if self.texts:
            return f"1 to {self.texts} printable characters"
        words = ("False", "True") if self.flag else self.choices
        return " or ".join(words) or f"in {self.low}..{self.high}{' (1 to 3 of them)' * self.sizes}"

    def _holds(self, value: Any) -> bool:
        if self.flag:
            return isinstance(value, (bool, np.bool_))
        if self.texts:
            return isinstance(value, str) and 1 <= len(value) <= self.texts and value.isprintable()
        if self.choices:
            return value in self.choices
        number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        return bool(number and self.low <= value <= self.high and int(value) == value)

    def json(self, value: Any) -> Any:
        """Return ``value`` as files have it."""
        if self.sizes:
            return [int(n) for n in value]
        if self.texts:
            return list(value)
        return bool(value) if self.flag else value if self.choices else int(value)

    def number(self, value: Any) -> int:
        """Return ``value`` as C has it: the index of a word, or the integer."""
        return self.choices.index(value) if self.choices else int(value)

    def read(self, fields: Fields, key: str) -> Any:
        """Return the value at ``key`` of ``fields``, in integers. Raises ``InputError``."""
        if self.sizes:
            return fields.shape(key, limit=MAX_UNITS, max_axes=MAX_AXES)
        if self.texts:
            return fields.texts(key)
        if self.flag:
            return fields.flag(key)
        return (
            fields.choice(key, self.choices) if self.choices else fields.integer(key, self.low, self.high)
        )


def stored(default: Any = MISSING, **declaration: Any) -> Any:
    """Return a dataclass field with a ``Stored`` declaration; without a ``default``, a required one."""
    declared = Stored(default, required=declaration.pop("required", default is MISSING), **declaration)
    return field(default=default, metadata={"stored": declared})


def stored_fields(part: type) -> Mapping[str, Stored]:
    """Return the declarations of the dataclass ``part`` by field name, in its order."""
    found: Mapping[str, Stored] = _declared(cast(Hashable, part))
    return found


@cache
def _declared(part: Any) -> Mapping[str, Stored]:
    return {f.name: f.metadata["stored"] for f in fields(part) if "stored" in f.metadata}


def check_stored(part: Any, where: str, integers: bool = True) -> None:
    """Raise ``InputError`` unless all declared fields of ``part``, at ``where``, are in range.

    ``integers``: whether times are in steps; in seconds, they are not checked.
    """
    for name, declared in stored_fields(type(part)).items():
        if integers or declared.unit != SECONDS:
            declared.check(getattr(part, name), f"{where}.{name}")


def stated(part: Any) -> dict[str, Any]:
    """Return the declared fields of ``part`` that files state, with their values."""
    values = ((name, getattr(part, name), d) for name, d in stored_fields(type(part)).items())
    return {name: value for name, value, d in values if d.required or value != d.default}


def as_json(part: Any, hashed: bool = False) -> dict[str, Any]:
    """Return what ``stated`` returns as JSON has it; ``hashed``: only what the model hash covers."""
    declared = stored_fields(type(part))
    kept = ((name, value) for name, value in stated(part).items() if declared[name].hashed or not hashed)
    return {name: declared[name].json(value) for name, value in kept}


def read_stated(
    part: type, file: Fields, read: Callable[[Stored, Fields, str], Any] = Stored.read
) -> dict[str, Any]:
    """Return the declared fields of ``part`` that ``file`` states, each by ``read``.

    Raises ``InputError`` for a required field that is missing, and for values out of range.
    """
    declared = stored_fields(part).items()
    return {name: read(d, file, name) for name, d in declared if d.required or name in file.content}


def members(part: Any) -> dict[str, int]:
    """Return the declared fields of ``part`` that C has, by member, as integers."""
    return {s.member: s.number(getattr(part, n)) for n, s in stored_fields(type(part)).items() if s.member}


def since(part: Any) -> dict[str, int]:
    """Return the first version of the file format that has each field that ``part`` states."""
    declared = stored_fields(type(part))
    return {name: declared[name].since for name in stated(part)}
