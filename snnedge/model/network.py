"""Networks: a trained spiking network in floats and SI units, as a graph.

A network has an encoder, populations of neurons, projections between them and a readout. An
``IntegerModel`` has the same parts, with integers in the same fields. ``kind`` is an object of
``snnedge/kinds/``, which declares the parameters of a part.
"""

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from ..errors import InputError
from ..support.checked import MAX_LABEL, printable, valid_unicode
from . import weight_codes
from .interface import UINT8, Input, Output
from .kind import EXCITATORY, RECEPTORS, EncoderKind, NeuronKind, Params, SynapseKind
from .limits import (
    MAX_CLASS_NAME,
    MAX_CLASSES,
    MAX_DELAY,
    MAX_KEPT,
    MAX_NEURONS,
    MAX_PARTS,
    MAX_STEPS,
    MAX_UNITS,
    MAX_VOTES,
)
from .schema import SECONDS, check_stored, stated, stored, stored_fields

INPUT = "input"  # the name under which projections refer to the encoder's spikes
UNASSIGNED = -1  # label of a neuron that never fired in training; its spikes do not vote
UNDECIDED = -1  # label of a sample without votes or a nearest neuron


@dataclass(frozen=True)
class Encoder:
    """The encoder of uint8 samples of ``shape``: one spike source per entry, ``size`` in all."""

    kind: EncoderKind
    shape: tuple[int, ...]
    params: Params = field(default_factory=dict)

    @property
    def size(self) -> int:
        return math.prod(map(int, self.shape))  # of Python's own integers: numpy's overflow


@dataclass(frozen=True)
class Population:
    """``size`` neurons of one kind.

    ``params``: scalars, or arrays of shape (size,). ``shape``: empty, or up to three of rows, columns and
    channels, whose product is ``size``.
    """

    name: str
    kind: NeuronKind
    size: int
    params: Params = field(default_factory=dict)
    shape: tuple[int, ...] = stored((), low=1, high=MAX_UNITS, sizes=True, since=3)


@dataclass(frozen=True)
class Projection:
    """Synapses from ``source`` (a population, or ``INPUT``) to the population ``target``.

    ``weights``: in units of the target's membrane, of the shape that the kind checks: (source size, target
    size) for a matrix, (maps, rows, columns) for a patch. Empty for kinds whose one weight is a parameter.
    ``bits``: 0 for weights in floats; 1, 4, 6 or 8 where training has rounded them to integers of so many
    bits, which quantisation keeps. ``receptor``: the synaptic sum of the target that the weights add to.
    ``delay``: in seconds; on the time grid and in integers, in steps.
    """

    source: str
    target: str
    kind: SynapseKind
    weights: np.ndarray = field(default_factory=lambda: np.zeros(0))
    params: Params = field(default_factory=dict)
    bits: int = stored(0, high=8)
    receptor: str = stored(EXCITATORY, choices=RECEPTORS, member="receptor")
    delay: float = stored(0.0, high=MAX_DELAY, unit=SECONDS, member="delay")


@dataclass(frozen=True)
class Readout:
    """The readout: spikes of ``population`` vote for the label of their neuron.

    ``labels``: int16, shape (size,), values 0..classes-1 or ``UNASSIGNED``. ``exit_margin``: 0 runs all
    steps. m stops a sample when the leading class is m votes ahead of the next one, so that 1 stops at the
    first vote. ``nearest``: a sample without votes gets the label of the neuron nearest to its threshold.
    If false, or without any input spike, its label is ``UNDECIDED``. ``class_names``: empty, or the name of
    each class; not part of a model's hash.
    """

    population: str
    labels: np.ndarray
    classes: int = stored(low=1, high=MAX_CLASSES, member="classes")
    exit_margin: int = stored(0, high=MAX_VOTES, member="exit_margin", required=True)
    nearest: bool = stored(True, member="nearest", required=True)
    class_names: tuple[str, ...] = stored((), texts=MAX_CLASS_NAME, hashed=False, since=3)

    @classmethod
    def none(cls, population: str, size: int) -> "Readout":
        """Return the readout of a model without one: no neuron of ``population`` has a label."""
        return cls(population, np.full(size, UNASSIGNED, np.int16), 1, nearest=False)

    @property
    def votes(self) -> bool:
        """Whether any neuron has a label. Without one, spikes are the only result."""
        return bool((np.asarray(self.labels) != UNASSIGNED).any())

    @property
    def absent(self) -> bool:
        """Whether it is the readout of a model without one: all that ``none`` states, and no label."""
        none = type(self).none(self.population, 0)
        return not self.votes and stated(self) == stated(none)


class Graph(Protocol):
    """The fields that Network, Discrete and IntegerModel share."""

    @property
    def name(self) -> str: ...
    @property
    def dt(self) -> float: ...
    @property
    def steps(self) -> int: ...
    @property
    def encoder(self) -> Encoder: ...
    @property
    def populations(self) -> tuple[Population, ...]: ...
    @property
    def projections(self) -> tuple[Projection, ...]: ...
    @property
    def readout(self) -> Readout: ...

    @property
    def inputs(self) -> tuple[Input, ...]: ...
    @property
    def outputs(self) -> tuple[Output, ...]: ...

    @property
    def by_name(self) -> dict[str, Population]: ...
    @property
    def by_target(self) -> dict[str, list[Projection]]: ...
    @property
    def kept(self) -> dict[str, int]: ...


