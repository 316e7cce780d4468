"""`lif` in ONNX."""

from ....model.network import Population
from ..synaptic_input import SynapticInput
from ..tensor import State, Tensor
from . import if_wta


def initial(p: Population, zero: Tensor) -> State:
    """Return the state before the first step, int32 (n, size). ``refractory_left`` <= 0 means none."""
    return {**if_wta.initial(p, zero), "refractory_left": zero.expand(1, p.size)}


def step(p: Population, state: State, inputs: SynapticInput) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, size)."""
    threshold, refractory = p.params["threshold"], state["refractory_left"] > 0
    leaked = (state["v"] * p.params["decay"] + 0x4000) >> 15
    v = inputs.saturate(refractory.where(0, leaked + inputs.current()))
    spikes: Tensor = ~refractory & (v > threshold)
    after = inputs.saturate(spikes.where(v - threshold, 0)) if p.params["reset"] else 0
    state["v"] = spikes.where(after, v)
    state["refractory_left"] = refractory_left(p, state, spikes)
    return spikes


def refractory_left(p: Population, state: State, spikes: Tensor) -> Tensor:
    """Return the refractory steps after this one; without a spike it decreases below 0."""
    return spikes.where(p.params["refractory"], state["refractory_left"] - 1)
