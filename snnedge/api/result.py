"""Results: frozen values, and the JSON object that the command line prints for each.

A field may be marked: ``Annotated[Cost, FLAT]``.
"""

import warnings
from collections.abc import Iterator
from dataclasses import Field, dataclass, fields, is_dataclass
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

import numpy as np

from ..support.plain_values import plain
from ..support.renamed import notice

HIDDEN = "hidden"  # for Python alone: no part of the JSON object
FLAT = "flat"  # the entries of its value are merged with the other fields of the JSON object

OPTIONAL = "optional"  # no part of the JSON object where it is empty


@dataclass(frozen=True)
class Key:
    """The mark of a field that has another ``name`` in the JSON object."""

    name: str


@dataclass(frozen=True)
class FormerKey:
    """The mark of a field that the JSON object also has by its old ``name``, until ``ALIASES_END``."""

    name: str


@dataclass(frozen=True)
class Result:
    """The base of all results. Fields are named as the keys of the command's JSON object."""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them: the object that the command prints with --json."""
        found: dict[str, Any] = {}
        for f, marks in _visible(self):
            value = json_value(getattr(self, f.name))
            renamed = [mark.name for mark in marks if isinstance(mark, Key)]
            found |= value if FLAT in marks else {(renamed or [f.name])[0]: value}
            found |= {mark.name: value for mark in marks if isinstance(mark, FormerKey)}
        return found

    if not TYPE_CHECKING:  # else any attribute would pass the type check

        def __getattr__(self, name: str) -> Any:
            """Return the field whose old name is ``name``, with a ``DeprecationWarning``."""
            for f in fields(self):
                if FormerKey(name) in _marks(f):
                    warnings.warn(notice(name, f.name), DeprecationWarning, stacklevel=2)
                    return getattr(self, f.name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        shown = (f"{f.name}={getattr(self, f.name)!r}" for f, _ in _visible(self))
        return f"{type(self).__name__}({', '.join(shown)})"


def _marks(f: Field[Any]) -> tuple[Any, ...]:
    return getattr(f.type, "__metadata__", ())


def _visible(result: Result) -> Iterator[tuple[Field[Any], tuple[Any, ...]]]:
    """Yield each field that is neither hidden nor optional and empty, with its marks."""
    for f in fields(result):
        marks = _marks(f)
        if HIDDEN not in marks and (OPTIONAL not in marks or getattr(result, f.name)):
            yield f, marks


def json_value(value: Any) -> Any:
    """Return ``value`` in the types of JSON: arrays and tuples as lists, paths as texts."""
    return plain(value, _leaf)


def _leaf(value: Any) -> Any:
    if isinstance(value, Result):
        return value.as_dict()
    if is_dataclass(value):
        return {f.name: json_value(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, np.ndarray):
        return value.tolist()
    return fspath(value) if isinstance(value, PathLike) else value
