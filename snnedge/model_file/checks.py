"""Type and range checks of values from a file."""

import math
from collections.abc import Mapping
from typing import Any

from ..errors import InputError
from ..model.integer_model import canonical
from ..support.checked import show

MAX_DEPTH, MAX_ENTRIES, MAX_TEXT = 8, 4096, 65536  # of provenance
PLAIN = (str, int, float, bool, type(None))  # values of JSON that have no parts


def typed(value: Any, kind: type, where: str) -> Any:
    """Return ``value``, of the field ``where``, if it is of type ``kind``. Raises ``InputError``."""
    if type(value) is not kind:
        raise InputError(f"field {where!r}: {show(value)} is not of type {kind.__name__}")
    return value


def integer(value: Any, where: str) -> int:
    """Return ``value``, of the field ``where``, if it is an integer of 32 bits. Raises ``InputError``."""
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**31) <= value < 2**31:
        raise InputError(f"field {where!r}: {show(value)} is not a 32-bit integer")
    return value


def dicts(value: Any, where: str) -> list[dict[str, Any]]:
    """Return ``value``, of the field ``where``, if it is a list of objects. Raises ``InputError``."""
    return [typed(item, dict, f"{where}.{k}") for k, item in enumerate(typed(value, list, where))]


def check_provenance(value: Any, depth: int = 0) -> None:
    """Raise ``InputError`` unless ``value`` is plain data, not too deep, long or large, and finite."""
    if depth > MAX_DEPTH:
        raise InputError(f"field 'provenance' is deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict | list | tuple):
        if len(value) > MAX_ENTRIES:
            raise InputError(f"field 'provenance' has more than {MAX_ENTRIES} entries in one place")
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            check_provenance(item, depth + 1)
    elif not isinstance(value, PLAIN):
        raise InputError(f"field 'provenance' holds a {type(value).__name__}, which is no plain data")
    elif isinstance(value, str) and len(value) > MAX_TEXT:
        raise InputError(f"field 'provenance' has a text of more than {MAX_TEXT} characters")
    elif isinstance(value, float) and not math.isfinite(value):
        raise InputError("field 'provenance' has a number that is not finite")


def check_finite(provenance: Mapping[str, Any]) -> None:
    """Raise ``InputError`` unless JSON can hold ``provenance``: the one limit of versions 1 and 2."""
    try:
        canonical(provenance)
    except (TypeError, ValueError) as error:
        raise InputError(f"field 'provenance' holds what JSON cannot ({error})") from error
