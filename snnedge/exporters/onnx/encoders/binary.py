"""`binary` in ONNX."""

from ....model.network import Encoder
from ..tensor import State, Tensor


def levels(encoder: Encoder, gray: Tensor) -> Tensor:
    """Return whether each input spikes, bool (n, size), of ``gray`` int32 (n, size), 0..255."""
    threshold: int = encoder.params["threshold"]
    return gray >= threshold


def initial(encoder: Encoder, zero: Tensor) -> State:
    """Return an empty state: the number of the step suffices."""
    return {}


def step(encoder: Encoder, levels: Tensor, state: State, step: Tensor) -> Tensor:
    """Return the input spikes of ``step``, bool (n, size)."""
    return levels & step.equals(0)