class Interface:
    """Values that follow from the fields of a graph: named inputs and outputs, and indices of the parts.

    The parts are looked up for every projection, so that each index is made once.
    """

    @cached_property
    def by_name(self: Graph) -> dict[str, Population]:
        """The populations by name; of two with one name, the first."""
        return {p.name: p for p in reversed(self.populations)}

    @cached_property
    def by_target(self: Graph) -> dict[str, list[Projection]]:
        """The projections into each target that has any, in the model's order."""
        found: dict[str, list[Projection]] = {}
        for s in self.projections:
            found.setdefault(s.target, []).append(s)
        return found

    @cached_property
    def kept(self: Graph) -> dict[str, int]:
        """The largest delay of the projections from each source that has any, in steps."""
        found: dict[str, int] = {}
        for s in self.projections:
            found[s.source] = max(found.get(s.source, 0), int(s.delay))
        return found

    @property
    def inputs(self: Graph) -> tuple[Input, ...]:
        """The named inputs: uint8 samples for the encoder."""
        return (Input(INPUT, self.encoder.shape, UINT8, self.encoder.kind),)

    @property
    def outputs(self: Graph) -> tuple[Output, ...]:
        """The named outputs: the spikes of the readout population, and the label if it votes."""
        population = self.readout.population
        spikes = Output(population, population, "spikes")
        return (spikes, Output("label", population, "label")) if self.readout.votes else (spikes,)


@dataclass(frozen=True)
class Network(Interface):
    """The float network. ``dt`` in seconds; ``steps`` of ``dt`` per sample; state is reset between samples.

    Populations are evaluated in the order given. A projection from the same or a later population delivers
    the spikes of the step before (integer-contract.md, "A time step"). Raises ``InputError`` when the parts
    do not fit together.
    """

    name: str
    dt: float
    steps: int
    encoder: Encoder
    populations: tuple[Population, ...]
    projections: tuple[Projection, ...]
    readout: Readout
    provenance: Params = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_graph(self)


def population(graph: Graph, name: str) -> Population:
    """Return the population ``name`` of ``graph``. Raises ``InputError``."""
    found = graph.by_name.get(name)
    if found:
        return found
    known = ", ".join(p.name for p in graph.populations)
    raise InputError(f"no population {ascii(name)[:80]} in model {graph.name!r} (it has: {known})")


def kind_names(graph: Graph) -> tuple[str, ...]:
    """Return the names of the kinds of all parts: encoder, populations, projections."""
    populations, projections = (p.kind for p in graph.populations), (s.kind for s in graph.projections)
    return tuple(kind.name for kind in (graph.encoder.kind, *populations, *projections))


def unit_count(graph: Graph, name: str) -> int:
    """Return the number of neurons of the population ``name``; of inputs, for ``INPUT``."""
    return graph.encoder.size if name == INPUT else population(graph, name).size


def inputs_of(graph: Graph, target: str) -> list[Projection]:
    """Return the projections into the population ``target``, in the model's order."""
    return graph.by_target.get(target, [])


def kept_steps(graph: Graph, source: str) -> int:
    """Return the largest delay of the projections from ``source``, in steps."""
    return graph.kept.get(source, 0)


def check_stream(graph: Graph) -> None:
    """Raise ``InputError`` if ``graph`` scans a map of its input, which needs a whole sample."""
    if graph.encoder.kind.keeps_map:
        raise InputError(
            f"model {graph.name!r} takes no stream: it scans a map of its input once for each sample"
            f" (encoder {graph.encoder.kind}); use predict(), or a model whose encoder keeps no map"
        )


def check_delays(graph: Graph) -> None:
    """Raise ``InputError`` unless the delays, in steps, are in the contract's range and fit in memory."""
    for s in graph.projections:
        where = f"projections.{s.source}->{s.target}.delay"
        require(0 <= s.delay <= MAX_DELAY, where, f"{s.delay:.6g} steps: outside 0..{MAX_DELAY}")
    sources = (INPUT, *(p.name for p in graph.populations))
    kept = sum(kept_steps(graph, name) * unit_count(graph, name) for name in sources)
    require(kept <= MAX_KEPT, "projections", f"delays keep {kept} neuron-steps, more than {MAX_KEPT}")


