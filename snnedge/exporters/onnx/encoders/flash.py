"""`flash` in ONNX."""

from ....model.network import Encoder
from ..tensor import State, Tensor


def levels(encoder: Encoder, gray: Tensor) -> Tensor:
    """Is the input bright? bool (n, size), of ``gray`` int32 (n, size), 0..255."""
    threshold: int = encoder.params["threshold"]
    return gray >= threshold


def initial(encoder: Encoder, zero: Tensor) -> State:
    """The step says it all."""
    return {}


def step(encoder: Encoder, levels: Tensor, state: State, step: Tensor) -> Tensor:
    """The input spikes, bool (n, size)."""
    return levels & step.equals(0)
