"""The Brian2 network of the recipe `conductance`: groups, monitors and the run.

Excitatory neurons learn from Poisson inputs. Inhibition reaches all neurons but its cause, through a
population of inhibitory neurons (Diehl & Cook 2015) or directly.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ....brian2_program.order import STEP, in_order
from ....brian2_program.timed_arrays import timed_arrays
from . import functions
from .equations import CONTROL, EXCITATORY, INHIBITORY, INPUTS, RULES
from .order import step_order
from .synapses import fixed_paths, plastic_synapses

FOREVER = 2.0**20  # seconds of Brian2's clock, a billion steps: `control` stops the run before


@dataclass(frozen=True)
class Shape:
    """The sizes and rules that decide the compiled program.

    ``samples``: upper bound in a run. ``rule``: a key of ``RULES``. ``normalize``: a rule of
    ``weight_normalization``. ``lateral``: inhibition without inhibitory neurons.
    """

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
    """Declare the network in the module brian2 ``b``, and a run that ends when all samples are done."""
    b.defaultclock.dt = STEP * b.second
    rows = shape.samples + 1  # after the last sample the cursor reads one more row, which is not presented
    series = timed_arrays(b, {"images": (rows, shape.inputs), "gains": (rows,)}, 1 * b.second)
    control, pool = _control(b, series), b.NeuronGroup(1, "others : 1", name="pool")
    inputs = _inputs(b, shape, control)
    neurons = _excitatory(b, shape, pool)
    synapses = plastic_synapses(b, shape.rule, shape.normalize, inputs, neurons)
    layers = [inputs, neurons] if shape.lateral else [inputs, neurons, _inhibitory(b, shape)]
    paths = fixed_paths(b, control, pool, layers, series)
    in_order(*step_order(control, pool, layers, synapses, paths), slot="thresholds")
    spikes = b.SpikeMonitor(neurons, name="spikes")
    begins = b.EventMonitor(control, "present", ["cursor", "intensity"], name="begins")
    network = b.Network(control, pool, *layers, synapses, *paths.values(), spikes, begins)
    network.run(FOREVER * b.second)
    groups = {group.name: group for group in (control, pool, *layers, synapses)}
    return Parts(series, groups, spikes, begins)


def _control(b: ModuleType, series: dict[str, Any]) -> Any:
    names = {**series, "key": functions.key(b), "finish": functions.finish(b)}
    events = {"present": "tick == 0", "quiet": "tick == driven"}
    return b.NeuronGroup(1, CONTROL, events=events, namespace=names, name="control")


def _inputs(b: ModuleType, shape: Shape, control: Any) -> Any:
    group = b.NeuronGroup(
        shape.inputs,
        INPUTS,
        threshold="rate > 0 and draw(noise, i) < rate",
        reset=RULES[shape.rule].pre_trace,
        events={"present": "tick == 0"},
        namespace={"draw": functions.draw(b)},
        name="inputs",
    )
    group.tick, group.noise = b.linked_var(control, "tick"), b.linked_var(control, "noise")
    return group


def _excitatory(b: ModuleType, shape: Shape, pool: Any) -> Any:
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
