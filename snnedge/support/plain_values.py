"""Plain values: nested dicts, lists, texts and numbers, as JSON holds them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


def plain(value: Any, leaf: Callable[[Any], Any], sort: bool = False) -> Any:
    """Return ``value`` in Python's own types, tuples as lists, keys as texts.

    ``leaf``: what becomes of a value that is neither a mapping, a list, a tuple nor a numpy scalar.
    ``sort``: order mappings by key, so that equal values become equal bytes.
    """
    if isinstance(value, Mapping):
        keys = sorted(value, key=str) if sort else value
        return {str(key): plain(value[key], leaf, sort) for key in keys}
    if isinstance(value, (list, tuple)):
        return [plain(item, leaf, sort) for item in value]
    return plain(value.item(), leaf, sort) if isinstance(value, np.generic) else leaf(value)
