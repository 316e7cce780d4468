"""The Brian2 network of instar learning under winner-take-all with a conscience; one step is one sample.

Sources i with ``pixels`` x_i = 1 spike, and the neurons accumulate u_k = sum of w_ik x_i. The winner k is
the neuron with the largest u_k - threshold_k - conscience_k (the lowest one on ties), and it alone fires:

    w_ik += rate (x_i - w_ik),  threshold_k += rate (u_k / 2 - threshold_k),  conscience_k += rise,

while every conscience decreases by rise / N, so that their sum is constant. A threshold follows half of the
sum at which its neuron wins: for binary w the neuron nearest to x by Hamming distance wins. Instar: S.
Grossberg (1976); conscience: D. DeSieno (1988).
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ....brian2_program.compile import connect_all
from ....brian2_program.order import STEP, in_order
from ....brian2_program.timed_arrays import store_as_bytes, timed_arrays

SERIES = ("rate", "rise")  # one number for each sample
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
# The one inhibitory neuron receives every candidate and lets the best one fire.
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
    """The Brian2 objects of a run: all but ``spikes`` are set, all but ``series`` are read."""

    series: dict[str, Any]
    outputs: Any
    synapses: Any
    spikes: Any


def declare(b: ModuleType, inputs: int, neurons: int, samples: int) -> Parts:
    """Declare the network in the module brian2 ``b``, and a run of ``samples`` samples."""
    b.defaultclock.dt = STEP * b.second
    series = _series(b, inputs, samples)
    arbiter = b.NeuronGroup(1, ARBITER, name="arbiter")
    arbiter.run_regularly(BEGIN_ARBITER, when="start", name="begin_arbiter")
    sources = b.NeuronGroup(
        inputs, "", threshold="pixels(t, i) > 0", reset="", namespace=series, name="inputs"
    )
    outputs = _outputs(b, neurons, arbiter, series)
    synapses, election = _synapses(b, sources, outputs, series), _election(b, outputs, arbiter)
    fire, candidates = outputs.thresholder["spike"], outputs.thresholder["candidate"]
    in_order(candidates, election.elect, fire, synapses.learn, outputs.resetter["spike"])
    spikes = b.SpikeMonitor(outputs, name="spikes")
    b.Network(arbiter, sources, outputs, synapses, election, spikes).run(samples * STEP * b.second)
    return Parts(series, outputs, synapses, spikes)


def _series(b: ModuleType, inputs: int, samples: int) -> dict[str, Any]:
    shapes: dict[str, tuple[int, ...]] = dict.fromkeys(SERIES, (samples,))
    series = timed_arrays(b, shapes | {"pixels": (samples, inputs)}, STEP * b.second)
    store_as_bytes(b, series["pixels"])
    return series


def _synapses(b: ModuleType, sources: Any, outputs: Any, series: dict[str, Any]) -> Any:
    rules = {"on_pre": {"propagate": "v_post += w"}, "on_post": {"learn": LEARN}}
    synapses = b.Synapses(sources, outputs, "w : 1", namespace=series, name="synapses", **rules)
    connect_all(synapses, "propagate")
    return synapses


def _election(b: ModuleType, outputs: Any, arbiter: Any) -> Any:
    rules = {"on_pre": {"elect": ELECT}, "on_event": {"elect": "candidate"}}
    election = b.Synapses(outputs, arbiter, name="election", **rules)
    election.connect()
    return election


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
