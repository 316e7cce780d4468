"""The Brian2 network of a race to threshold under margin R-STDP.

Sources spike over the steps of a sample. Neurons accumulate their weights (`if_ttfs`, `if_wta`): v starts
at -bias. The sample is decided at the end of the first step in which some v > threshold, or of the last
step. Let h = v - threshold. Of the neurons whose label is the sample's ``target``, r has the largest h -
conscience. Of the others, q has the largest h. On ties the lowest neuron counts. If d = h_r - h_q <
``margin``,

    w_ir += a trace_i,  w_iq -= a trace_i,  bias_r -= a bias_rate,  bias_q += a bias_rate,
    a = rate (1 - graded d / margin),

with trace_i the spikes of source i since the sample began. ``graded`` is 0 (a step of constant size) or 1
(proportional to the missing margin). A conscience keeps one neuron of a class from learning all of it:
conscience_r += ``rise``, and all neurons of the class lose an equal part (``share``) of it. With ``exits``
0 every sample runs to its last step. Once a sample is decided its sources are silent.

There are two kinds of sources. `scan`: ``phases`` holds for each sample the step at which each source
spikes, or a larger number up to 127 for no spike. `error_diffusion`: the encoder of that name, with
``rates`` and ``seeds`` of each sample. A run sets ``Parts.series`` (one row per sample: ``SERIES`` and what
``SOURCES`` adds), ``Parts.synapses.w`` (inputs x neurons), of ``Parts.outputs`` ``bias / conscience /
threshold / label / share``, and of ``Parts.arbiter`` the arrays of one ``margin / graded / bias_rate /
exits``. ``Parts.decisions`` holds the outcome of sample k in column k + 1. ``simulator.Simulator`` does all
this.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ....brian2_program.compile import connect_all
from ....brian2_program.order import STEP, in_order
from ....brian2_program.timed_arrays import store_as_bytes, timed_arrays
from ....kinds.encoders.error_diffusion import phases

SERIES = ("target", "rate", "rise")  # of each sample: label, learning rate, rise of the conscience
DECISION = ("right", "wrong", "height", "best_wrong", "decided")
NONE = -1e30  # below every v - threshold


@dataclass(frozen=True)
class Sources:
    """Equations of the inputs. ``series``: numbers of a sample; True: one for each input, False: one."""

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
# The one inhibitory neuron: receives every neuron when the sample is decided, and selects r and q.
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
    """The Brian2 objects that a run sets, and ``decisions``, a monitor of the variables ``DECISION``."""

    series: dict[str, Any]
    outputs: Any
    synapses: Any
    arbiter: Any
    decisions: Any


def declare(b: ModuleType, kind: str, inputs: int, neurons: int, steps: int, samples: int) -> Parts:
    """Declare the network and a run of ``samples`` samples, and one more step that records the last one.

    ``b``: the module brian2. ``kind``: of the sources, a key of ``SOURCES``.
    """
    parts, objects = assemble(b, kind, inputs, neurons, steps, samples)
    b.Network(*objects).run((samples * steps + 1) * STEP * b.second)
    return parts


def assemble(
    b: ModuleType, kind: str, inputs: int, neurons: int, steps: int, samples: int
) -> tuple[Parts, list[Any]]:
    """Declare the network for a run of ``samples`` samples; return its parts and all its objects."""
    b.defaultclock.dt = STEP * b.second
    sample = b.Clock(steps * STEP * b.second, name="sample")
    series = _series(b, sample.dt, samples + 1, inputs, SOURCES[kind].series)
    arbiter, judge = _arbiter(b, sample, steps, series)
    sources = _sources(b, kind, inputs, sample, arbiter, series)
    outputs = _outputs(b, neurons, sample, arbiter, series)
    synapses, votes = _synapses(b, sources, outputs), _votes(b, outputs, arbiter)
    outputs.run_on_event("learning", CORRECT)
    event = outputs.thresholder
    in_order(event["crossing"], votes.cross, event["candidate"], votes.elect, judge)
    in_order(event["learning"], outputs.resetter["learning"], synapses.learn, after=5)
    decisions = b.StateMonitor(arbiter, DECISION, True, clock=sample, order=-1, name="answers")
    objects = [arbiter, sources, outputs, synapses, votes, decisions]
    return Parts(series, outputs, synapses, arbiter, decisions), objects


def _series(b: ModuleType, dt: Any, rows: int, inputs: int, own: dict[str, bool]) -> dict[str, Any]:
    columns = dict.fromkeys(SERIES, False) | own
    series = timed_arrays(
        b, {name: (rows, inputs) if each else (rows,) for name, each in columns.items()}, dt
    )
    if "phases" in series:
        store_as_bytes(b, series["phases"])
    return series


def _arbiter(b: ModuleType, sample: Any, steps: int, series: dict[str, Any]) -> tuple[Any, Any]:
    """Declare the inhibitory neuron; return it and the operation that computes the learning step."""
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


def _synapses(b: ModuleType, sources: Any, outputs: Any) -> Any:
    rules = {"on_pre": {"propagate": "v_post += w"}, "on_post": {"learn": LEARN}}
    rules["on_event"] = {"learn": "learning"}
    synapses = b.Synapses(sources, outputs, "w : 1", name="synapses", **rules)
    connect_all(synapses, "propagate")
    return synapses


def _votes(b: ModuleType, outputs: Any, arbiter: Any) -> Any:
    rules = {"on_pre": {"cross": CROSS, "elect": ELECT}}
    events = {"cross": "crossing", "elect": "candidate"}
    votes = b.Synapses(outputs, arbiter, name="votes", on_event=events, **rules)
    votes.connect()
    return votes
