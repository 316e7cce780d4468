"""A race to threshold under the margin rule, as Brian2 sees it: equations, and the order within a step.

Sources spike over the steps of a sample and drive neurons that add up (`if_race`, `if_wta`): v starts at
-bias. The sample is decided at the end of the first step in which some v > threshold, or of the last step.
Then, by h = v - threshold (the lowest neuron on ties), r is the best neuron whose label is the sample's
``target``, by h - conscience, and q the best other one. If d = h_r - h_q < ``margin``,

    w_ir += a trace_i,  w_iq -= a trace_i,  bias_r -= a bias_rate,  bias_q += a bias_rate,
    a = rate (1 - graded d / margin),

with trace_i the spikes of source i since the sample began. ``graded`` is 0 (a step of constant size) or 1
(as large as what is missing). Without a conscience one neuron of a class may learn all of it, the others
nothing: conscience_r += ``rise``, and all of the class lose an equal part (``share``) of it. With ``exits``
0 every sample goes on to its last step. Once a sample is decided its sources are silent.

``declare`` has two kinds of sources. `scan`: ``phases`` has for each sample the step at which each source
spikes (any larger number up to 127: not at all); this is the readout of `conv-wta`. `error_diffusion`:
``rates`` and ``seeds`` as in ``wta_network``; this is one layer of `wta` with fixed thresholds and weights
of any sign. A run sets ``Parts.series`` (one row per sample: ``SERIES`` and what ``SOURCES`` adds),
``Parts.synapses.w`` (inputs x neurons), of ``Parts.outputs`` ``bias / conscience / threshold / label /
share``, and of ``Parts.arbiter`` the arrays of one ``margin / graded / bias_rate / exits``.
``Parts.answers`` has, in column k + 1, what became of sample k. ``race_simulator.Simulator`` does all this.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from ....brian2_program.compile import connect_all
from ....kinds.encoders.error_diffusion import phases
from ...recipes.wta.network import STEP

SERIES = ("target", "rate", "rise")  # one number per sample: its label, learning rate, and see above
ANSWERS = ("right", "wrong", "height", "best_wrong", "decided")
NONE = -1e30  # below every v - threshold


@dataclass(frozen=True)
class Sources:
    """How inputs spike. ``series``: the numbers per sample; True: one for each input."""

    equations: str
    begin: str
    threshold: str
    reset: str
    end: str
    series: dict[str, bool]


SOURCES = {
    "scan": Sources(
        equations="phase : 1   # the step of this sample at which it spikes",
        begin="phase = phases(t, i)",
        threshold="phase == step and over == 0",
        reset="trace += 1",
        end="",
        series={"phases": True},
    ),
    "error_diffusion": Sources(
        equations="""
        rate : 1               # Q16 spikes per step
        accumulator : 1        # Q16 spikes
        phase : 1 (constant)   # of this source at seed 0, Q16
        """,
        begin="""
        rate = rates(t, i)
        accumulator = rate + phase + seeds(t) - 65536 * int(phase + seeds(t) >= 65536)
        """,
        threshold="accumulator >= 65536 and over == 0",
        reset="accumulator -= 65536; trace += 1",
        end="accumulator += rate",
        series={"rates": True, "seeds": False},
    ),
}
INPUTS = """
trace : 1              # spikes since the sample began
step : integer (linked)
over : integer (linked)
"""
OUTPUTS = f"""
v : 1
bias : 1
threshold : 1
label : integer
right_one : integer    # its label is the sample's
conscience : 1
share : 1              # 1 / neurons with this label
as_right = (v - threshold - conscience) * right_one + {NONE} * (1 - right_one) : 1
as_wrong = (v - threshold) * (1 - right_one) + {NONE} * right_one : 1
gain : 1               # of its weights, when they learn
size : 1 (linked)
right : integer (linked)
wrong : integer (linked)
over : integer (linked)
deciding : integer (linked)
bias_rate : 1 (linked)
exits : 1 (linked)
"""
BEGIN_OUTPUTS = """
v = -bias
right_one = int(label == target(t))
"""
# One inhibitory neuron: hears of every neuron when the sample is decided, and tells r and q.
ARBITER = """
margin : 1
graded : 1
bias_rate : 1
exits : 1
step : integer         # of the sample, from 0
deciding : integer     # in this step
over : integer         # decided in a step before
decided : integer      # that step, from 0; the number of steps if no neuron crossed
crossed : integer
right : integer
wrong : integer
best_right : 1
height : 1             # h of r
best_wrong : 1
size : 1               # a of the docstring, or 0
"""
BEGIN_ARBITER = "step = 0; over = 0; size = 0; right = -1; wrong = -1; height = 0"
BEGIN_STEP = f"""
deciding = int(step == last) * (1 - over)
crossed = 0
best_right = best_right + ({NONE} - best_right) * (1 - over)
best_wrong = best_wrong + ({NONE} - best_wrong) * (1 - over)
"""
CROSS = "deciding_post = 1; crossed_post = 1"
ELECT = """
right_post += (i - right_post) * int(as_right_pre > best_right_post)
height_post *= int(as_right_pre <= best_right_post)
height_post += (v_pre - threshold_pre) * int(as_right_pre > best_right_post)
wrong_post += (i - wrong_post) * int(as_wrong_pre > best_wrong_post)
best_right_post = clip(as_right_pre, best_right_post, inf)
best_wrong_post = clip(as_wrong_pre, best_wrong_post, inf)
"""
JUDGE = """
lead = height - best_wrong
apart = int(lead >= margin) + int(right < 0) + int(wrong < 0)
size = rate(t) * (1 - graded * lead / margin) * int(apart == 0) * deciding
decided += (step + (1 - crossed) * (last + 1 - step) - decided) * deciding
"""
END_STEP = "over = clip(over + deciding, 0, 1); step += 1"
CORRECT = """
gain = size * (int(i == right) - int(i == wrong))
bias -= gain * bias_rate
"""
LEARN = "w += gain_post * trace_pre"
REMEMBER = "conscience += rise(t) * deciding * right_one * (int(i == right) - share)"


@dataclass(frozen=True)
class Parts:
    """The Brian2 objects that a run sets, and ``answers``, which it reads: ``ANSWERS``, row by row."""

    series: dict[str, Any]
    outputs: Any
    synapses: Any
    arbiter: Any
    answers: Any


def declare(b: ModuleType, kind: str, inputs: int, neurons: int, steps: int, samples: int) -> Parts:
    """Declare the network and a run of ``samples`` samples, and one step more to see the last end."""
    parts, objects = assemble(b, kind, inputs, neurons, steps, samples)
    b.Network(*objects).run((samples * steps + 1) * STEP * b.second)
    return parts


def assemble(
    b: ModuleType, kind: str, inputs: int, neurons: int, steps: int, samples: int
) -> tuple[Parts, list[Any]]:
    """Declare all objects of the network, for a run of ``samples`` samples, and list them."""
    b.defaultclock.dt = STEP * b.second
    sample = b.Clock(steps * STEP * b.second, name="sample")
    series = _series(b, sample.dt, samples + 1, inputs, SOURCES[kind].series)
    arbiter, judge = _arbiter(b, sample, steps, series)
    sources = _sources(b, kind, inputs, sample, arbiter, series)
    outputs = _outputs(b, neurons, sample, arbiter, series)
    rules = {"on_pre": {"propagate": "v_post += w"}, "on_post": {"learn": LEARN}}
    synapses = b.Synapses(
        sources, outputs, "w : 1", name="synapses", on_event={"learn": "learning"}, **rules
    )
    connect_all(synapses, "propagate")
    rules = {"on_pre": {"cross": CROSS, "elect": ELECT}}
    events = {"cross": "crossing", "elect": "candidate"}
    votes = b.Synapses(outputs, arbiter, name="votes", on_event=events, **rules)
    votes.connect()
    event = outputs.thresholder
    outputs.run_on_event("learning", CORRECT)
    in_order(event["crossing"], votes.cross, event["candidate"], votes.elect, judge)
    in_order(event["learning"], outputs.resetter["learning"], synapses.learn, after=5)
    answers = b.StateMonitor(arbiter, ANSWERS, True, clock=sample, order=-1, name="answers")
    objects = [arbiter, sources, outputs, synapses, votes, answers]
    return Parts(series, outputs, synapses, arbiter, answers), objects


def _series(b: ModuleType, dt: Any, rows: int, inputs: int, own: dict[str, bool]) -> dict[str, Any]:
    columns = dict.fromkeys(SERIES, False) | own
    shapes = {name: (rows, inputs) if each else (rows,) for name, each in columns.items()}
    series = {name: b.TimedArray(np.zeros(shape), dt=dt, name=name) for name, shape in shapes.items()}
    if "phases" in series:
        store_as_bytes(b, series["phases"])
    return series


def store_as_bytes(b: ModuleType, array: Any) -> None:
    """Small integers take an eighth of the memory, and of the time to load, that Brian2's doubles take."""
    array.values = array.values.astype(np.int8)
    array.implementations.add_dynamic_implementation(
        "cpp",
        b.TimedArray.implementations["cpp"][1](array.values, array.dt, array.name),
        namespace=lambda owner: {f"{array.name}_values": array.values},
        name=array.name,
    )