def check_graph(graph: Graph) -> None:
    """Raise ``InputError``, naming the field, unless sizes, names and ranges of the graph agree."""
    require(1 <= graph.steps <= MAX_STEPS, "steps", f"{graph.steps} is outside 1..{MAX_STEPS}")
    require(np.isfinite(graph.dt) and graph.dt > 0, "dt", f"{graph.dt} s is not a positive time")
    check_stored(graph.encoder, "encoder", integers=False)
    shape = graph.encoder.shape
    require(all(n >= 1 for n in shape) and graph.encoder.size <= MAX_UNITS, "encoder.shape", f"{shape}")
    for field_name in ("populations", "projections"):
        count = len(getattr(graph, field_name))
        require(1 <= count <= MAX_PARTS, field_name, f"{count} of them")
    _check_kinds(graph)
    neurons = sum(p.size for p in graph.populations)
    require(neurons <= MAX_NEURONS, "populations", f"{neurons} neurons in all, more than {MAX_NEURONS}")
    seen = [p.name for p in graph.populations]
    require(valid_unicode(graph.name), "name", f"{ascii(graph.name)[:60]} is no valid text")
    odd = next((name for name in seen if not (isinstance(name, str) and printable(name))), None)
    problem = f"{ascii(odd)[:60]} is not 1 to {MAX_LABEL} printable characters"
    require(odd is None, "populations.name", problem)
    twice = sorted(name for name, count in Counter((INPUT, *seen)).items() if count > 1)
    require(not twice, "populations", f"two of them, or one and the input, are called {twice[:1]}")
    for p in graph.populations:
        outside = f"{p.size} is outside 1..{MAX_UNITS}"
        require(1 <= p.size <= MAX_UNITS, f"populations.{p.name}.size", outside)
        check_stored(p, f"populations.{p.name}", integers=False)
        product = math.prod(map(int, p.shape)) if p.shape else p.size
        require(product == p.size, f"populations.{p.name}.shape", f"{p.shape} for {p.size} neurons")
        p.kind.check(p)
    for s in graph.projections:
        _check_projection(graph, s)
    _check_readout(graph)


def _check_kinds(graph: Graph) -> None:
    """Raise ``InputError`` for a kind that is no object of ``snnedge/kinds/``: a name, for example."""
    parts: list[tuple[str, str, object, type]] = [("encoder", "encoder", graph.encoder.kind, EncoderKind)]
    parts += [(f"populations.{p.name}", "neuron", p.kind, NeuronKind) for p in graph.populations]
    parts += [
        (f"projections.{s.source}->{s.target}", "synapse", s.kind, SynapseKind) for s in graph.projections
    ]
    for where, finder, kind, expected in parts:
        name = ascii(kind)[:40] if isinstance(kind, str) else "NAME"
        remedy = f"snnedge.kinds.{finder}({name})"
        require(
            isinstance(kind, expected),
            f"{where}.kind",
            f"{ascii(kind)[:60]} is a {type(kind).__name__}; give {remedy}",
        )


def _check_projection(graph: Graph, s: Projection) -> None:
    """Raise ``InputError`` unless ``s`` fits its source, its target and the ranges of its fields."""
    where = f"projections.{s.source}->{s.target}"
    synapses, target = s.kind, population(graph, s.target).kind
    require(s.bits in (0, *weight_codes.WEIGHT_LIMITS), f"{where}.bits", f"{s.bits}")
    keeps_map = s.source == INPUT and graph.encoder.kind.keeps_map
    require(keeps_map == synapses.reads_map, f"{where}.kind", f"{s.kind} cannot read from {s.source!r}")
    fits = target.scans_map == synapses.reads_map
    require(fits, f"{where}.kind", f"{s.kind} does not go with {target}")
    receptors = target.receptors
    require(s.receptor in receptors, f"{where}.receptor", f"{s.receptor!r}; {target} has {receptors}")
    least = min(s.weights.min(initial=0), s.params.get("weight", 0))
    require(not target.conductances or least >= 0, f"{where}.weights", f"{target} takes none below 0")
    require(0 <= s.delay < np.inf, f"{where}.delay", f"{s.delay}")
    delayed_map = bool(s.delay) and synapses.reads_map
    require(not delayed_map, f"{where}.delay", f"{s.kind} reads a map, which has no delay")
    synapses.check(graph, s)
    check_stored(s, where, integers=False)


def _check_readout(graph: Graph) -> None:
    """Raise ``InputError`` unless the readout fits its population and its fields are in range."""
    readout = graph.readout
    voters = population(graph, readout.population)
    size = voters.size
    require(not voters.kind.scans_map, "readout.population", f"neurons of kind {voters.kind} cannot vote")
    labels = readout.labels
    require(labels.shape == (size,), "readout.labels", f"shape {labels.shape}, expected {(size,)}")
    check_stored(readout, "readout", integers=False)
    in_range = (labels >= UNASSIGNED) & (labels < readout.classes)
    require(bool(in_range.all()), "readout.labels", f"outside -1..{readout.classes - 1}")
    check_class_names(readout.class_names, readout.classes)


def check_class_names(names: tuple[str, ...], classes: int) -> None:
    """Raise ``InputError`` unless ``names`` is empty or has a name of its own for each class."""
    where = "readout.class_names"
    stored_fields(Readout)["class_names"].check(names, where)
    require(len(names) in (0, classes), where, f"{len(names)} names for {classes} classes")
    require(len(set(names)) == len(names), where, "two classes have one name")


def require(holds: bool, where: str, problem: str) -> None:
    """Raise ``InputError`` about the model field ``where`` unless ``holds``."""
    if not holds:
        raise InputError(f"model field {where!r}: {problem}")
