"""`conductance`: neurons with conductances, STDP on Poisson input (recipes.md)."""

from typing import Any, Self

import numpy as np

from ....data import Dataset
from ....model.network import UNASSIGNED, Network
from ... import chunk_size, pruning, schedule
from ...neuron_labels import assign_counts, decide_spikes
from ...recipe import Report, State
from .model import beginning, constants, encoder, network, presented, rates, readout, shape, still
from .replay import replay, replays
from .settings import Settings, choose
from .simulator import Chunk, Response, Simulator

__all__ = ["Conductance", "choose", "prepare", "replay", "replays"]

CAPACITY = 1000  # samples per run of the program
LABELLING_IMAGES = 5_000  # training images that label the neurons
SPIKES = 100  # output spikes of a sample that there is room for, when memory is short
SEED_STEP = 1_000_003  # between the random numbers of two trainings: more than presentations of one


class Conductance:
    """The training of ``settings`` on ``data``; see ``recipe.Recipe``.

    After each block of samples accuracy and weights are looked at, and what hangs on them follows: labels,
    learning rates, pruning.
    """

    def __init__(self, data: Dataset, settings: Settings) -> None:
        self.data, self.settings, self.c = data, settings, settings.constants
        self.neurons, self.inputs = settings.neurons, data.shape[0] * data.shape[1]
        self.capacity, self.compile_seconds = CAPACITY, 0.0
        self.stops = (*range(self.c["block"], settings.samples, self.c["block"]), settings.samples)
        self.repeats = max(0, int(np.ceil(self.c["max_intensity"] - self.c["start_intensity"])))
        rng = np.random.default_rng([settings.seed, 1])
        passes = -(-settings.samples // len(data))
        self.order = np.concatenate([rng.permutation(len(data)) for _ in range(passes)])[: settings.samples]
        self.gains = schedule.values(self.c["learning_rate"], settings.samples)

    def fit(self, limit: int) -> None:
        """Let a chunk be as large as ``limit`` bytes allow."""
        synapses, each = self.inputs * self.neurons, 4 * 8 * self.inputs + SPIKES * 5 * 8
        self.capacity = chunk_size.capacity(limit, fixed=chunk_size.BRIAN2 + 60 * synapses, each=each)

    def __enter__(self) -> Self:
        self.simulator = Simulator(shape(self.settings, self.inputs, self.capacity))
        self.compile_seconds = self.simulator.compile_seconds
        return self

    def __exit__(self, *_: object) -> None:
        self.simulator.close()

    def beginning(self) -> State:
        """Random weights, no labels; ``block.*``: what the samples of the block under way have shown."""
        n, classes = self.neurons, self.data.classes
        return beginning(self.settings, self.inputs) | {
            "labels": np.full(n, UNASSIGNED, np.int32),
            "presentations": np.zeros(1, np.int64),
            "intensity": np.full(1, float(self.c["start_intensity"])),
            "means": np.zeros(self.inputs),
            "accuracies": np.zeros(len(self.stops)),
            "block.right": np.zeros(1, np.int64),
            "block.repeats": np.zeros(self.repeats + 1, np.int64),
            "block.spikes": np.zeros((classes, n), np.int64),
            "block.samples": np.zeros(classes, np.int64),
        }

    def advance(self, state: State, first: int, last: int) -> tuple[State, Report]:
        """Presentations ``first`` .. ``last - 1``, all in one block."""
        seen = self.data.take(self.order[first:last])
        block = int(np.searchsorted(self.stops, first, side="right"))
        response, after = self._run(state, self._chunk(state, seen.images, first, block))
        answers = self._decide(state, response, len(seen))
        counts = _counts(response, seen.labels, self.data.classes, self.neurons)
        after["presentations"] = state["presentations"] + response.presentations
        after["block.right"] = state["block.right"] + (answers == seen.labels).sum()
        after["block.spikes"] = state["block.spikes"] + counts
        after["block.samples"] = state["block.samples"] + np.bincount(
            seen.labels, minlength=self.data.classes
        )
        repeats = np.rint(response.intensity - self.c["start_intensity"]).astype(int)
        after["block.repeats"] = state["block.repeats"] + np.bincount(repeats, minlength=self.repeats + 1)
        report = Report(
            accuracy=float((answers == seen.labels).mean()) if (state["labels"] >= 0).any() else None,
            wins=counts.sum(axis=0),
            silent=1 - len(np.unique(response.sample)) / len(seen),
        )
        return (self._end_block(after, block) if last == self.stops[block] else after), report

    def finish(self, state: State) -> State:
        """Drop weak synapses, if the preset wants that; label the neurons by a pass without learning."""
        keep = pruning.strong_synapses(state["synapses.w"], self.c["prune"]["synapses"])
        state = _without(state, keep) if self.c["prune"]["synapses"] else state
        sample = self.data.take(slice(LABELLING_IMAGES))
        spikes = np.zeros((self.data.classes, self.neurons), np.int64)
        for part in self._parts(len(sample)):
            response = self._respond(state, sample.images[part])
            spikes += _counts(response, sample.labels[part], self.data.classes, self.neurons)
        samples = np.bincount(sample.labels, minlength=self.data.classes)
        return {**state, "labels": assign_counts(spikes, samples)}

    def answers(self, state: State, data: Dataset) -> np.ndarray:
        """Labels by the spikes that Brian2 sees."""
        found = [self._answers(state, data.images[part]) for part in self._parts(len(data))]
        return np.concatenate(found)

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """The network in ``state``."""
        return network(self.settings, state, self.data, provenance)

    def _run(self, state: State, chunk: Chunk) -> tuple[Response, State]:
        return self.simulator.run(constants(self.settings, self.inputs), state, chunk)

    def _chunk(self, state: State, images: np.ndarray, first: int, block: int) -> Chunk:
        c, adapt = self.c, self.c["adapt"]
        gains = self.gains[first : first + len(images)]
        if adapt["patience"]:
            gains = gains * schedule.adapted(
                state["accuracies"][:block].tolist(), adapt["patience"], adapt["factor"]
            )
        return Chunk(
            rates=rates(self.settings, presented(self.settings, images)),
            gains=gains,
            seed=(self.settings.seed * SEED_STEP + int(state["presentations"][0])) % 2**31,
            stride=1,
            length=self.settings.steps(c["shown"] + c["rest"]),
            driven=self.settings.steps(c["shown"]),
            initial=c["start_intensity"],
            least=c["min_spikes"],
            cap=c["max_intensity"],
            keep=True,
        )

    def _end_block(self, state: State, block: int) -> State:
        """What is decided after each block: accuracy, labels, inputs that go."""
        c, samples = self.c["prune"], state["block.samples"]
        accuracies = state["accuracies"].copy()
        accuracies[block] = state["block.right"][0] / samples.sum()
        means = pruning.recent(state["means"], state["synapses.w"], c["memory"] if block else 0)
        if c["inputs"]:
            state = _without(state, pruning.active_inputs(means, c["inputs"])[:, None])
        return {
            **state,
            "accuracies": accuracies,
            "means": means,
            "labels": assign_counts(state["block.spikes"], samples),
            "intensity": np.array([self.c["start_intensity"] + _median(state["block.repeats"])]),
            **{name: np.zeros_like(array) for name, array in state.items() if name.startswith("block.")},
        }

    def _respond(self, state: State, images: np.ndarray) -> Response:
        """Spikes for ``images`` without learning, as of the exported network: from rest, no repeats."""
        source, steps = encoder(self.settings, state, self.data.shape), self.settings.steps(self.c["shown"])
        return self._run(state, still(source, self.c["dt"], steps, presented(self.settings, images)))[0]

    def _answers(self, state: State, images: np.ndarray) -> np.ndarray:
        return self._decide(state, self._respond(state, images), len(images))

    def _parts(self, samples: int) -> list[slice]:
        return [slice(k, k + self.capacity) for k in range(0, samples, self.capacity)]

    def _decide(self, state: State, response: Response, samples: int) -> np.ndarray:
        rule = readout(self.settings, state, self.data)
        steps = self.settings.steps(self.c["shown"] + self.c["rest"])
        return decide_spikes(samples, steps, response.sample, response.step, response.neuron, rule)[0]


def prepare(data: Dataset, settings: Settings) -> Conductance:
    """The recipe, ready to begin. Raises ``InputError`` when no model holds so many pixels or weights."""
    return Conductance(data, settings)


def _median(counts: np.ndarray) -> float:
    """Of numbers 0, 1, ... that occur ``counts`` times each."""
    return float(np.searchsorted(counts.cumsum(), counts.sum() / 2))


def _counts(response: Response, labels: np.ndarray, classes: int, neurons: int) -> np.ndarray:
    """Spikes of each neuron by the class shown, int (classes, neurons)."""
    cell = labels[response.sample] * neurons + response.neuron
    return np.bincount(cell, minlength=classes * neurons).reshape(classes, neurons)


def _without(state: State, keep: np.ndarray) -> State:
    """``state`` with the synapses that ``keep`` does not name gone for good."""
    mask = np.broadcast_to(keep, state["synapses.w"].shape)
    return {
        **state,
        **{name: pruning.pruned(state[name], mask) for name in ("synapses.w", "synapses.limit")},
    }
