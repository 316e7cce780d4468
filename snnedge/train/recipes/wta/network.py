"""The Brian2 network of the recipe `wta`: equations, and the order of events within a step.

recipes.md explains the equations. Numbers of a sample (rates, gains) come from ``TimedArray``s that
change once per sample.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ....brian2_program.compile import connect_all
from ....brian2_program.order import STEP, in_order
from ....brian2_program.timed_arrays import timed_arrays
from ....kinds.encoders.error_diffusion import phases

SERIES = ("seeds", "attract", "repel", "rise", "fall", "target")  # one number for each sample

INPUTS = """
rate : 1               # Q16 spikes per step
accumulator : 1        # Q16 spikes
phase : 1 (constant)   # of this source at seed 0, Q16
trace : 1              # spikes since the sample began or an output neuron fired
winner : integer (linked)
"""
BEGIN_INPUTS = """
rate = rates(t, i)
accumulator = rate + phase + seeds(t) - 65536 * int(phase + seeds(t) >= 65536)
trace = 0
"""
END_INPUTS = """
accumulator += rate
trace *= int(winner < 0)
"""
OUTPUTS = """
v : 1
threshold : 1
margin = v - threshold : 1
label : integer
gain : 1               # of the learning rule during this sample
winner : integer (linked)
"""
BEGIN_OUTPUTS = """
v = 0
threshold -= fall(t)
gain = attract(t) * int(label == target(t)) + repel(t) * int(label != target(t))
"""
END_OUTPUTS = "v *= int(winner < 0)"

# The one inhibitory neuron: lets only the best candidate fire, and then resets all neurons.
ARBITER = """
best : 1
winner : integer
"""
ELECT = """
winner_post += (i - winner_post) * int(margin_pre > best_post)
best_post = clip(margin_pre, best_post, inf)
"""
END_ARBITER = """
winner = -1
best = 0
"""
# Weights do not become negative; a negative one of a foreign network, run with gain 0, is unchanged.
LEARN = "w = clip(w + gain_post * (trace_pre - w), clip(w, -inf, 0), inf)"


@dataclass(frozen=True)
class Parts:
    """The Brian2 objects of a run: ``series``, ``synapses`` and ``outputs`` are set, the others read."""

    series: dict[str, Any]
    outputs: Any
    synapses: Any
    spikes: Any
    finals: Any


def declare(b: ModuleType, inputs: int, neurons: int, steps: int, samples: int) -> Parts:
    """Declare the network and a run of ``samples`` samples, and one more step that records the last one."""
    b.defaultclock.dt = STEP * b.second
    sample = b.Clock(steps * STEP * b.second, name="sample")
    series = _series(b, sample.dt, samples + 1, inputs)
    arbiter = b.NeuronGroup(1, ARBITER, name="arbiter")
    arbiter.winner = -1
    arbiter.run_regularly(END_ARBITER, when="end", order=1, name="end_arbiter")
    sources = _sources(b, inputs, sample, arbiter, series)
    outputs = _outputs(b, neurons, sample, arbiter, series)
    synapses, election = _synapses(b, sources, outputs), _election(b, outputs, arbiter)
    fire, candidates = outputs.thresholder["spike"], outputs.thresholder["candidate"]
    in_order(candidates, election.elect, fire, synapses.learn, outputs.resetter["spike"])
    spikes = b.SpikeMonitor(outputs, name="spikes")
    finals = b.StateMonitor(outputs, "margin", True, clock=sample, order=-1, name="finals")
    network = b.Network(arbiter, sources, outputs, synapses, election, spikes, finals)
    network.run((samples * steps + 1) * STEP * b.second)
    return Parts(series, outputs, synapses, spikes, finals)


def _series(b: ModuleType, dt: Any, rows: int, inputs: int) -> dict[str, Any]:
    shapes: dict[str, tuple[int, ...]] = {"rates": (rows, inputs)}
    return timed_arrays(b, shapes | dict.fromkeys(SERIES, (rows,)), dt)


def _sources(b: ModuleType, size: int, sample: Any, arbiter: Any, series: dict[str, Any]) -> Any:
    group = b.NeuronGroup(
        size,
        INPUTS,
        threshold="accumulator >= 65536",
        reset="accumulator -= 65536; trace += 1",
        namespace=series,
        name="inputs",
    )
    group.phase = phases(size, 0)
    group.winner = b.linked_var(arbiter, "winner")
    group.run_regularly(BEGIN_INPUTS, clock=sample, when="start", name="begin_inputs")
    group.run_regularly(END_INPUTS, when="end", name="end_inputs")
    return group


def _outputs(b: ModuleType, size: int, sample: Any, arbiter: Any, series: dict[str, Any]) -> Any:
    group = b.NeuronGroup(
        size,
        OUTPUTS,
        threshold="i == winner",
        reset="threshold += rise(t)",
        events={"candidate": "v > threshold"},
        namespace=series,
        name="outputs",
    )
    group.winner = b.linked_var(arbiter, "winner")
    group.run_regularly(BEGIN_OUTPUTS, clock=sample, when="start", name="begin_outputs")
    group.run_regularly(END_OUTPUTS, when="end", name="end_outputs")
    return group


def _synapses(b: ModuleType, sources: Any, outputs: Any) -> Any:
    rules = {"on_pre": {"propagate": "v_post += w"}, "on_post": {"learn": LEARN}}
    synapses = b.Synapses(sources, outputs, "w : 1", name="synapses", **rules)
    connect_all(synapses, "propagate")
    return synapses


def _election(b: ModuleType, outputs: Any, arbiter: Any) -> Any:
    rules = {"on_pre": {"elect": ELECT}, "on_event": {"elect": "candidate"}}
    election = b.Synapses(outputs, arbiter, name="election", **rules)
    election.connect()
    return election
