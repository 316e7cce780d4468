"""Instar learning under winner-takes-all with a conscience, as Brian2 sees it. One sample is one time step.

Sources i with ``pixels`` x_i = 1 spike and drive the neurons: u_k = sum of w_ik x_i. The winner k is the
neuron with the largest u_k - threshold_k - conscience_k (the lowest one on ties), and it alone fires:

    w_ik += rate (x_i - w_ik),  threshold_k += rate (u_k / 2 - threshold_k),  conscience_k += rise,

while every conscience loses rise / N, so that their sum stays. A threshold thus follows half of its own
winning drive: for binary w the neuron nearest to x by Hamming distance wins. Layer 1 of `conv-wta` learns
features from patches by it, and the unsupervised readout prototypes.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from ....brian2_program.compile import connect_all
from ...recipes.wta.network import STEP
from ..margin_race.network import in_order, store_as_bytes

SERIES = ("rate", "rise")  # one number per sample
OUTPUTS = """
v : 1                  # u of the docstring
threshold : 1
conscience : 1
rank = v - threshold - conscience : 1
winner : integer (linked)
"""
FIRE = """
threshold += rate(t) * (v / 2 - threshold)
conscience += rise(t)
"""
END_OUTPUTS = """
v = 0
conscience -= rise(t) / N
"""
# The one inhibitory neuron hears of all and lets the best fire.
ARBITER = """
best : 1
winner : integer
"""
ELECT = """
winner_post += (i - winner_post) * int(rank_pre > best_post)
best_post = clip(rank_pre, best_post, inf)
"""
BEGIN_ARBITER = "best = -1e30"
LEARN = "w += rate(t) * (pixels(t, i) - w)"


@dataclass(frozen=True)
class Parts:
    """The Brian2 objects that a run sets (all but ``spikes``) or reads (all but ``series``)."""

    series: dict[str, Any]
    outputs: Any
    synapses: Any
    spikes: Any


def declare(b: ModuleType, inputs: int, neurons: int, samples: int) -> Parts:
    """Declare the network and a run of ``samples`` samples."""
    b.defaultclock.dt = STEP * b.second
    series = {name: b.TimedArray(np.zeros(samples), dt=STEP * b.second, name=name) for name in SERIES}
    series["pixels"] = b.TimedArray(np.zeros((samples, inputs)), dt=STEP * b.second, name="pixels")
    store_as_bytes(b, series["pixels"])
    arbiter = b.NeuronGroup(1, ARBITER, name="arbiter")
    arbiter.run_regularly(BEGIN_ARBITER, when="start", name="begin_arbiter")
    sources = b.NeuronGroup(
        inputs, "", threshold="pixels(t, i) > 0", reset="", namespace=series, name="inputs"
    )
    outputs = _outputs(b, neurons, arbiter, series)
    rules = {"on_pre": {"propagate": "v_post += w"}, "on_post": {"learn": LEARN}}
    synapses = b.Synapses(sources, outputs, "w : 1", namespace=series, name="synapses", **rules)
    connect_all(synapses, "propagate")
    rules = {"on_pre": {"elect": ELECT}, "on_event": {"elect": "candidate"}}
    election = b.Synapses(outputs, arbiter, name="election", **rules)
    election.connect()
    fire, candidates = outputs.thresholder["spike"], outputs.thresholder["candidate"]
    in_order(candidates, election.elect, fire, synapses.learn, outputs.resetter["spike"])
    spikes = b.SpikeMonitor(outputs, name="spikes")
    b.Network(arbiter, sources, outputs, synapses, election, spikes).run(samples * STEP * b.second)
    return Parts(series, outputs, synapses, spikes)


def _outputs(b: ModuleType, size: int, arbiter: Any, series: dict[str, Any]) -> Any:
    group = b.NeuronGroup(
        size,
        OUTPUTS,
        threshold="i == winner",
        reset=FIRE,
        events={"candidate": "rank > -inf"},
        namespace=series,
        name="outputs",
    )
    group.winner = b.linked_var(arbiter, "winner")
    group.run_regularly(END_OUTPUTS, when="end", name="end_outputs")
    return group
