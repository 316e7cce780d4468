"""Types and ranges of values from a file, checked."""

import math
from typing import Any

from ..errors import InputError

MAX_DEPTH, MAX_ENTRIES, MAX_TEXT = 8, 4096, 65536  # of provenance


def typed(value: Any, kind: type) -> Any:
    """Return ``value`` if it is of type ``kind``. Raises ``InputError``."""
    if type(value) is not kind:
        raise InputError(f"{value!r} is not of type {kind.__name__}")
    return value


def integer(value: Any) -> int:
    """Return ``value`` if it is a whole number of 32 bits. Raises ``InputError``."""
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**31) <= value < 2**31:
        raise InputError(f"{value!r} is not a 32-bit integer")
    return value


def check_provenance(value: Any, depth: int = 0) -> None:
    """Raise ``InputError`` unless ``value`` is plain data, not too deep, long or large, and finite."""
    if depth > MAX_DEPTH:
        raise InputError(f"field 'provenance' is deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict | list):
        if len(value) > MAX_ENTRIES:
            raise InputError(f"field 'provenance' has more than {MAX_ENTRIES} entries in one place")
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            check_provenance(item, depth + 1)
    elif isinstance(value, str) and len(value) > MAX_TEXT:
        raise InputError(f"field 'provenance' has a text of more than {MAX_TEXT} characters")
    elif isinstance(value, float) and not math.isfinite(value):
        raise InputError("field 'provenance' has a number that is not finite")
