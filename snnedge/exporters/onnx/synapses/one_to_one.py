"""`one_to_one` in ONNX."""

from ....model.network import Projection
from ..tensor import INT32, Tensor


def sums(s: Projection, spikes: Tensor) -> Tensor:
    """Return the synaptic sums, int32 (n, targets), of ``spikes`` bool (n, sources)."""
    weight: int = s.params["weight"]
    return spikes.to(INT32) * weight
