"""Types and ranges of values from a file, checked."""

from typing import Any

from ..errors import InputError


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
