"""The `conductance` network as Brian2 sees it: equations, and the order of events within a step.

Excitatory neurons learn from Poisson inputs; inhibition reaches all but the one that caused it, through a
population of its own (Diehl & Cook 2015) or directly. The neurons are `lif_cond_exp` (integer-contract.md).
Times are counted in steps, so Brian2's clock may tick 2^-10 s and stay exact (see wta_network.STEP),
whatever a step stands for. The one neuron `control` decides how long a presentation lasts, which image it
shows, and whether it must be repeated with more intensity.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from ....brian2_program.compile import connect_all
from ..wta import network as wta_network

STEP = wta_network.STEP
FOREVER = 2.0**20  # seconds of Brian2's time, a billion steps

# Control: counts the steps of a presentation, chooses the sample of the next one.
CONTROL = """
tick : integer         # step of the presentation
length : integer       # steps of a presentation, rest included
driven : integer       # steps of it with input
samples : integer      # to be presented
cursor : integer       # which of them this presentation shows
seed : integer         # of the random numbers of this presentation
stride : integer       # from one seed to the next
noise : integer        # what all random numbers of this step depend on
initial : 1            # intensity of a sample's first presentation
intensity : 1
least : 1              # fewer spikes than this: present it again with intensity + 1 ...
cap : 1                # ... unless the intensity is this already
fired : 1              # spikes of the layer in this presentation
keep : 1               # 1: membranes and traces live on from one presentation to the next; 0: reset
gain : 1               # of the learning rule; 0: no learning, no homeostasis
ended : 1
"""
START = """
gain = gains(cursor * second)
noise = key(seed, tick)
"""
NEXT = """
done = int(tick + 1 == length)
again = done * int(fired < least) * int(intensity < cap)
cursor += done - again
intensity += again + (done - again) * (initial - intensity)
seed += done * stride
fired *= 1 - done
tick = (tick + 1) * (1 - done)
ended = finish(cursor >= samples)
"""

INPUTS = """
rate : 1               # spikes per step
trace : 1              # STDP, of the input's spikes
a : 1 (shared)
decay_trace : 1 (shared)
tick : integer (linked)
noise : integer (linked)
"""
BEGIN_INPUTS = "rate_post = images(cursor_pre * second, j) * intensity_pre; trace_post *= keep_pre"
END_INPUTS = "rate_post = 0"

EXCITATORY = """
v : 1                  # potentials: all in mV, or all in V
ge : 1                 # conductances, in units of the leak
gi : 1
theta : 1              # the adaptive part of the threshold
resting : integer      # steps of the refractory period that are left
post : 1               # STDP, of the neuron's spikes
slow : 1               # the slow one of triplets
own : 1                # inhibitory spikes of the step before that this neuron caused
others : 1 (linked)    # and all of them
gain : 1               # of the learning rule in this presentation
total : 1              # sum of incoming weights
rest : 1 (shared)
reset : 1 (shared)
base : 1 (shared)      # of the threshold
e_exc : 1 (shared)
e_inh : 1 (shared)
dt_tau : 1 (shared)    # step over time constant of the membrane
most : 1 (shared)      # its inverse: a conductance that pulls v all the way in one step
decay_e : 1 (shared)   # what a step leaves
decay_i : 1 (shared)
decay_fast : 1 (shared)
decay_slow : 1 (shared)
a : 1 (shared)         # constants of the rule
b : 1 (shared)
target : 1 (shared)    # of normalisation
pause : integer (shared) # steps of the refractory period
rise : 1 (shared)      # of theta at a spike
remain : 1 (shared)    # of theta after a presentation
inhibition : 1 (shared)
"""
LEAK = """
ge *= decay_e
gi = gi * decay_i + inhibition * (others - own)
own = 0
post *= decay_fast
slow *= decay_slow
"""
MEMBRANE = """
ge -= (ge - most) * int(ge > most)
gi -= (gi - most) * int(gi > most)
v += dt_tau * (rest - v)
v += dt_tau * ge * (e_exc - v)
v += dt_tau * gi * (e_inh - v)
v = reset + int(resting == 0) * (v - reset)
resting -= int(resting > 0)
"""
BEGIN_EXCITATORY = """
v_post = rest_post + keep_pre * (v_post - rest_post)
ge_post *= keep_pre
gi_post *= keep_pre
own_post *= keep_pre
resting_post *= int(keep_pre > 0)
post_post *= keep_pre
slow_post *= keep_pre
theta_post *= 1 - (1 - remain_post) * int(gain_pre > 0)
gain_post = gain_pre
total_post = 0
"""
INHIBITORY = """
v : 1
ge : 1
resting : integer
rest : 1 (shared)
reset : 1 (shared)
base : 1 (shared)
e_exc : 1 (shared)
e_inh : 1 (shared)     # nothing inhibits these neurons
dt_tau : 1 (shared)
most : 1 (shared)
decay_e : 1 (shared)
decay_i : 1 (shared)
pause : integer (shared) # steps of the refractory period
excitation : 1 (shared)
"""
INHIBITORY_MEMBRANE = """
ge -= (ge - most) * int(ge > most)
v += dt_tau * (rest - v)
v += dt_tau * ge * (e_exc - v)
v = reset + int(resting == 0) * (v - reset)
resting -= int(resting > 0)
"""
BEGIN_INHIBITORY = """
v_post = rest_post + keep_pre * (v_post - rest_post)
ge_post *= keep_pre
resting_post *= int(keep_pre > 0)
"""
SYNAPSES = """
w : 1
limit : 1              # largest weight; 0: there is no such synapse
"""
WITHIN = "w -= (w - limit) * int(w > limit); w *= int(w > 0)"


@dataclass(frozen=True)
class Rule:
    """What a spike does: to its ``trace``, and to the weights. a and b are its constants."""

    pre_trace: str
    post_trace: str
    on_pre: str
    on_post: str


RULES = {
    # Song, Miller & Abbott 2000: each pair of spikes counts; a > 0 pre before post, b < 0 after.
    "pair": Rule(
        pre_trace="trace += a",
        post_trace="post += b",
        on_pre="w += gain_post * post_post",
        on_post="w += gain_post * trace_pre",
    ),
    # Diehl & Cook 2015, their program: nearest spikes; a nu_post, b nu_pre.
    "triplet": Rule(
        pre_trace="trace = 1",
        post_trace="post = 1; slow = 1",
        on_pre="w -= b_post * gain_post * post_post",
        on_post="w += a_post * gain_post * trace_pre * slow_post",
    ),
}
# What lives on from one presentation to the next: group.variable. Lateral networks have no `inhibitory`.
STATE = (
    "synapses.w",
    "synapses.limit",
    "inputs.trace",
    "pool.others",
    *(f"excitatory.{name}" for name in ("v", "ge", "gi", "theta", "resting", "post", "slow", "own")),
    *(f"inhibitory.{name}" for name in ("v", "ge", "resting")),
)
# Before each presentation: how a neuron's weights add up to `total`, which is then brought to `target`.
TALLY = {"sum": "total_post += w", "max": "total_post = clip(w, total_post, inf)"}
SCALE = "w *= 1 + int(gain_post > 0 and total_post > 0) * (target_post / clip(total_post, 1e-9, inf) - 1)"

# The numbers that the encoder `poisson` draws (integer-contract.md), to the bit.
MIX = """
static inline uint32_t mix(uint32_t x) {
    x = (x ^ (x >> 16)) * 0x7FEB352Du;
    x = (x ^ (x >> 15)) * 0x846CA68Bu;
    return x ^ (x >> 16);
}
"""
KEY = (
    MIX
    + """
