"""`patch` in ONNX."""

import numpy as np

from ....model.network import Projection
from ..tensor import INT32, Tensor


def patches(s: Projection, active: Tensor, positions: Tensor) -> Tensor:
    """Return the active pixels of each patch that delivers: bool (n, k, pixels of the patch).

    ``active``: the map, bool (n, sources). ``positions``: first pixel of each patch, int64 (k,), or -1.
    """
    y, x = np.indices(s.weights.shape[1:])
    first = positions.reshape(-1, 1)
    found = active.take(first.maximum(0) + (y * s.params["image_width"] + x).ravel(), 1) & (first >= 0)
    min_active: int = s.params["min_active"]
    return found & (found.to(INT32).sum(2) >= min_active)
