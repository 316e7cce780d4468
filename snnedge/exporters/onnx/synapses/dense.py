"""`dense` in ONNX: one byte per weight at any number of bits."""

from ....model.network import Projection
from ..tensor import Tensor


def sums(s: Projection, spikes: Tensor) -> Tensor:
    """Return the synaptic sums, int32 (n, targets), of ``spikes`` bool (n, sources)."""
    return spikes @ s.weights
