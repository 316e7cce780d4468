"""`if_race` in ONNX."""

from ....model.network import Population
from ..synaptic_input import Inputs
from ..tensor import State, Tensor
from . import if_wta

distance = if_wta.distance


def initial(p: Population, zero: Tensor) -> State:
    """v is below int16 for a bias of -32768, until the first drive."""
    return {"v": zero - p.params["bias"], "over": zero > 0}


def step(p: Population, state: State, inputs: Inputs) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, size)."""
    state["v"] = inputs.saturate(state["v"] + inputs.drive())
    spikes, fired = if_wta.winners(p, distance(p, state))
    spikes = spikes & ~state["over"]
    state["over"] = state["over"] | fired
    return spikes
