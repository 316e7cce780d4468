"""The `wta` network as Brian2 sees it: equations, and the order of events within a step.

Docs: recipes.md has the equations in prose. Numbers that belong to a sample (rates, gains, ...) come
from ``TimedArray``s that change once per sample.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from ....brian2_program.compile import connect_all
from ....kinds.encoders.error_diffusion import phases

# Seconds. A power of two keeps every time exact: Brian2 takes clocks that are 1e-14 s apart for different
# times, and at 1 ms rounding parts the clocks of steps and samples after 64 s. No equation contains
# time, so a step may stand for any length.
STEP = 2.0**-10
SERIES = ("seeds", "attract", "repel", "rise", "fall", "target")  # one number per sample

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

# The one inhibitory neuron: it lets only the best candidate fire, and then resets everything.
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
# No weight becomes negative; one that is already (in a net from elsewhere, run with gain 0) stays.
LEARN = "w = clip(w + gain_post * (trace_pre - w), clip(w, -inf, 0), inf)"


@dataclass(frozen=True)
class Parts:
    """The Brian2 objects that a run sets (``series``, ``synapses``, ``outputs``) or reads."""

    series: dict[str, Any]
    outputs: Any
    synapses: Any
    spikes: Any
    finals: Any


def declare(b: ModuleType, inputs: int, neurons: int, steps: int, samples: int) -> Parts:
    """Declare the network and a run of ``samples`` samples, and one step more to see the last end."""
    b.defaultclock.dt = STEP * b.second
    sample = b.Clock(steps * STEP * b.second, name="sample")
    series = _series(b, sample.dt, samples + 1, inputs)
    arbiter = b.NeuronGroup(1, ARBITER, name="arbiter")
    arbiter.winner = -1
    arbiter.run_regularly(END_ARBITER, when="end", order=1, name="end_arbiter")
    sources = _sources(b, inputs, sample, arbiter, series)
    outputs = _outputs(b, neurons, sample, arbiter, series)
    rules = {"on_pre": {"propagate": "v_post += w"}, "on_post": {"learn": LEARN}}
    synapses = b.Synapses(sources, outputs, "w : 1", name="synapses", **rules)
    connect_all(synapses, "propagate")
    rules = {"on_pre": {"elect": ELECT}, "on_event": {"elect": "candidate"}}
    election = b.Synapses(outputs, arbiter, name="election", **rules)
    election.connect()
    fire, candidates = outputs.thresholder["spike"], outputs.thresholder["candidate"]
    _in_order(candidates, election.elect, fire, synapses.learn, outputs.resetter["spike"])
    spikes = b.SpikeMonitor(outputs, name="spikes")
    finals = b.StateMonitor(outputs, "margin", True, clock=sample, order=-1, name="finals")
    network = b.Network(arbiter, sources, outputs, synapses, election, spikes, finals)
    network.run((samples * steps + 1) * STEP * b.second)
    return Parts(series, outputs, synapses, spikes, finals)


def _series(b: ModuleType, dt: Any, rows: int, inputs: int) -> dict[str, Any]:
    blank = {"rates": np.zeros((rows, inputs))} | {name: np.zeros(rows) for name in SERIES}
    return {name: b.TimedArray(values, dt=dt, name=name) for name, values in blank.items()}


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


def _in_order(*objects: Any) -> None:
    """Let ``objects`` act one after the other, after the inputs' spikes and resets of the step."""
    for place, item in enumerate(objects):
        item.when = "after_resets"
        item.order = 10 * place
