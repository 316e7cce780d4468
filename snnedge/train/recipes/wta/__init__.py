"""`wta`: one layer, STDP under winner-take-all, then rules that use labels (recipes.md)."""

from itertools import pairwise
from typing import Any, Self

import numpy as np

from ....brian2_program.program import CurrentProgram
from ....data import Dataset
from ....data.augment import shifted
from ....data.contrast import presented
from ....model.network import Network
from ... import block as blocks
from ... import chunk_size, pruning
from ...decision import decide
from ...neuron_labels import assign, count_winners
from ...presentation_order import batches
from ...recipe import Report, State
from ...rules.margin_race import simulator as race
from . import simulator as layer
from .model import Model
from .plan import plan
from .replay import replay, supports
from .settings import Settings, Stage, choose
from .simulator import CAPACITY, Chunk, integer_rates

__all__ = ["Wta", "choose", "prepare", "replay", "supports"]

LABELLING_IMAGES = 10_000  # training images that label the neurons, at least
IMAGES_PER_NEURON = 20  # with six images each, the labels of 1600 neurons cost some tenths of a percent
LEARNED = ("weights", "thresholds", "labels")


class Wta:
    """The training of ``settings`` on ``data``; see ``recipe.Recipe``.

    The state: ``weights`` float32 (inputs, neurons), ``thresholds`` float32 and ``labels`` int32
    (neurons,), ``active`` bool (inputs,), false where pruned, and the state of the blocks (``block.py``).
    """

    def __init__(self, data: Dataset, settings: Settings) -> None:
        self.data, self.settings, self.model = data, settings, Model(data, settings)
        self.inputs, self.neurons, self.classes = self.model.encoder.size, settings.neurons, data.classes
        self.plan = plan(settings, len(data))
        self.ends = tuple(int(end) for end in np.cumsum([0, *(s.samples for s in settings.stages)]))
        self.stops = tuple(
            stop for part in pairwise(self.ends) for stop in _block_ends(*part, settings.block)
        )
        self.capacity, self.program = CAPACITY, CurrentProgram()

    @property
    def compile_seconds(self) -> float:
        """Time of all compilations so far."""
        return self.program.compile_seconds

    def fit(self, limit: int) -> None:
        """Choose the largest chunk for ``limit`` bytes. Raises ``InputError``."""
        synapses = self.inputs * self.neurons
        each = 5 * 8 * self.inputs + 3 * 4 * (self.neurons + self.settings.steps)
        self.capacity = chunk_size.capacity(limit, fixed=chunk_size.BASE_BYTES + 50 * synapses, each=each)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.program.close()

    def initial_state(self) -> State:
        """Return random weights, equal thresholds, and neurons without labels."""
        block = blocks.initial_state(len(self.stops), self.inputs, self.neurons, self.classes)
        return vars(self.model.initial_state()) | block | {"active": np.ones(self.inputs, bool)}

    def advance(self, state: State, first: int, last: int) -> tuple[State, Report]:
        """Present samples ``first`` .. ``last - 1`` of the plan."""
        k = int(np.searchsorted(self.ends, first, side="right")) - 1
        stage, part = self.settings.stages[k], slice(first, last)
        if first == self.ends[k]:
            state = self._enter(stage, state)
        block = int(np.searchsorted(self.stops, first, side="right"))
        seen = self.data.take(self.plan.order[part])
        present = self._race if stage.rule == "margin" else self._compete
        learned, predicted, winners = present(state, stage, part, seen, block)
        spikes = count_winners(winners, seen.labels, self.neurons, self.classes)
        right = predicted == seen.labels
        accuracy = float(right.mean()) if (state["labels"] >= 0).any() else None
        silent = float((winners < 0).all(axis=1).mean())
        after = blocks.accumulated(state | learned, int(right.sum()), seen.labels, spikes)
        if last == self.stops[block]:
            after = _end_block(after, block, self.settings, stage.supervised)
        return after, Report(accuracy, spikes.sum(axis=0), silent)

    def finish(self, state: State) -> State:
        """Remove weak synapses if the preset says so; label the neurons unless labels were fixed before."""
        share = self.settings.prune["synapses"]
        if share:
            keep = pruning.strong_synapses(state["weights"], share)
            state = state | {"weights": pruning.pruned(state["weights"], keep)}
        return state if self.settings.supervised else self.labelled(state)

    def predict(self, state: State, data: Dataset) -> np.ndarray:
        """Return the labels that Brian2 computes, int (n,).

        An open race predicts too, where its decisions are those of the layer: at the first spike.
        """
        images = presented(data.images, self.settings.enhance)
        if self.program.holds(race.Simulator) and self.settings.exit_margin == 1:
            parts = batches(len(images), self.capacity)
            return np.concatenate([self._predict_by_race(state, images[part]) for part in parts])
        response = self._layer().respond(_learned(state), self.model.encoder, images)
        return decide(response, self.model.readout(state["labels"]))[0]

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """Return the network in ``state``. Raises ``InputError`` when ``state`` is impossible."""
        return self.model.network(_learned(state), provenance)

    def labelled(self, state: State) -> State:
        """Return ``state`` with neurons labelled by their responses to training images."""
        sample = self.data.take(slice(max(LABELLING_IMAGES, IMAGES_PER_NEURON * self.neurons)))
        images = presented(sample.images, self.settings.enhance)
        response = self._layer().respond(_learned(state), self.model.encoder, images)
        return state | {"labels": assign(response.winners, sample.labels, self.neurons, self.classes)}

    def _enter(self, stage: Stage, state: State) -> State:
        """Return ``state`` as ``stage`` begins with it."""
        stages = self.settings.stages
        labelled_before = any(before.supervised for before in stages[: stages.index(stage)])
        if stage.supervised and not labelled_before:
            state = self.labelled(state)
        if stage.equal_thresholds:
            thresholds = state["thresholds"]
            state = state | {"thresholds": np.full_like(thresholds, thresholds.mean())}
        return state

    def _compete(
        self, state: State, stage: Stage, part: slice, seen: Dataset, block: int
    ) -> tuple[State, np.ndarray, np.ndarray]:
        """Learn by STDP or R-STDP; return what was learned, predictions, and winners (n, steps)."""
        factor, plan = blocks.rate_factor(state, block, self.settings.adapt), self.plan
        chunk = Chunk(
            rates=self._rates(state, part, seen),
            seeds=plan.seeds[part],
            attract=plan.attract[part] * factor,
            repel=plan.repel[part] * factor,
            rise=plan.rise[part],
            fall=plan.fall[part],
            target=seen.labels,
        )
        response, after = self._layer().run(_learned(state), chunk)
        predicted, _ = decide(response, self.model.readout(state["labels"]))
        return dict(vars(after)), predicted, response.winners

    def _race(
        self, state: State, stage: Stage, part: slice, seen: Dataset, block: int
    ) -> tuple[State, np.ndarray, np.ndarray]:
        """Learn by the margin rule; return the same. A sample ends with its first spike."""
        factor = blocks.rate_factor(state, block, self.settings.adapt)
        series = {
            "rates": self._rates(state, part, seen),
            "seeds": self.plan.seeds[part],
            "target": seen.labels,
            "rate": self.plan.attract[part] * factor,
            "rise": np.zeros(len(seen)),
        }
        response, after = self._run_race(state, stage.margin, series)
        fired = np.where(response.decided < self.settings.steps, response.winners, -1)
        return {"weights": after.weights}, state["labels"][response.winners], fired[:, None]

    def _predict_by_race(self, state: State, images: np.ndarray) -> np.ndarray:
        """Return the labels of a race in which nothing is learned."""
        rates = integer_rates(self.model.encoder, self.settings.steps, images)
        zeros, seeds = np.zeros(len(images)), np.full(len(images), self.model.encoder.params["seed"])
        series = {"rates": rates, "seeds": seeds, "target": zeros, "rate": zeros, "rise": zeros}
        return np.asarray(state["labels"][self._run_race(state, 1.0, series)[0].winners])

    def _run_race(
        self, state: State, margin: float, series: dict[str, np.ndarray]
    ) -> tuple[race.Response, race.State]:
        """Run the race; ``margin`` is in units of the mean threshold."""
        thresholds = state["thresholds"]
        rule = race.Rule(max(margin * float(thresholds.mean()), 1e-6), graded=1, bias_rate=0)
        before = race.State(state["weights"], np.zeros_like(thresholds), thresholds)
        sizes = self.inputs, self.neurons, self.settings.steps, self.capacity
        simulator: race.Simulator = self.program.open(race.Simulator, "error_diffusion", *sizes)
        return simulator.run(before, state["labels"], rule, series)

    def _rates(self, state: State, part: slice, seen: Dataset) -> np.ndarray:
        """Return the input rates of the presentations ``part``, Q16 spikes per step (n, inputs)."""
        images = shifted(presented(seen.images, self.settings.enhance), self.plan.shifts[part])
        rates = integer_rates(self.model.encoder, self.settings.steps, images)
        return rates * state["active"]  # pruned inputs are silent, so their weights stay 0

    def _layer(self) -> layer.Simulator:
        sizes = self.inputs, self.neurons, self.settings.steps, self.capacity
        simulator: layer.Simulator = self.program.open(layer.Simulator, *sizes)
        return simulator


def prepare(data: Dataset, settings: Settings) -> Wta:
    """Return the recipe. Raises ``InputError`` when a model cannot hold so many pixels or weights."""
    return Wta(data, settings)


def _end_block(state: State, block: int, settings: Settings, supervised: bool) -> State:
    """Return ``state`` after block number ``block``: weights pruned and normalised, neurons labelled."""
    weights, prune, active = state["weights"], settings.prune, state["active"]
    means = blocks.running_means(state, block, abs(weights), prune["memory"])
    if prune["inputs"]:
        active = active & pruning.active_inputs(means, prune["inputs"])
        weights = pruning.pruned(weights, active)
    return state | {
        "weights": weights if supervised else settings.normalized(weights),
        "labels": state["labels"] if supervised else blocks.labels(state),
        "accuracies": blocks.accuracies(state, block),
        "means": means,
        "active": active,
        **blocks.cleared(state),
    }


def _block_ends(first: int, last: int, size: int) -> list[int]:
    """Return the positions at which the blocks of a stage end."""
    return [*range(first + size, last, size), last]


def _learned(state: State) -> layer.State:
    return layer.State(**{name: state[name] for name in LEARNED})