static inline int32_t key(const int32_t seed, const int32_t step) {
    return (int32_t) mix(mix((uint32_t) seed ^ 0x9E3779B9u) + (uint32_t) step);
}
"""
)
DRAW = (
    MIX
    + """
static inline int32_t draw(const int32_t key, const int32_t source) {
    return (int32_t) (mix((uint32_t) key + (uint32_t) source) >> 16);
}
"""
)
FINISH = """
static inline double finish(const bool now) {
    if (now) Network::_globally_stopped = true;
    return 0;
}
"""


@dataclass(frozen=True)
class Shape:
    """What decides the compiled program."""

    inputs: int
    neurons: int
    samples: int
    rule: str
    normalize: str
    lateral: bool


@dataclass(frozen=True)
class Parts:
    """The Brian2 objects that a run sets or reads. ``groups``: by name."""

    series: dict[str, Any]
    groups: dict[str, Any]
    spikes: Any
    begins: Any


def declare(b: ModuleType, shape: Shape) -> Parts:
    """Declare the network, and a run that stops when all samples are done."""
    b.defaultclock.dt = STEP * b.second
    rows = shape.samples + 1  # a sample that does not exist is looked at, but not shown
    series = {
        "images": b.TimedArray(np.zeros((rows, shape.inputs)), dt=1 * b.second, name="images"),
        "gains": b.TimedArray(np.zeros(rows), dt=1 * b.second, name="gains"),
    }
    control, pool = _control(b, series), b.NeuronGroup(1, "others : 1", name="pool")
    inputs = _inputs(b, shape, control)
    neurons = _excitatory(b, shape, control, pool)
    synapses = _synapses(b, shape, inputs, neurons)
    layers = [inputs, neurons] if shape.lateral else [inputs, neurons, _inhibitory(b, shape)]
    paths = _paths(b, shape, control, pool, layers, series)
    _in_order(*_order(shape, control, pool, layers, synapses, paths))
    spikes = b.SpikeMonitor(neurons, name="spikes")
    begins = b.EventMonitor(control, "present", ["cursor", "intensity"], name="begins")
    network = b.Network(control, pool, *layers, synapses, *paths.values(), spikes, begins)
    network.run(FOREVER * b.second)
    groups = {group.name: group for group in (control, pool, *layers, synapses)}
    return Parts(series, groups, spikes, begins)


def _control(b: ModuleType, series: dict[str, Any]) -> Any:
    names = {**series, "key": _function(b, "key", KEY, 2)}
    names["finish"] = _function(b, "finish", FINISH, 1, headers=['"network.h"'])
    events = {"present": "tick == 0", "quiet": "tick == driven"}
    return b.NeuronGroup(1, CONTROL, events=events, namespace=names, name="control")


def _inputs(b: ModuleType, shape: Shape, control: Any) -> Any:
    group = b.NeuronGroup(
        shape.inputs,
        INPUTS,
        threshold="rate > 0 and draw(noise, i) < rate",
        reset=RULES[shape.rule].pre_trace,
        events={"present": "tick == 0"},
        namespace={"draw": _function(b, "draw", DRAW, 2)},
        name="inputs",
    )
    group.tick, group.noise = b.linked_var(control, "tick"), b.linked_var(control, "noise")
    return group


def _excitatory(b: ModuleType, shape: Shape, control: Any, pool: Any) -> Any:
    group = b.NeuronGroup(
        shape.neurons,
        EXCITATORY,
        threshold="resting == 0 and v > base + theta",
        reset=f"v = reset; resting = pause; theta += rise * gain; {RULES[shape.rule].post_trace}",
        name="excitatory",
    )
    group.others = b.linked_var(pool, "others")
    return group


def _inhibitory(b: ModuleType, shape: Shape) -> Any:
    return b.NeuronGroup(
        shape.neurons,
        INHIBITORY,
        threshold="resting == 0 and v > base",
        reset="v = reset; resting = pause",
        name="inhibitory",
    )


def _synapses(b: ModuleType, shape: Shape, inputs: Any, neurons: Any) -> Any:
    rule = RULES[shape.rule]
    before = (
        {"tally": TALLY[shape.normalize], "scale": f"{SCALE}; {WITHIN}"}
        if shape.normalize != "none"
        else {}
    )
    synapses = b.Synapses(
        inputs,
        neurons,
        SYNAPSES,
        on_pre={**before, "propagate": f"ge_post += w; {rule.on_pre}; {WITHIN}"},
        on_post={"learn": f"{rule.on_post}; {WITHIN}"},
        on_event=dict.fromkeys(before, "present"),
        name="synapses",
    )
    connect_all(synapses, "propagate", *before)
    return synapses


def _paths(
    b: ModuleType, shape: Shape, control: Any, pool: Any, layers: list[Any], series: dict[str, Any]
) -> dict[str, Any]:
    """Synapses that do not learn: from one to all neurons of a layer, from all to one, or one to one."""
    inputs, neurons, last = layers[0], layers[1], layers[-1]
    table: dict[str, tuple[Any, ...]] = {
        "begin_inputs": (control, inputs, BEGIN_INPUTS, "present", series),
        "begin_pool": (control, pool, "others_post *= keep_pre", "present", {}),
        "end_inputs": (control, inputs, END_INPUTS, "quiet", {}),
        "begin_excitatory": (control, neurons, BEGIN_EXCITATORY, "present", {}),
        "count": (neurons, control, "fired_post += 1", "spike", {}),
        "gather": (last, pool, "others_post += 1", "spike", {}),
        "spare": (last, neurons, "own_post = 1", "spike", {}),
    }
    if not shape.lateral:
        table["begin_inhibitory"] = (control, last, BEGIN_INHIBITORY, "present", {})
        table["excite"] = (neurons, last, "ge_post += excitation_post", "spike", {})
    paths = {}
    for name, (source, target, code, event, names) in table.items():
        paths[name] = b.Synapses(
            source, target, on_pre=code, on_event=event, namespace=dict(names), name=name
        )
        paths[name].connect(**({"j": "i"} if name in ("spare", "excite") else {}))
    return paths


def _order(
    shape: Shape, control: Any, pool: Any, layers: list[Any], synapses: Any, paths: dict[str, Any]
) -> list[Any]:
    """All that happens in a step, one after the other."""
    inputs, neurons, last = layers[0], layers[1], layers[-1]
    begin = [path.pre for name, path in paths.items() if name.startswith("begin")]
    normalize = [synapses.tally, synapses.scale] if shape.normalize != "none" else []
    order = [
        control.run_regularly(START, name="start"),
        *control.thresholder.values(),
        *begin,
        paths["end_inputs"].pre,
        inputs.thresholder["present"],
        *normalize,
        inputs.run_regularly("trace *= decay_trace", name="forget_inputs"),
        inputs.thresholder["spike"],
        inputs.resetter["spike"],
        neurons.run_regularly(LEAK, name="leak"),
        pool.run_regularly("others = 0", name="empty_pool"),
        synapses.propagate,
        neurons.run_regularly(MEMBRANE, name="membrane"),
        neurons.thresholder["spike"],
        synapses.learn,
        neurons.resetter["spike"],
        paths["count"].pre,
    ]
    if not shape.lateral:
        order += [
            last.run_regularly("ge *= decay_e", name="leak_inhibitory"),
            paths["excite"].pre,
            last.run_regularly(INHIBITORY_MEMBRANE, name="membrane_inhibitory"),
            last.thresholder["spike"],
            last.resetter["spike"],
        ]
    return [*order, paths["gather"].pre, paths["spare"].pre, control.run_regularly(NEXT, name="next")]


def _in_order(*objects: Any) -> None:
    for place, item in enumerate(objects):
        item.when, item.order = "thresholds", 10 * place


def _function(b: ModuleType, name: str, code: str, arguments: int, headers: list[str] | None = None) -> Any:
    """A function of numbers without units, whose text is C++."""
    found = b.Function(None, arg_units=[1] * arguments, return_unit=1, stateless=False)
    found.implementations.add_implementation("cpp", code, compiler_kwds={"headers": headers or []})
    return found
