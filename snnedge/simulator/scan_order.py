"""The interlaced scan of a map: which positions a step visits (integer-contract.md, "conv_wta").

Early phases cover the whole image coarsely, so a decision may fall long before all of it was looked at.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

# The 4 x 4 ordered-dither (Bayer) matrix: of all orders it keeps visited positions farthest apart.
PHASE = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]])


# Of the positions: every pixel that holds a patch, unless a network says otherwise.
FIRST, SPACING = 0, 1


def phases(rows: int, columns: int) -> np.ndarray:
    """The step that visits each position, int64, shape (rows, columns), 0..15."""
    y, x = np.indices((rows, columns))
    return np.asarray(PHASE[y % 4, x % 4])


def visited(rows: int, columns: int, step: int) -> tuple[np.ndarray, np.ndarray]:
    """y and x of the positions that ``step`` visits, in raster order."""
    y, x = np.nonzero(phases(rows, columns) == step)
    return y, x


def places(params: Mapping[str, Any], y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The pixel under the patch's upper left corner at each position (y, x) of a `conv_wta` population."""
    first, spacing = params.get("first", FIRST), params.get("spacing", SPACING)
    return np.asarray(first + spacing * (y * params["line"] + x))
