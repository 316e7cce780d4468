"""`dense` in ONNX: one byte for each weight, whatever its bits."""

from ....model.network import Projection
from ..tensor import Tensor


def sums(s: Projection, spikes: Tensor) -> Tensor:
    """Synaptic sums, int32 (n, targets), of ``spikes`` bool (n, sources)."""
    return spikes @ s.weights
