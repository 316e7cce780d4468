"""`lif_cond_exp` in ONNX."""

from ....model.integers import INT16_MAX
from ....model.kind import RECEPTORS
from ....model.network import Population
from ..synaptic_input import SynapticInput
from ..tensor import State, Tensor
from . import lif


def initial(p: Population, zero: Tensor) -> State:
    """Return the state before the first step, int32 (n, size)."""
    return {
        **lif.initial(p, zero),
        **dict.fromkeys(("conductance_e", "conductance_i"), zero.expand(1, p.size)),
    }


def step(p: Population, state: State, inputs: SynapticInput) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, size)."""
    v = _approached(state["v"], 0, p.params["leak"])
    for receptor, x in zip(RECEPTORS, "ei", strict=True):
        decayed = (state[f"conductance_{x}"] * p.params[f"decay_{x}"]).quotient(2**15)
        added = inputs.current(receptor).maximum(0) * p.params[f"gain_{x}"]  # below 2^30
        conductance = decayed + added
        state[f"conductance_{x}"] = inputs.counted(conductance, conductance.minimum(INT16_MAX))
        shift = p.params[f"shift_{x}"]
        v = _approached(
            v, p.params[f"reversal_{x}"], (state[f"conductance_{x}"] + (1 << shift >> 1)).quotient(2**shift)
        )
    refractory = state["refractory_left"] > 0
    spikes: Tensor = ~refractory & (v > p.params["threshold"])
    state["v"] = (refractory | spikes).where(p.params["reset"], v)
    state["refractory_left"] = lif.refractory_left(p, state, spikes)
    return spikes


def _approached(v: Tensor, target: int, fraction: Tensor | int) -> Tensor:
    """Return ``v``, moved by ``fraction`` (Q15) of its distance to ``target``."""
    return v + (((target - v) * fraction + 0x4000) >> 15)
