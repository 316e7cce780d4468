"""Enhanced encoding: images with local contrast normalised, on a power-law scale, as uint8 again.

The result is an image like any other: what trains, what is exported and what a board is given are the same
bytes, so the model itself needs no arithmetic for it. Enhancing images before they are presented is the
task of whoever presents them; the model's provenance says so.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import InputError
from ..model.parameter import Parameter

RANGES = {  # of what a preset says about it; window 0: images as they are
    "window": Parameter("", 0, 99, integer=True),
    "power": Parameter("", 0.1, 10),
    "saturation": Parameter("", 0, 100),
}
WINDOW = 9  # pixels: about a third of a digit
FLOOR = 0.1  # of full scale: a smaller deviation is noise or flat ground, and is not amplified


def enhanced(
    images: np.ndarray, window: int = WINDOW, power: float = 2.5, saturation: float = 0.0
) -> np.ndarray:
    """uint8 (n, rows, columns) -> the same: 255 f^power, f = min(local contrast / full scale, 1).

    Local contrast: (p - mean) / max(deviation, FLOOR) over a square of ``window`` pixels (odd), negative
    values cut off (Jarrett et al. 2009). Full scale: ``saturation`` deviations, or with 0 the largest
    contrast in the image. A rate proportional to the result is max_rate f^power.
    """
    gray = images / 255.0
    mean = _box_mean(gray, window)
    spread = np.sqrt(np.maximum(_box_mean(gray**2, window) - mean**2, 0))
    contrast = np.maximum(gray - mean, 0) / np.maximum(spread, FLOOR)
    top = saturation or contrast.max(axis=(1, 2), keepdims=True)
    scaled = np.minimum(contrast / np.where(top > 0, top, 1), 1)
    return np.asarray(np.rint(255 * scaled**power), np.uint8)


def as_trained(images: np.ndarray, provenance: Mapping[str, Any]) -> np.ndarray:
    """``images``, enhanced if those of the training were, which a model's ``provenance`` says.

    Raises ``InputError`` when it says so in a way that cannot be.
    """
    table = provenance.get("enhance")
    if not isinstance(table, Mapping) or not table.get("window"):
        return images
    match (table["window"], table.get("power"), table.get("saturation", 0)):
        case (int(window), int(power) | float(power), int(full) | float(full)) if (
            window in range(1, 100, 2) and 0.1 <= power <= 10 and 0 <= full <= 100
        ):
            return enhanced(images, window, power, full)
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
