"""Readout "margin" of `conv_wta`: a race that learns by margin R-STDP, with feedback to the features."""

import numpy as np

from ....brian2_program.program import CurrentProgram
from ....data import Dataset
from ....data.augment import shifted
from ...presentation_order import batches
from ...recipe import State
from ...rules.feedback import simulator as feedback
from ...rules.margin_race import simulator as race
from ...rules.margin_race.simulator import SILENT
from . import feedback_rounds
from .features import STEPS
from .first_layer import FirstLayer, layer_of
from .geometry import Geometry
from .readout import Learned, Samples
from .settings import Settings


class MarginReadout:
    """The readout "margin"; see ``ConvReadout``. ``capacity``: upper bound of the samples in a chunk."""

    def __init__(
        self,
        data: Dataset,
        settings: Settings,
        geometry: Geometry,
        program: CurrentProgram,
        capacity: int,
    ) -> None:
        self.data, self.settings, self.geometry = data, settings, geometry
        self._program, self._capacity = program, capacity

    def initial_state(self, rng: np.random.Generator) -> State:
        """Return random weights; the label of neuron j is j mod classes."""
        units, neurons = self.geometry.units, self.settings.neurons
        return {
            "weights": rng.uniform(0, self.settings.initial_weight, (units, neurons)).astype(np.float32),
            "bias": np.zeros(neurons, np.float32),
            "conscience": np.zeros(neurons, np.float32),
            "labels": (np.arange(neurons) % self.data.classes).astype(np.int32),
        }

    def enter(self, state: State, stage: int) -> State:
        """Return ``state`` without a conscience, with centred weights before the first stage with exits."""
        stages = self.settings.stages
        if stages[stage].exits and not (stage and stages[stage - 1].exits):
            state = _centred(state)
        return state | {"conscience": np.zeros_like(state["conscience"])}

    def learn(self, state: State, first: FirstLayer, samples: Samples) -> Learned:
        """Learn by margin R-STDP; in a stage with feedback the features learn too."""
        if any(samples.stage.feedback):
            return self._learn_both(state, samples)
        phases = first.cache.phases(samples.order, samples.shifts)
        schedules = samples.schedule("learning_rate"), samples.schedule("rise")
        response, after = self._race(
            state, first.margin, phases, samples.labels, schedules, samples.stage.exits
        )
        return Learned(state | _after(after), response.winners, phases)

    def finish(self, state: State, first: FirstLayer) -> State:
        """Return ``state`` unchanged: labels were given before."""
        return state

    def winners(self, state: State, first: FirstLayer, images: np.ndarray) -> np.ndarray:
        """Return the winners of a race without a conscience, in which nothing is learned."""
        fair, winners = state | {"conscience": np.zeros_like(state["conscience"])}, []
        for part in batches(len(images), self._capacity):
            phases = first.scanner.phases(images[part])
            zeros = np.zeros(len(phases))
            exits = bool(self.settings.exit)
            response, _ = self._race(fair, first.margin, phases, zeros, (zeros, zeros), exits)
            winners.append(response.winners)
        return np.concatenate(winners)

    def _learn_both(self, state: State, samples: Samples) -> Learned:
        features = feedback.Features(state["features"], state["feature_thresholds"])
        images = shifted(self.data.images[samples.order], samples.shifts)
        schedules = (samples.schedule(name) for name in ("learning_rate", "rise", "feedback"))
        shown = feedback_rounds.Samples(images, samples.labels, *schedules)
        winners, features, after = self._learner(state).learn(features, _readout(state), shown)
        learned = {"features": features.weights, "feature_thresholds": features.thresholds}
        state = state | _after(after) | learned
        layer = layer_of(state, self.geometry, self.settings)
        return Learned(state, winners, layer.scanner().phases(images))

    def _learner(self, state: State) -> feedback_rounds.Learner:
        """Return the joint learning of readout and features, with its compiled program."""
        s, geometry = self.settings, self.geometry
        sizes = s.patch**2, s.maps, geometry.units, s.neurons
        simulator: feedback.Simulator = self._program.open(feedback.Simulator, *sizes)
        return feedback_rounds.Learner(
            simulator, geometry, s.feature_bits, state["labels"], s.margin, s.feedback_width
        )

    def _race(
        self,
        state: State,
        margin: float,
        phases: np.ndarray,
        labels: np.ndarray,
        schedules: tuple[np.ndarray, np.ndarray],
        exits: bool,
    ) -> tuple[race.Response, race.State]:
        """Run the race; ``schedules``: learning rate and rise of the conscience, in margins.

        Without exits the order of the spikes does not matter, so all of them come in one step.
        """
        sizes = self.geometry.units, self.settings.neurons, STEPS if exits else 1, self._capacity
        simulator: race.Simulator = self._program.open(race.Simulator, "scan", *sizes)
        phases = phases if exits else np.where(phases == SILENT, phases, 0)
        rates, rises = schedules
        rule = race.Rule(margin, exits=exits)
        series = {"phases": phases, "target": labels, "rate": rates, "rise": rises * margin}
        return simulator.run(_readout(state, self.settings.exit * margin), state["labels"], rule, series)


def _readout(state: State, threshold: float = 0) -> race.State:
    thresholds = np.full_like(state["bias"], threshold)
    return race.State(state["weights"], state["bias"], thresholds, state["conscience"])


def _after(after: race.State) -> State:
    return {name: getattr(after, name) for name in ("weights", "bias", "conscience")}


def _centred(state: State) -> State:
    """Return ``state`` without what all neurons have in common.

    The common part decides nothing, but delays the crossing of a threshold.
    """
    weights, bias = state["weights"], state["bias"]
    return state | {"weights": weights - weights.mean(axis=1, keepdims=True), "bias": bias - bias.mean()}
