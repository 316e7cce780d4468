"""Presets: the constants of a training as data, in ``presets/NAME.toml``.

Top level: ``recipe``, and ``default_for``, names of data sets. The table [default] holds the constants. A
table named after a data set overrides single entries of it, and ``--set`` overrides both.
"""

import copy
import logging
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .. import kinds
from ..errors import InputError
from ..model.parameter import Parameter
from ..support import renamed
from ..support.plugins import choose

FOLDER = Path(__file__).parent / "presets"
FALLBACK = "wta"  # for data sets that no preset names
OPTIONAL_KEYS = ("samples", "neurons")  # that a preset may leave out
# Keys that are options of `snnedge train`; all others are given by --set KEY=VALUE.
OPTIONS = ("neurons", "epochs", "samples", "rstdp_epochs", "margin_epochs", "seed", "decision")

MAX_NUMBER = 1e9  # in a change of a preset: all constants are far below it
MAX_SAMPLES = 2 * 10**7  # presentations, 333 epochs of MNIST: a plan takes about 50 bytes for each

Preset = dict[str, Any]


@cache
def names() -> tuple[str, ...]:
    """Return the names of all presets, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def default(data: str) -> str:
    """Return the default preset of the data set ``data``."""
    return next((name for name in names() if data in _file(name).get("default_for", ())), FALLBACK)


def recipe(name: str) -> str:
    """Return the recipe of the preset ``name``. Raises ``UnknownName``."""
    return str(_file(choose(name, names(), "preset"))["recipe"])


def load(name: str, data: str, changes: Mapping[str, Any] | None = None) -> Preset:
    """Return the constants of the preset ``name`` for the data set ``data``, with the user's ``changes``.

    A key of ``changes`` may have dots: ``stages.0.learning_rate``. Raises ``InputError`` that names it.
    """
    tables = _file(choose(name, names(), "preset"))
    preset: Preset = copy.deepcopy(tables["default"] | tables.get(data, {}))
    for key, value in (changes or {}).items():
        _change(preset, name, key, value)
    return preset


def as_option(key: str, value: Any) -> str:
    """Return the command-line option that sets the constant at ``key`` (dots allowed) to ``value``."""
    return f"--{key.replace('_', '-')} {value}" if key in OPTIONS else f"--set {key}={value}"


def checked(preset: Mapping[str, Any], key: str, parameter: Parameter, table: str = "") -> Any:
    """Return the number at ``key``, checked against the range of ``parameter``. Raises ``InputError``.

    ``table``: path of ``preset`` within the whole one, for messages.
    """
    value, where = preset[key], f"{table}.{key}" if table else key
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"{as_option(where, repr(value))}: give a number")
    if not parameter.low <= value <= parameter.high:  # also refuses NaN
        limits = f"{_limit(parameter.low)} to {_limit(parameter.high)}"
        raise InputError(f"{as_option(where, value)}: give a number from {limits}")
    if parameter.integer and value != int(value):
        raise InputError(f"{as_option(where, value)}: give a whole number")
    return int(value) if parameter.integer else value


def _limit(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.6g}"


def numbers(
    preset: Mapping[str, Any], parameters: Mapping[str, Parameter], table: str = ""
) -> dict[str, Any]:
    """Return the numbers at all keys of ``parameters``, each ``checked``."""
    return {key: checked(preset, key, parameter, table) for key, parameter in parameters.items()}


def interpolated(preset: Preset, key: str) -> Preset:
    """Return ``preset`` with a number at ``key``, by linear interpolation over the number of neurons.

    The value at ``key`` is a number, or a table { neurons = [...], value = [...] } with rising ``neurons``.
    Raises ``InputError``.
    """
    value = preset[key]
    if isinstance(value, dict):
        sizes, values = value.get("neurons", 0), value.get("value", 0)
        lists = _is_schedule(sizes) and _is_schedule(values) and len(sizes) == len(values)
        if not (lists and sizes == sorted(sizes)):
            problem = "give a number, or lists `neurons` (rising) and `value` of the same length"
            raise InputError(f"{as_option(key, repr(value))}: {problem}")
        value = float(np.interp(preset["neurons"], sizes, values))
    return {**preset, key: value}


def samples(preset: Preset, images: int) -> int:
    """Return the number of presentations: ``samples`` of the preset, else ``epochs`` times ``images``.

    Raises ``InputError`` outside 1..``MAX_SAMPLES``.
    """
    limit = Parameter("", 1, MAX_SAMPLES, integer=True)
    if "samples" in preset:
        return int(checked(preset, "samples", limit))
    epochs = checked(preset, "epochs", Parameter("", 0, MAX_SAMPLES / images))
    return int(checked({"epochs": round(epochs * images)}, "epochs", limit))


def parse(assignments: Iterable[str]) -> dict[str, Any]:
    """Return the changes in strings ``KEY=VALUE``; VALUE is TOML, or else a string.

    Raises ``InputError`` for a string of another form.
    """
    changes = {}
    for text in assignments:
        key, equals, value = text.partition("=")
        if not (equals and key.strip()):
            raise InputError(f"--set {text!r}: write KEY=VALUE, for instance --set steps=40")
        changes[key.strip()] = _value(value.strip())
    return changes


def _value(text: str) -> Any:
    """Return the TOML value ``text``, or ``text`` itself when it is none."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (
        ValueError,
        RecursionError,
    ):  # a bare word; or excessive digits and nesting, which are refused later
        return text


