"""`all_but_self` in ONNX: what all send to everybody, less what each would send to itself."""

from ....model.network import Projection
from ..tensor import INT32, Tensor


def sums(s: Projection, spikes: Tensor) -> Tensor:
    """Synaptic sums, int32 (n, targets), of ``spikes`` bool (n, sources)."""
    own, weight = spikes.to(INT32), int(s.params["weight"])
    return (own.sum(1) - own) * weight
