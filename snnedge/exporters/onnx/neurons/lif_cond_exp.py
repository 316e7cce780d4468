"""`lif_cond_exp` in ONNX."""

from ....model.integers import INT16_MAX
from ....model.kind import RECEPTORS
from ....model.network import Population
from ..synaptic_input import Inputs
from ..tensor import State, Tensor
from . import if_wta, lif

distance = if_wta.distance


def initial(p: Population, zero: Tensor) -> State:
    """``pull_e``, ``pull_i``: int32 (n, size)."""
    return {**lif.initial(p, zero), **dict.fromkeys(("pull_e", "pull_i"), zero.expand(1, p.size))}


def step(p: Population, state: State, inputs: Inputs) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, size)."""
    v = _pulled(state["v"], 0, p.params["leak"])
    for receptor, x in zip(RECEPTORS, "ei", strict=True):
        left = (state[f"pull_{x}"] * p.params[f"decay_{x}"]).quotient(2**15)
        added = inputs.drive(receptor).maximum(0) * p.params[f"gain_{x}"]  # below 2^30
        pull = left + added
        state[f"pull_{x}"] = inputs.counted(pull, pull.minimum(INT16_MAX))
        shift = p.params[f"shift_{x}"]
        v = _pulled(
            v, p.params[f"reversal_{x}"], (state[f"pull_{x}"] + (1 << shift >> 1)).quotient(2**shift)
        )
    resting = state["resting"] > 0
    spikes: Tensor = ~resting & (v > p.params["threshold"])
    state["v"] = (resting | spikes).where(p.params["reset"], v)
    state["resting"] = lif.rested(p, state, spikes)
    return spikes


def _pulled(v: Tensor, target: int, share: Tensor | int) -> Tensor:
    """``v``, moved by ``share`` (Q15) of the way to ``target``."""
    return v + (((target - v) * share + 0x4000) >> 15)
