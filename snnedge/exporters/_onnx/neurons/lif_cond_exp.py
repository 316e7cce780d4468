"""`lif_cond_exp` in ONNX."""

from ....arithmetic import Q23_ONE
from ....network import RECEPTORS, Population
from ..graph import INT32, INT64, State, Tensor
from ..inputs import Inputs
from . import if_wta, lif

headroom = if_wta.headroom


def initial(p: Population, zero: Tensor) -> State:
    """``pull_e``, ``pull_i``: int32 (n, size), Q23."""
    return {**lif.initial(p, zero), **dict.fromkeys(("pull_e", "pull_i"), zero.expand(1, p.size))}


def step(p: Population, state: State, inputs: Inputs) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, size)."""
    for receptor, name in zip(RECEPTORS, "ei", strict=True):
        drive = inputs.drive(receptor).maximum(0).to(INT64)  # products of up to 2^38; none is negative
        left = (state[f"pull_{name}"].to(INT64) * p.params[f"decay_{name}"] + 0x4000).quotient(2**15)
        pull = left + drive * p.params[f"gain_{name}"]
        state[f"pull_{name}"] = inputs.counted(pull, pull.minimum(Q23_ONE)).to(INT32)
    v = _pulled(state["v"], 0, (p.params["leak"] + 0x80) >> 8)
    v = _pulled(v, p.params["reversal_e"], (state["pull_e"] + 0x80).quotient(2**8))
    v = _pulled(v, p.params["reversal_i"], (state["pull_i"] + 0x80).quotient(2**8))
    resting = state["resting"] > 0
    spikes: Tensor = ~resting & (v > p.params["threshold"])
    state["v"] = (resting | spikes).where(p.params["reset"], v)
    state["resting"] = lif.rested(p, state, spikes)
    return spikes


def _pulled(v: Tensor, target: int, share: Tensor | int) -> Tensor:
    """``v``, moved by ``share`` (Q15) of the way to ``target``."""
    return v + (((target - v) * share + 0x4000) >> 15)
