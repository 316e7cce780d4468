"""`lif` in ONNX."""

from ....model.network import Population
from ..synaptic_input import Inputs
from ..tensor import State, Tensor
from . import if_wta

distance = if_wta.distance


def initial(p: Population, zero: Tensor) -> State:
    """``resting``: refractory steps left, none from 0 down; as v int32 (n, size)."""
    return {**if_wta.initial(p, zero), "resting": zero.expand(1, p.size)}


def step(p: Population, state: State, inputs: Inputs) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, size)."""
    threshold, resting = p.params["threshold"], state["resting"] > 0
    leaked = (state["v"] * p.params["decay"] + 0x4000) >> 15
    v = inputs.saturate(resting.where(0, leaked + inputs.drive()))
    spikes: Tensor = ~resting & (v > threshold)
    after = inputs.saturate(spikes.where(v - threshold, 0)) if p.params["reset"] else 0
    state["v"] = spikes.where(after, v)
    state["resting"] = rested(p, state, spikes)
    return spikes


def rested(p: Population, state: State, spikes: Tensor) -> Tensor:
    """Refractory steps left after this one; there is no end to counting down."""
    return spikes.where(p.params["refractory"], state["resting"] - 1)
