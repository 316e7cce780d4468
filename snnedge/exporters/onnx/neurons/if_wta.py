"""`if_wta` in ONNX."""

import numpy as np

from ....model.network import Population
from ..synaptic_input import Inputs
from ..tensor import State, Tensor


def initial(p: Population, zero: Tensor) -> State:
    """State at the start of a sample: tensors (n, size) made from ``zero``, int32 (n, 1)."""
    return {"v": zero.expand(1, p.size)}


def step(p: Population, state: State, inputs: Inputs) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, size)."""
    v = inputs.saturate(state["v"] + inputs.drive())
    spikes, fired = winners(p, v - p.params["threshold"])
    state["v"] = fired.where(0, v)
    return spikes


def winners(p: Population, distance: Tensor) -> tuple[Tensor, Tensor]:
    """The largest of each row, if positive, first on ties: bool (n, size). Is there one: bool (n, 1)."""
    fired = distance.max(1) > 0
    return distance.argmax(1).equals(np.arange(p.size)) & fired, fired


def distance(p: Population, state: State) -> Tensor:
    """v - threshold, int32 (n, size)."""
    threshold: np.ndarray = p.params["threshold"]
    return state["v"] - threshold
