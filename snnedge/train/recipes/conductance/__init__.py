"""`conductance`: neurons with conductances, STDP on Poisson input (recipes.md)."""

from typing import Any, Self

import numpy as np

from ....data import Dataset
from ....data.contrast import presented
from ....model.network import UNASSIGNED, Network
from ... import block as blocks
from ... import chunk_size, pruning, schedule
from ...decision import decide_spikes
from ...neuron_labels import assign_counts, count_spikes
from ...presentation_order import batches, presentation_order
from ...recipe import Report, State
from .constants import training_constants
from .model import encoder, initial_state, network, readout, shape
from .presentation import inference_chunk, training_chunk
from .replay import replay, supports
from .settings import Settings, choose
from .simulator import Chunk, Response, Simulator

__all__ = ["Conductance", "choose", "prepare", "replay", "supports"]

CAPACITY = 1000  # samples in a run of the program
LABELLING_IMAGES = 5_000  # training images that label the neurons
RECORDED_SPIKES = 100  # output spikes of a sample that the memory limit allows for


class Conductance:
    """The training of ``settings`` on ``data``; see ``recipe.Recipe``.

    The state has the variables of ``equations.STATE``, ``labels`` int32 (neurons,), and the state of the
    blocks (``block.py``). ``presentations`` counts repeats too. ``intensity``: median that the samples of
    the last block needed. ``block.repeats``: number of samples by repeats.
    """

    def __init__(self, data: Dataset, settings: Settings) -> None:
        self.data, self.settings, self.c = data, settings, settings.constants
        self.neurons, self.inputs = settings.neurons, data.shape[0] * data.shape[1]
        self.capacity, self.compile_seconds = CAPACITY, 0.0
        self.stops = (*range(self.c["block"], settings.samples, self.c["block"]), settings.samples)
        self.repeats = max(0, int(np.ceil(self.c["max_intensity"] - self.c["start_intensity"])))
        rng = np.random.default_rng([settings.seed, 1])
        self.order = presentation_order(rng, settings.samples, len(data))
        self.gains = schedule.values(self.c["learning_rate"], settings.samples)

    def fit(self, limit: int) -> None:
        """Choose the largest chunk for ``limit`` bytes. Raises ``InputError``."""
        synapses, each = self.inputs * self.neurons, 4 * 8 * self.inputs + RECORDED_SPIKES * 5 * 8
        self.capacity = chunk_size.capacity(limit, fixed=chunk_size.BASE_BYTES + 60 * synapses, each=each)

    def __enter__(self) -> Self:
        self.simulator = Simulator(shape(self.settings, self.inputs, self.capacity))
        self.compile_seconds = self.simulator.compile_seconds
        return self

    def __exit__(self, *_: object) -> None:
        self.simulator.close()

    def initial_state(self) -> State:
        """Return random weights, and neurons without labels."""
        block = blocks.initial_state(len(self.stops), self.inputs, self.neurons, self.data.classes)
        return (
            initial_state(self.settings, self.inputs)
            | {
                "labels": np.full(self.neurons, UNASSIGNED, np.int32),
                "presentations": np.zeros(1, np.int64),
                "intensity": np.full(1, float(self.c["start_intensity"])),
                "block.repeats": np.zeros(self.repeats + 1, np.int64),
            }
            | block
        )

    def advance(self, state: State, first: int, last: int) -> tuple[State, Report]:
        """Present samples ``first`` .. ``last - 1``, all in one block."""
        seen = self.data.take(self.order[first:last])
        block = int(np.searchsorted(self.stops, first, side="right"))
        response, learned = self._run(state, self._chunk(state, seen.images, first, block))
        right = self._decide(state, response, len(seen)) == seen.labels
        spikes = self._counts(response, seen.labels)
        after = blocks.accumulated(learned, int(right.sum()), seen.labels, spikes)
        after["presentations"] = state["presentations"] + response.presentations
        repeats = np.rint(response.intensity - self.c["start_intensity"]).astype(int)
        after["block.repeats"] = state["block.repeats"] + np.bincount(repeats, minlength=self.repeats + 1)
        report = Report(
            accuracy=float(right.mean()) if (state["labels"] >= 0).any() else None,
            spike_counts=spikes.sum(axis=0),
            silent_share=1 - len(np.unique(response.sample)) / len(seen),
        )
        return (self._end_block(after, block) if last == self.stops[block] else after), report

    def finish(self, state: State) -> State:
        """Remove weak synapses if the preset says so; label the neurons without learning."""
        share = self.c["prune"]["synapses"]
        if share:
            state = _without(state, pruning.strong_synapses(state["synapses.w"], share))
        sample = self.data.take(slice(LABELLING_IMAGES))
        spikes = np.zeros((self.data.classes, self.neurons), np.int64)
        for part in batches(len(sample), self.capacity):
            response = self._respond(state, sample.images[part])
            spikes += self._counts(response, sample.labels[part])
        samples = np.bincount(sample.labels, minlength=self.data.classes)
        return {**state, "labels": assign_counts(spikes, samples)}

    def predict(self, state: State, data: Dataset) -> np.ndarray:
        """Return the labels by the spikes that Brian2 computes, int (n,)."""
        parts = [data.images[part] for part in batches(len(data), self.capacity)]
        return np.concatenate(
            [self._decide(state, self._respond(state, images), len(images)) for images in parts]
        )

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """Return the network in ``state``. Raises ``InputError`` when it is impossible."""
        return network(self.settings, state, self.data, provenance)

    def _run(self, state: State, chunk: Chunk) -> tuple[Response, State]:
        return self.simulator.run(training_constants(self.settings, self.inputs), state, chunk)

    def _chunk(self, state: State, images: np.ndarray, first: int, block: int) -> Chunk:
        gains = self.gains[first : first + len(images)]
        gains = gains * blocks.rate_factor(state, block, self.c["adapt"])
        return training_chunk(self.settings, images, gains, int(state["presentations"][0]))

    def _end_block(self, state: State, block: int) -> State:
        """Return ``state`` after block number ``block``: accuracy, labels, intensity, pruned inputs."""
        prune = self.c["prune"]
        means = blocks.running_means(state, block, state["synapses.w"], prune["memory"])
        ended = {
            "accuracies": blocks.accuracies(state, block),
            "means": means,
            "labels": blocks.labels(state),
            "intensity": np.array([self.c["start_intensity"] + _median(state["block.repeats"])]),
        }
        if prune["inputs"]:
            state = _without(state, pruning.active_inputs(means, prune["inputs"])[:, None])
        return state | ended | blocks.cleared(state)

    def _respond(self, state: State, images: np.ndarray) -> Response:
        """Return the spikes for ``images`` without learning, as of the exported network."""
        source, steps = encoder(self.settings, state, self.data.shape), self.settings.steps(self.c["shown"])
        shown = presented(images, self.c["enhance"])
        return self._run(state, inference_chunk(source, self.c["dt"], steps, shown))[0]

    def _decide(self, state: State, response: Response, samples: int) -> np.ndarray:
        """Return the label of each sample, int16 (samples,)."""
        rule = readout(self.settings, state, self.data)
        steps = self.settings.steps(self.c["shown"] + self.c["rest"])
        return decide_spikes(samples, steps, response.sample, response.step, response.neuron, rule)[0]

    def _counts(self, response: Response, labels: np.ndarray) -> np.ndarray:
        """Return the spikes by presented class and neuron, int (classes, neurons)."""
        spikes = response.sample, response.neuron
        return count_spikes(*spikes, labels, self.neurons, self.data.classes)


def prepare(data: Dataset, settings: Settings) -> Conductance:
    """Return the recipe. Sizes are checked when its first network is built."""
    return Conductance(data, settings)


def _median(counts: np.ndarray) -> float:
    """Return the median of numbers 0, 1, ... that occur ``counts`` times each."""
    return float(np.searchsorted(counts.cumsum(), counts.sum() / 2))


def _without(state: State, keep: np.ndarray) -> State:
    """Return ``state`` with the synapses removed for which ``keep``, bool, is false."""
    mask = np.broadcast_to(keep, state["synapses.w"].shape)
    names = ("synapses.w", "synapses.limit")
    return state | {name: pruning.pruned(state[name], mask) for name in names}
