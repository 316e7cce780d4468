"""Presets: the constants of a training as data, ``presets/NAME.toml``.

Top level: ``recipe``, and ``default_for``, names of data sets. The table [default] holds the constants; a
table named after a data set overrides single entries of it, and a user overrides both.
"""

import copy
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..parameters import Parameter
from ..registry import choose

FOLDER = Path(__file__).parent / "presets"
FALLBACK = "wta"  # for data sets that no preset names
OPTIONAL = ("samples", "neurons")  # keys that a preset may leave open

MAX_SAMPLES = 2 * 10**7  # presentations: a plan holds about 50 bytes for each; 333 epochs of MNIST

Preset = dict[str, Any]


@cache
def names() -> tuple[str, ...]:
    """Presets there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def default(data: str) -> str:
    """The preset for the data set ``data``."""
    return next((name for name in names() if data in _file(name).get("default_for", ())), FALLBACK)


def recipe(name: str) -> str:
    """The recipe of the preset ``name``. Raises ``UnknownName``."""
    return str(_file(choose(name, names(), "preset"))["recipe"])


def load(name: str, data: str, changes: Mapping[str, Any] | None = None) -> Preset:
    """The constants of the preset ``name`` for the data set ``data``, with the user's ``changes``.

    A key of ``changes`` may have dots: ``stage.learning_rate``. Raises ``InputError`` that names it.
    """
    tables = _file(choose(name, names(), "preset"))
    preset: Preset = copy.deepcopy(tables["default"] | tables.get(data, {}))
    for key, value in (changes or {}).items():
        _change(preset, name, key, value)
    return preset


def checked(preset: Preset, key: str, parameter: Parameter) -> Any:
    """The number at ``key``, which has the range of ``parameter``. Raises ``InputError``.

    Every key is also an option of ``snnedge train``: the common ones by name, the others by --set.
    """
    value, option = preset[key], f"--{key.replace('_', '-')}"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"{option} {value!r}: give a number")
    if parameter.integer and value != int(value):
        raise InputError(f"{option} {value}: give a whole number")
    if not parameter.low <= value <= parameter.high:
        raise InputError(f"{option} {value}: give a number from {parameter.low} to {parameter.high:.0f}")
    return int(value) if parameter.integer else value


def by_size(preset: Preset, key: str) -> Preset:
    """``preset`` with a number at ``key``: a table { neurons = [...], value = [...] } is interpolated."""
    value = preset[key]
    if isinstance(value, dict):
        value = float(np.interp(preset["neurons"], value["neurons"], value["value"]))
    return {**preset, key: value}


def samples(preset: Preset, images: int) -> int:
    """Presentations: ``samples`` if the preset has it, else ``epochs`` times ``images``."""
    limit = Parameter("", 1, MAX_SAMPLES, integer=True)
    if "samples" in preset:
        return int(checked(preset, "samples", limit))
    epochs = checked(preset, "epochs", Parameter("", 0, MAX_SAMPLES / images))
    return int(checked({"epochs": round(epochs * images)}, "epochs", limit))


def parse(assignments: Iterable[str]) -> dict[str, Any]:
    """``KEY=VALUE`` texts as changes; a VALUE is written as in TOML, a bare word is a text."""
    changes = {}
    for text in assignments:
        key, equals, value = text.partition("=")
        if not (equals and key.strip()):
            raise InputError(f"--set {text!r}: write KEY=VALUE, for instance --set steps=40")
        changes[key.strip()] = _value(value.strip())
    return changes


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _change(preset: Preset, name: str, key: str, value: Any) -> None:
    *path, last = key.split(".")
    table: Any = preset
    for word in path:
        table = _entry(table, word, name, key)
    optional = table is preset and last in OPTIONAL
    before = table.get(last) if optional else _entry(table, last, name, key)
    if before is not None and not _alike(before, value):
        raise InputError(f"--set {key}={value!r}: preset {name!r} has {before!r} there, another type")
    table[int(last) if isinstance(table, list) else last] = value


def _entry(table: Any, word: str, name: str, key: str) -> Any:
    if isinstance(table, list) and word.isdecimal() and int(word) < len(table):
        return table[int(word)]
    if isinstance(table, dict) and word in table:
        return table[word]
    known = ", ".join(table) if isinstance(table, dict) else "numbers from 0"
    raise InputError(f"preset {name!r} has no {key!r} (known here: {known})")


def _alike(before: Any, value: Any) -> bool:
    """Whether ``value`` may stand for ``before``; a schedule or a number by size has several shapes."""
    if isinstance(before, (dict, list)) and isinstance(value, (dict, list, int, float)):
        return not isinstance(value, bool)
    if isinstance(before, bool) or isinstance(value, bool):
        return type(before) is type(value)
    if isinstance(before, (int, float)):
        return isinstance(value, (int, float))
    return type(before) is type(value)


@cache
def _file(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
