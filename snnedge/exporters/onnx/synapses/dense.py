"""`dense` in ONNX: one byte for each weight, whatever its bits."""

from ....network import Projection
from ..graph import Tensor


def sums(s: Projection, spikes: Tensor) -> Tensor:
    """Synaptic sums, int32 (n, targets), of ``spikes`` bool (n, sources)."""
    return spikes @ s.weights
