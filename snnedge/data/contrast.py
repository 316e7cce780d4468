"""Contrast enhancement: local contrast normalised, on a power-law scale, as uint8 images again.

The network receives enhanced images in training, on the host and on a board, and itself needs no arithmetic
for it. The program that presents images enhances them first; the model's provenance has the constants.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import InputError
from ..model.parameter import Parameter

RANGES = {  # of the table `enhance` of a preset; window 0: images stay unchanged
    "window": Parameter("", 0, 99, integer=True),
    "power": Parameter("", 0.1, 10),
    "saturation": Parameter("", 0, 100),
}
WINDOW = 9  # pixels: about a third of an MNIST digit
FLOOR = 0.1  # of full scale: a smaller deviation is noise or a flat area, and is not amplified


def enhanced(
    images: np.ndarray, window: int = WINDOW, power: float = 2.5, saturation: float = 0.0
) -> np.ndarray:
    """Return uint8 ``images`` (n, rows, columns) as 255 f^power, with f = min(contrast / full scale, 1).

    Local contrast: (p - mean) / max(deviation, FLOOR) over a square of ``window`` pixels (odd), clipped at
    0 from below (Jarrett et al. 2009). Full scale: ``saturation`` deviations, or with 0 the largest
    contrast in the image. A spike rate proportional to the result is max_rate f^power.
    """
    gray = images / 255.0
    mean = _box_mean(gray, window)
    spread = np.sqrt(np.maximum(_box_mean(gray**2, window) - mean**2, 0))
    contrast = np.maximum(gray - mean, 0) / np.maximum(spread, FLOOR)
    top = saturation or contrast.max(axis=(1, 2), keepdims=True)
    scaled = np.minimum(contrast / np.where(top > 0, top, 1), 1)
    return np.asarray(np.rint(255 * scaled**power), np.uint8)


def presented(images: np.ndarray, table: Mapping[str, Any]) -> np.ndarray:
    """Return uint8 ``images`` (n, rows, columns) enhanced by the ``table`` of a preset (``RANGES``)."""
    return enhanced(images, **table) if table["window"] else images


def check_window(table: Mapping[str, Any]) -> None:
    """Raise ``InputError`` when the window of a preset's ``table`` has no central pixel."""
    if table["window"] and table["window"] % 2 == 0:
        raise InputError(f"--set enhance.window={table['window']}: give an odd number, or 0")


def as_trained(images: np.ndarray, provenance: Mapping[str, Any]) -> np.ndarray:
    """Return uint8 ``images`` enhanced as in the training that a model's ``provenance`` describes.

    Without a window there they are returned unchanged. Raises ``InputError`` for impossible constants.
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
    """Return the mean over the square around each pixel, with zeros outside the image."""
    for axis in (1, 2):
        margin = [(0, 0), (0, 0), (0, 0)]
        margin[axis] = (window // 2 + 1, window // 2)
        sums = np.cumsum(np.pad(values, margin), axis=axis)
        upper, lower = np.arange(window, sums.shape[axis]), np.arange(sums.shape[axis] - window)
        values = sums.take(upper, axis) - sums.take(lower, axis)
    return np.asarray(values / window**2)
