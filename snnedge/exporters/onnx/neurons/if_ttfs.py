"""`if_ttfs` in ONNX."""

from ....model.network import Population
from ..synaptic_input import SynapticInput
from ..tensor import State, Tensor
from . import if_wta


def initial(p: Population, zero: Tensor) -> State:
    """Return the state before the first step. v = -bias is 32768 for a bias of -32768, more than int16."""
    return {"v": zero - p.params["bias"], "has_fired": zero > 0}


def step(p: Population, state: State, inputs: SynapticInput) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, size)."""
    state["v"] = inputs.saturate(state["v"] + inputs.current())
    spikes, fired = if_wta.winners(p, state["v"] - p.params["threshold"])
    spikes = spikes & ~state["has_fired"]
    state["has_fired"] = state["has_fired"] | fired
    return spikes
