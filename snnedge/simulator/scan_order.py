"""The interlaced scan of a map: the positions that a step visits (integer-contract.md, "conv_wta").

Early phases cover the whole image coarsely, so that a decision can come before the scan ends.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

# The 4 x 4 ordered-dither (Bayer) matrix keeps the positions visited so far as far apart as possible.
PHASE = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])

# A network that states neither has a position at every pixel.
DEFAULT_ORIGIN, DEFAULT_STRIDE = 0, 1


def phases(rows: int, columns: int) -> np.ndarray:
    """Return the step that visits each position: int64 (rows, columns), 0..15."""
    y, x = np.indices((rows, columns))
    return np.asarray(PHASE[y % 4, x % 4])


def visited(rows: int, columns: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Return y and x of the positions that ``step`` visits, in raster order."""
    y, x = np.nonzero(phases(rows, columns) == step)
    return y, x


def first_pixels(params: Mapping[str, Any], y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the upper left pixel of the patch at each position (y, x) of a `conv_wta` population."""
    origin, stride = params.get("origin", DEFAULT_ORIGIN), params.get("position_stride", DEFAULT_STRIDE)
    return np.asarray(origin + stride * (y * params["image_width"] + x))
