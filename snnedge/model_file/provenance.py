"""Provenance: limits of the record that a file carries along and no result depends on."""

import math
from collections.abc import Mapping
from typing import Any

from ..errors import InputError
from ..model.integer_model import canonical

MAX_DEPTH, MAX_ENTRIES, MAX_TEXT = 8, 4096, 65536  # of provenance
PLAIN = (str, int, float, bool, type(None))  # values of JSON that have no parts


def check_provenance(value: Any, depth: int = 0) -> None:
    """Raise ``InputError`` unless ``value`` is plain data, not too deep, long or large, and finite."""
    if depth > MAX_DEPTH:
        raise InputError(f"field 'provenance' is deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict | list | tuple):
        if len(value) > MAX_ENTRIES:
            raise InputError(f"field 'provenance' has a list or object of more than {MAX_ENTRIES} entries")
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