def _arbiter(b: ModuleType, sample: Any, steps: int, series: dict[str, Any]) -> tuple[Any, Any]:
    group = b.NeuronGroup(1, ARBITER, namespace=series | {"last": steps - 1}, name="arbiter")
    group.run_regularly(BEGIN_ARBITER, clock=sample, when="start", name="begin_arbiter")
    group.run_regularly(BEGIN_STEP, when="start", order=1, name="begin_step")
    judge = group.run_regularly(JUDGE, name="judge")
    group.run_regularly(END_STEP, when="end", name="end_step")
    return group, judge


def _sources(b: ModuleType, kind: str, size: int, sample: Any, arbiter: Any, series: dict[str, Any]) -> Any:
    one = SOURCES[kind]
    group = b.NeuronGroup(
        size,
        INPUTS + one.equations,
        threshold=one.threshold,
        reset=one.reset,
        namespace=series,
        name="inputs",
    )
    if kind == "error_diffusion":
        group.phase = phases(size, 0)
    group.step, group.over = b.linked_var(arbiter, "step"), b.linked_var(arbiter, "over")
    group.run_regularly(one.begin + "\ntrace = 0", clock=sample, when="start", name="begin_inputs")
    if one.end:
        group.run_regularly(one.end, when="end", name="end_inputs")
    return group


def _outputs(b: ModuleType, size: int, sample: Any, arbiter: Any, series: dict[str, Any]) -> Any:
    events = {
        "crossing": "v > threshold and over == 0 and exits > 0",
        "candidate": "deciding == 1",
        "learning": "size != 0 and (i == right or i == wrong)",
    }
    group = b.NeuronGroup(size, OUTPUTS, events=events, namespace=series, name="outputs")
    for name in ("size", "right", "wrong", "over", "deciding", "bias_rate", "exits"):
        setattr(group, name, b.linked_var(arbiter, name))
    group.run_regularly(BEGIN_OUTPUTS, clock=sample, when="start", name="begin_outputs")
    group.run_regularly(REMEMBER, when="end", order=-1, name="remember")
    return group


def in_order(*objects: Any, after: int = 0) -> None:
    """Let ``objects`` act one after the other, after the inputs' spikes and resets of the step."""
    for place, item in enumerate(objects, after):
        item.when = "after_resets"
        item.order = 10 * place
