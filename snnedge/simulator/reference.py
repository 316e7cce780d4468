"""The numpy reference: the order of a time step and the decision, as integer-contract.md defines them.

``run`` is the reference that every integer back end equals to the bit. ``simulate`` is the same loop over
either arithmetic; calibration runs the float network with it. It shares no code with ``csrc/``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..model import network, outcome
from ..model.kind import distance_to_threshold
from ..model.limits import MAX_VOTES
from ..model.network import INPUT, UNDECIDED, Graph
from ..model.outcome import Outcome
from .arithmetic import FixedPoint, FloatingPoint
from .synaptic_input import SynapticInput

BATCH = 500  # samples at a time: the state of a batch stays in the cache

Observer = Callable[["Batch"], None]


@dataclass
class Batch:
    """Samples that run side by side, one row of each array per sample.

    ``rows``: their indices in the outcome. ``past``: of each source, the spikes that delays need, newest
    first.
    """

    rows: np.ndarray
    arithmetic: FloatingPoint
    encoder: dict[str, np.ndarray]
    states: dict[str, dict[str, np.ndarray]]
    spikes: dict[str, np.ndarray]
    past: dict[str, np.ndarray]
    maps: dict[str, np.ndarray]
    input_currents: dict[str, np.ndarray]
    votes: np.ndarray
    leading: np.ndarray
    step: int = 0

    def keep(self, mask: np.ndarray) -> None:
        """Keep the samples for which ``mask``, bool (n,), is true."""
        self.arithmetic.keep(mask)
        self.rows, self.votes, self.leading = self.rows[mask], self.votes[mask], self.leading[mask]
        parts = (
            self.encoder,
            self.spikes,
            self.past,
            self.maps,
            self.input_currents,
            *self.states.values(),
        )
        for arrays in parts:
            arrays.update({name: a[mask] for name, a in arrays.items()})

    def emit(self, source: str, spikes: np.ndarray) -> None:
        """Record the ``spikes`` of ``source`` in this step, bool (n, size)."""
        self.spikes[source] = spikes
        self.past[source] = np.concatenate([spikes[:, None], self.past[source][:, :-1]], axis=1)


def run(model: Graph, images: np.ndarray, observe: Sequence[Observer] = ()) -> Outcome:
    """Return the outcome of the integer model for uint8 ``images`` (n, *shape)."""
    return simulate(model, images, FixedPoint, observe)


def simulate(
    graph: Graph,
    images: np.ndarray,
    arithmetic: type[FloatingPoint],
    observe: Sequence[Observer] = (),
) -> Outcome:
    """Run ``graph``, whose parameters are on the time grid; call each of ``observe`` after every step."""
    samples = images.reshape(len(images), -1)
    result = outcome.empty(len(samples), len(graph.readout.labels))
    for first in range(0, len(samples), BATCH):
        rows = np.arange(first, min(first + BATCH, len(samples)))
        _run_batch(graph, _begin(graph, samples, rows, arithmetic), result, observe)
    return result


class Stream:
    """A sample without an end whose input spikes are given: the reference of ``runtime.stream.Stream``.

    ``spikes`` and ``membrane`` are those of the step just done. Spikes are neuron indices, ascending.
    """

    def __init__(self, model: Graph) -> None:
        network.check_stream(model)
        self.model = model
        blank = np.zeros((1, model.encoder.size), np.uint8)
        self._batch = _begin(model, blank, np.arange(1), FixedPoint)
        self._heard = False  # an input spike, since the votes began

    def step(self, spikes: np.ndarray) -> np.ndarray:
        """Advance by one step with these input spikes; return those of the readout population."""
        given = np.zeros((1, self.model.encoder.size), bool)
        given[0, spikes] = True
        _advance(self.model, self._batch, given)
        self._heard = self._heard or bool(given.any())
        return self.spikes(self.model.readout.population)

    def spikes(self, name: str) -> np.ndarray:
        return np.flatnonzero(self._batch.spikes[name][0])

    def membrane(self, name: str) -> np.ndarray:
        return np.asarray(self._batch.states[name]["v"][0])

    @property
    def label(self) -> int:
        silent = self._batch.leading[0] == UNDECIDED
        if silent and self._heard and self.model.readout.nearest:
            return int(_nearest(self.model, self._batch)[0])
        return int(self._batch.leading[0])

    @property
    def decided(self) -> bool:
        return bool(_decided(self.model, self._batch)[0])

    def clear_votes(self) -> None:
        self._heard = False
        self._batch.votes[:], self._batch.leading[:] = 0, UNDECIDED


def _begin(graph: Graph, samples: np.ndarray, rows: np.ndarray, arithmetic: type[FloatingPoint]) -> Batch:
    encoder = graph.encoder.kind
    numbers = arithmetic(len(rows))
    n = len(rows)
    states, spikes = {}, {INPUT: np.zeros((n, graph.encoder.size), bool)}
    for p in graph.populations:
        states[p.name] = p.kind.initial(n, p.size, numbers.dtype)
        spikes[p.name] = np.zeros((n, p.size), bool)
    return Batch(
        rows=rows,
        arithmetic=numbers,
        encoder=encoder.begin(graph.encoder.params, samples[rows], numbers),
        states=states,
        spikes=spikes,
        past={
            name: np.zeros((n, 1 + network.kept_steps(graph, name), silent.shape[1]), bool)
            for name, silent in spikes.items()
        },
        maps={INPUT: np.zeros((n, graph.encoder.size), bool)},
        input_currents={},
        votes=np.zeros((n, graph.readout.classes), np.int64),
        leading=np.full(n, UNDECIDED, np.int16),
    )


def _run_batch(graph: Graph, batch: Batch, result: Outcome, observe: Sequence[Observer]) -> None:
    while len(batch.rows):
        _step(graph, batch)
        _record(graph, batch, result)
        for observer in observe:
            observer(batch)
        batch.step += 1
        ended = _decided(graph, batch) | (batch.step == graph.steps)
        _answer(graph, batch, result, ended)
        if ended.any():
            batch.keep(~ended)


def _step(graph: Graph, batch: Batch) -> None:
    _advance(graph, batch, graph.encoder.kind.step(batch.encoder))


def _advance(graph: Graph, batch: Batch, input_spikes: np.ndarray) -> None:
    batch.emit(INPUT, input_spikes)
    batch.maps[INPUT] = batch.maps[INPUT] | batch.spikes[INPUT]
    for p in graph.populations:
        projections = network.inputs_of(graph, p.name)
        inputs = SynapticInput(projections, p.size, batch.past, batch.maps, batch.arithmetic)
        batch.emit(p.name, p.kind.step(p.params, batch.states[p.name], inputs, batch.arithmetic))
        batch.input_currents[p.name] = inputs.latest
    _vote(graph.readout, batch)


def _vote(readout: network.Readout, batch: Batch) -> None:
    for row, neuron in zip(*np.nonzero(batch.spikes[readout.population]), strict=True):
        label = readout.labels[neuron]
        if label < 0 or batch.votes[row, label] == MAX_VOTES:
            continue
        batch.votes[row, label] += 1
        leading = batch.leading[row]
        if leading < 0 or batch.votes[row, label] > batch.votes[row, leading]:
            batch.leading[row] = label


def _decided(graph: Graph, batch: Batch) -> np.ndarray:
    margin = graph.readout.exit_margin
    if not margin:
        return np.zeros(len(batch.rows), bool)
    votes = np.concatenate([batch.votes, np.zeros_like(batch.votes[:, :1])], axis=1)
    ranked = np.sort(votes, axis=1)
    return np.asarray(ranked[:, -1] - ranked[:, -2] >= margin)


def _record(graph: Graph, batch: Batch, result: Outcome) -> None:
    result.input_spikes[batch.rows] += batch.spikes[INPUT].sum(axis=1).astype(np.uint32)
    rows, neurons = np.nonzero(batch.spikes[graph.readout.population])
    rows = batch.rows[rows]
    result.spike_counts[rows, neurons] += 1
    first = result.first_spikes[rows, neurons]
    result.first_spikes[rows, neurons] = np.minimum(first, batch.step)


def _answer(graph: Graph, batch: Batch, result: Outcome, ended: np.ndarray) -> None:
    rows = batch.rows[ended]
    labels = batch.leading[ended]
    spoken = (labels != UNDECIDED) | (result.input_spikes[rows] == 0)
    if graph.readout.nearest:
        labels = np.where(spoken, labels, _nearest(graph, batch)[ended])
    result.labels[rows] = labels
    result.steps[rows] = batch.step
    result.saturations[rows] = batch.arithmetic.saturations[ended]


def _nearest(graph: Graph, batch: Batch) -> np.ndarray:
    readout = graph.readout
    assigned = np.flatnonzero(readout.labels >= 0)
    if not len(assigned):
        return np.full(len(batch.rows), UNDECIDED, np.int16)
    p = network.population(graph, readout.population)
    distance = distance_to_threshold(p.params, batch.states[p.name])
    return np.asarray(readout.labels[assigned[distance[:, assigned].argmax(axis=1)]])
