"""Values that compare with ``==``, whatever they are made of."""

import dataclasses
from typing import Any

import numpy as np

from snnedge.model.kind import Kind


def plain(value: Any) -> Any:
    """Return ``value`` as something that ``==`` compares by type, shape and bits."""
    if isinstance(value, Kind):
        return value.name
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return (type(value), [plain(item) for item in value])
    return (type(value), value.hex() if isinstance(value, float) else value)
