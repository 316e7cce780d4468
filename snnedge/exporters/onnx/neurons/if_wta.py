"""`if_wta` in ONNX."""

import numpy as np

from ....model.network import Population
from ..synaptic_input import SynapticInput
from ..tensor import State, Tensor


def initial(p: Population, zero: Tensor) -> State:
    """Return the state before the first step: tensors (n, size), made from ``zero``, int32 (n, 1)."""
    return {"v": zero.expand(1, p.size)}


def step(p: Population, state: State, inputs: SynapticInput) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, size)."""
    v = inputs.saturate(state["v"] + inputs.current())
    spikes, fired = winners(p, v - p.params["threshold"])
    state["v"] = fired.where(0, v)
    return spikes


def winners(p: Population, distance: Tensor) -> tuple[Tensor, Tensor]:
    """Return the largest of each row, the first on ties, where it is positive: bool (n, size).

    The second value is whether there is one: bool (n, 1).
    """
    fired = distance.max(1) > 0
    return distance.argmax(1).equals(np.arange(p.size)) & fired, fired