def _change(preset: Preset, name: str, key: str, value: Any) -> None:
    """Set the entry at ``key`` of ``preset``, called ``name``, to a value of the same type."""
    *path, last = key.split(".")
    table: Any = preset
    for word in path:
        table = _entry(table, word, name, key)
    last = _current(table, last)
    optional = table is preset and last in OPTIONAL_KEYS
    before = table.get(last) if optional else _entry(table, last, name, key)
    if not _finite(value):
        problem = f"give finite numbers, at most {MAX_NUMBER:g}"
        raise InputError(f"{as_option(key, repr(value)[:40])}: {problem}")
    if before is not None and not _same_type(before, value):
        raise InputError(
            f"--set {key}={repr(value)[:40]}: preset {name!r} has {before!r} there, another type"
        )
    table[int(last) if isinstance(table, list) else last] = value


def _current(table: Any, word: str) -> str:
    """Return the name of the entry ``word`` of ``table``; warn where ``word`` is its old name."""
    new = kinds.renamed_parameters().get(word, word)
    if not isinstance(table, dict) or word in table or new not in table:
        return word
    logging.getLogger("snnedge").warning("%s", renamed.notice(word, new))
    return new


def _entry(table: Any, word: str, name: str, key: str) -> Any:
    """Return the entry ``word`` of ``table``. Raises ``InputError`` that lists the known entries."""
    if isinstance(table, list) and word.isdecimal() and int(word) < len(table):
        return table[int(word)]
    if isinstance(table, dict) and word in table:
        return table[word]
    owners = [other for other in names() if word in _file(other)["default"]]
    if owners and word == key.partition(".")[0]:
        belongs = f"it belongs to preset {' and '.join(owners)}, not to {name!r}"
        raise InputError(f"{as_option(key, '...')}: {belongs}; leave it out, or add --preset {owners[0]}")
    known = ", ".join(table) if isinstance(table, dict) else "numbers from 0"
    raise InputError(f"preset {name!r} has no {key!r} (known here: {known})")


def _finite(value: Any) -> bool:
    """Return whether all numbers in ``value`` are finite and at most ``MAX_NUMBER``."""
    if isinstance(value, (list, dict)):
        return all(_finite(item) for item in (value.values() if isinstance(value, dict) else value))
    return not isinstance(value, (int, float)) or -MAX_NUMBER <= value <= MAX_NUMBER


def _same_type(before: Any, value: Any) -> bool:
    """Return whether ``value`` may replace ``before``: number, schedule, string, or table of equal keys."""
    if _is_schedule(before):
        return _is_schedule(value) or _is_number(value)
    if isinstance(before, dict):
        return isinstance(value, dict) and value.keys() == before.keys()
    if isinstance(before, list):
        return _are_stages(value, before)
    if isinstance(before, bool) or isinstance(value, bool):
        return type(before) is type(value)
    if isinstance(before, (int, float)):
        return isinstance(value, (int, float))
    return type(before) is type(value)


def _are_stages(value: Any, before: list[dict[str, Any]]) -> bool:
    """Return whether ``value`` is a list of tables with the keys of ``before``, and optional ones."""
    needed, known = before[0].keys(), _stage_keys(before)
    tables = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return tables and len(value) > 0 and all(needed <= item.keys() <= known for item in value)


def _stage_keys(stages: list[dict[str, Any]]) -> set[str]:
    """Return the keys of the stages in all presets whose stages include those of ``stages``."""
    found = [stage.keys() for name in names() for stage in _file(name)["default"].get("stages", ())]
    return set().union(*(keys for keys in found if stages[0].keys() <= keys))


def _is_schedule(value: Any) -> bool:
    """Return whether ``value`` has a form of ``schedule.py``, or is a table for ``interpolated``."""
    if isinstance(value, list):
        return len(value) > 0 and all(_is_number(item) for item in value)
    return isinstance(value, dict) and bool(value.keys() & {"shape", "value"})


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@cache
def _file(name: str) -> dict[str, Any]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
