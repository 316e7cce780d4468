"""Kinds: the declarations and functions of an encoder, a neuron model and a connection type.

One file in ``snnedge/kinds/`` defines each, as ``KIND``. A graph holds these objects, so that a loop over
its parts needs no look-up. They compare, hash and pickle by name.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from .parameter import Parameter

EXCITATORY, INHIBITORY = "excitatory", "inhibitory"
RECEPTORS = (EXCITATORY, INHIBITORY)  # the synaptic sums that a neuron may have, by PyNN's names

Params = Mapping[str, Any]
State = dict[str, np.ndarray]
Range = tuple[int, int]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Kind:
    """The declaration that all kinds share.

    ``module``: the module that defines the kind, whose last part is its name. ``parameters``: float
    parameters by name. ``scalars``: integer parameters and their ranges, both ends included; ``arrays``:
    names of int16 arrays; both in the order of the C file of the same name. ``since``: the first version of
    the file format in which the kind computes what it computes now. ``wire``: its name in files and hashes,
    which never changes; by default its name. ``wire_names``: the names in files of parameters and arrays,
    where these differ.
    """

    module: str
    parameters: Mapping[str, Parameter]
    scalars: Mapping[str, Range] = field(default_factory=dict)
    arrays: tuple[str, ...] = ()
    since: int = 1
    wire: str = ""
    wire_names: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "wire", self.wire or self.name)

    @property
    def name(self) -> str:
        """Name of the kind in code, in C, in messages and in results."""
        return self.module.rpartition(".")[2]

    def wire_of(self, name: str) -> str:
        """Return the name in files of the parameter or array ``name``."""
        return self.wire_names.get(name, name)

    def in_files(self, params: Params) -> dict[str, Any]:
        """Return ``params`` by their names in files."""
        return {self.wire_of(name): value for name, value in params.items()}

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def __eq__(self, other: object) -> bool:
        """Compare by name: equal to the kind, or the text, of the same name."""
        return self.name == (other.name if isinstance(other, Kind) else other)

    def __hash__(self) -> int:
        return hash(self.name)

    def __reduce__(self) -> tuple[Callable[[str], "Kind"], tuple[str]]:
        return _defined_in, (self.module,)


def _defined_in(module: str) -> Kind:
    """Return the kind that ``module`` defines, for pickles."""
    kind: Kind = importlib.import_module(module).KIND
    return kind


def _every_step(params: Params, steps: int, size: int) -> tuple[float, float]:
    """Return the bounds of an encoder whose inputs may spike in every step."""
    return float(steps), float(steps * size)


class _Discretize(Protocol):
    def __call__(self, params: Params, steps: int, dt: float, /) -> dict[str, Any]: ...


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class EncoderKind(Kind):
    """An encoder: input spikes from uint8 samples (n, inputs).

    ``discretize(params, steps, dt)``: parameters on the time grid, in floats. ``quantize(params)``: integer
    parameters. ``begin(params, samples, arithmetic)``: the state at the first step. ``step(state)``:
    advance the state, return the input spikes, bool (n, inputs). ``most_spikes(params, steps, size)``:
    upper bounds of the spikes in a sample, of one input and of all. ``keeps_map``: all spikes come in the
    first step and stay on a map of one bit per input, which projections read.
    """

    discretize: _Discretize
    quantize: Callable[[Params], dict[str, Any]]
    begin: Callable[..., State]
    step: Callable[[State], np.ndarray]
    most_spikes: Callable[[Params, int, int], tuple[float, float]] = _every_step
    keeps_map: bool = False


def _no_check(population: Any) -> None:
    """Accept every population."""


def distance_to_threshold(params: Params, state: State) -> np.ndarray:
    """Return the membranes less their thresholds, (samples, size).

    It is the same for all kinds: the core computes it from v and the array ``threshold``.
    """
    return np.asarray(state["v"] - params["threshold"])


def cut_threshold(params: Params, limit: float) -> dict[str, Any]:
    """Return ``params`` with thresholds that a membrane up to ``limit`` never crosses as infinity.

    If it crosses none, only the differences of the thresholds count. Then all are lowered by one amount,
    and those that differ by more than ``limit`` are infinity. A threshold below -2 ``limit``, which every
    membrane crosses, is -2 ``limit``.
    """
    threshold, most = np.maximum(params["threshold"], -2 * limit), limit
    if threshold.size and threshold.min() > limit:
        threshold = threshold - threshold.min() + limit
        most = 2 * limit if (threshold > limit).any() else -np.inf
    return {**params, "threshold": np.where(threshold > most, np.inf, threshold)}


def cut_nothing(params: Params, limit: float) -> Params:
    """Return ``params``: for kinds whose scales do not depend on a threshold that fires."""
    return params


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class NeuronKind(Kind):
    """A neuron model.

    ``discretize(params, dt)``: parameters on the time grid, in floats. ``scales(params, finest,
    reach)``: scales of the membrane and of the weights at each receptor. ``finest``: by receptor, the
    largest scale at which the weights have codes; infinite without weights. ``reach``: the largest
    magnitudes in a calibration, by name, in floats; empty without one. Names are ``input_current`` and
    the arrays of the state. ``quantize(params, scales)``: integer parameters. ``initial(samples, size,
    dtype)``: the state at rest. ``step(params, state, inputs, arithmetic)``: advance the state, return
    the spikes, bool (samples, size). ``cut(params, limit)``: ``params`` with infinity for what never
    matters to a membrane up to ``limit``. ``check(population)``: raise ``InputError`` for sizes that do not
    agree.

    ``receptors``: its synaptic sums. ``inhibition``: its lateral inhibition, as model.pkl states it.
    ``conductances``: weights add to conductances, and none is below 0. ``scans_map``: the population
    reads a map position by position, has no membranes and cannot be the readout.
    """

    discretize: Callable[[Params, float], dict[str, Any]]
    scales: Callable[[Params, Mapping[str, float], Mapping[str, float]], dict[str, float]]
    quantize: Callable[[Params, Mapping[str, float]], dict[str, Any]]
    initial: Callable[[int, int, type], State]
    step: Callable[..., np.ndarray]
    cut: Callable[[Params, float], Params] = cut_threshold
    check: Callable[[Any], None] = _no_check
    receptors: tuple[str, ...] = (EXCITATORY,)
    inhibition: str
    conductances: bool = False
    scans_map: bool = False


def _no_sums(projection: Any, spikes: np.ndarray, arithmetic: Any) -> np.ndarray:
    """Raise ``NotImplementedError``: the default of kinds that read a map."""
    raise NotImplementedError("a kind that reads a map delivers patches")


def _no_patches(projection: Any, active: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Raise ``NotImplementedError``: the default of kinds that read spikes."""
    raise NotImplementedError("a kind that reads spikes delivers sums")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SynapseKind(Kind):
    """A connection type.

    ``check(graph, projection)``: raise ``InputError`` for sizes that do not agree.
    ``largest_scale(projection, bits, clip)``: the largest scale at which the weights have codes.
    ``quantize(projection, scale, bits)``: integer parameters.
    ``bound(projection, targets)``: an upper bound of a synaptic sum's magnitude.
    ``sums(projection, spikes, arithmetic)``: synaptic sums (n, targets) of spikes (n, sources).
    ``patches(projection, active, positions)``: pixels delivered, bool (n, positions, pixels), of a map
    (n, sources).
    ``pack(projection, bits)``: the kernel's table, uint8. ``operations(graph, projection, spikes, steps)``:
    number of synaptic operations.

    ``has_weights``: there is an array of weights, not one weight among the parameters. ``reads_map``: the
    projection reads the encoder's map, not the spikes of a step. ``stored_as``: names of the kinds that
    compute the same, as any of which a projection may be stored.
    """

    check: Callable[..., None]
    largest_scale: Callable[..., float]
    quantize: Callable[..., Mapping[str, int]]
    bound: Callable[..., int]
    pack: Callable[..., np.ndarray]
    operations: Callable[..., int]
    sums: Callable[..., np.ndarray] = _no_sums
    patches: Callable[..., np.ndarray] = _no_patches
    has_weights: bool = True
    reads_map: bool = False
    stored_as: tuple[str, ...] = ()
