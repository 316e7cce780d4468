"""`lateral` in ONNX: the total of all sources, less that of the same index."""

from ....model.network import Projection
from ..tensor import INT32, Tensor


def sums(s: Projection, spikes: Tensor) -> Tensor:
    """Return the synaptic sums, int32 (n, targets), of ``spikes`` bool (n, sources)."""
    own, weight = spikes.to(INT32), int(s.params["weight"])
    return (own.sum(1) - own) * weight
