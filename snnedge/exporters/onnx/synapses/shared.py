"""`shared` in ONNX."""

import numpy as np

from ....model.network import Projection
from ..tensor import INT32, Tensor


def patches(s: Projection, seen: Tensor, places: Tensor) -> Tensor:
    """What the patch delivers at ``places`` int64 (k,), none below 0: bool (n, k, pixels), of the map
    ``seen`` bool (n, sources)."""
    y, x = np.indices(s.weights.shape[1:])
    place = places.reshape(-1, 1)
    found = seen.take(place.maximum(0) + (y * s.params["line"] + x).ravel(), 1) & (place >= 0)
    least: int = s.params["least"]
    return found & (found.to(INT32).sum(2) >= least)
