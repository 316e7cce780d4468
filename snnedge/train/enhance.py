"""Enhanced encoding: images with local contrast normalised, on a power-law scale, as uint8 again.

The result is an image like any other: what trains, what is exported and what a board is given are the same
bytes, so the model itself needs no arithmetic for it. Enhancing images before they are presented is the
task of whoever presents them; the model's provenance says so.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import InputError

WINDOW = 9  # pixels: about a third of a digit
FLOOR = 0.1  # of full scale: a smaller deviation is noise or flat ground, and is not amplified


def enhanced(images: np.ndarray, window: int = WINDOW, power: float = 2.5) -> np.ndarray:
    """uint8 (n, rows, columns) -> the same: 255 f^power, f = local contrast / its maximum in the image.

    Local contrast: (p - mean) / max(deviation, FLOOR) over a square of ``window`` pixels (odd), negative
    values cut off (Jarrett et al. 2009). A rate proportional to the result is max_rate f^power.
    """
    gray = images / 255.0
    mean = _box_mean(gray, window)
    spread = np.sqrt(np.maximum(_box_mean(gray**2, window) - mean**2, 0))
    contrast = np.maximum(gray - mean, 0) / np.maximum(spread, FLOOR)
    top = contrast.max(axis=(1, 2), keepdims=True)
    scaled = contrast / np.where(top > 0, top, 1)
    return np.asarray(np.rint(255 * scaled**power), np.uint8)


def as_trained(images: np.ndarray, provenance: Mapping[str, Any]) -> np.ndarray:
    """``images``, enhanced if those of the training were, which a model's ``provenance`` says.

    Raises ``InputError`` when it says so in a way that cannot be.
    """
    table = provenance.get("enhance")
    if not isinstance(table, Mapping) or not table.get("window"):
        return images
    match (table["window"], table.get("power")):
        case (int(window), int(power) | float(power)) if window in range(1, 100, 2) and 0.1 <= power <= 10:
            return enhanced(images, window, power)
    raise InputError(f"model field 'provenance.enhance': {dict(table)!r} names no window and power")


def _box_mean(values: np.ndarray, window: int) -> np.ndarray:
    """Mean over the square around each pixel; outside the image lie zeros."""
    for axis in (1, 2):
        margin = [(0, 0), (0, 0), (0, 0)]
        margin[axis] = (window // 2 + 1, window // 2)
        sums = np.cumsum(np.pad(values, margin), axis=axis)
        upper, lower = np.arange(window, sums.shape[axis]), np.arange(sums.shape[axis] - window)
        values = sums.take(upper, axis) - sums.take(lower, axis)
    return np.asarray(values / window**2)
