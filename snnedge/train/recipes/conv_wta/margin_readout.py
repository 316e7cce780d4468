"""Readout "margin" of `conv_wta`: a race that learns by margin R-STDP, and may teach the features."""

import numpy as np

from ....brian2_program.program import Slot
from ....data import Dataset
from ...recipe import State
from ...rules.feedback import simulator as feedback_simulator
from ...rules.margin_race import simulator as race_simulator
from ...rules.margin_race.simulator import SILENT
from . import feedback_rounds
from .features import STEPS, Geometry, shifted
from .first_layer import FirstLayer, layer_of
from .readout import Learned, Samples
from .settings import Settings


class MarginReadout:
    """See ``conv_readout``. ``capacity``: samples of a chunk at most."""

    def __init__(
        self, data: Dataset, settings: Settings, geometry: Geometry, slot: Slot, capacity: int
    ) -> None:
        self.data, self.settings, self.geometry = data, settings, geometry
        self._slot, self._capacity = slot, capacity

    def beginning(self, rng: np.random.Generator) -> State:
        """Random weights; neuron j is of class j mod classes."""
        units, neurons = self.geometry.units, self.settings.neurons
        return {
            "weights": rng.uniform(0, self.settings.initial_weight, (units, neurons)).astype(np.float32),
            "bias": np.zeros(neurons, np.float32),
            "conscience": np.zeros(neurons, np.float32),
            "labels": (np.arange(neurons) % self.data.classes).astype(np.int32),
        }

    def enter(self, state: State, stage: int) -> State:
        """Without a conscience, and centred before the first stage with exits."""
        stages = self.settings.stages
        if stages[stage].exits and not (stage and stages[stage - 1].exits):
            state = _centred(state)
        return state | {"conscience": np.zeros_like(state["conscience"])}

    def learn(self, state: State, first: FirstLayer, samples: Samples) -> Learned:
        """Margin R-STDP, and the features from what it sends back in a stage with feedback."""
        if any(samples.stage.feedback):
            return self._learn_both(state, samples)
        phases = first.recall.phases(samples.order, samples.shifts)
        schedules = samples.schedule("learning_rate"), samples.schedule("rise")
        response, after = self._race(
            state, first.margin, phases, samples.labels, schedules, samples.stage.exits
        )
        return Learned(state | _after(after), response.winners, phases)

    def finish(self, state: State, first: FirstLayer) -> State:
        """Nothing is left: labels were given before."""
        return state

    def winners(self, state: State, first: FirstLayer, images: np.ndarray) -> np.ndarray:
        """Of a race without a conscience."""
        fair, winners = state | {"conscience": np.zeros_like(state["conscience"])}, []
        for k in range(0, len(images), self._capacity):
            phases = first.scanner.phases(images[k : k + self._capacity])
            nothing = np.zeros(len(phases))
            exits = bool(self.settings.exit)
            response, _ = self._race(fair, first.margin, phases, nothing, (nothing, nothing), exits)
            winners.append(response.winners)
        return np.concatenate(winners)

    def _learn_both(self, state: State, samples: Samples) -> Learned:
        s, geometry = self.settings, self.geometry
        sizes = s.patch**2, s.maps, geometry.units, s.neurons
        simulator = self._slot.open(feedback_simulator.Simulator, *sizes)
        learner = feedback_rounds.Learner(
            simulator, geometry, s.feature_bits, state["labels"], s.margin, s.feedback_width
        )
        features = feedback_simulator.Features(state["features"], state["feature_thresholds"])
        images = shifted(self.data.images[samples.order], samples.shifts)
        schedules = (samples.schedule(name) for name in ("learning_rate", "rise", "feedback"))
        shown = feedback_rounds.Samples(images, samples.labels, *schedules)
        winners, features, after = learner.learn(features, _readout(state), shown)
        learned = {"features": features.weights, "feature_thresholds": features.thresholds}
        state = state | _after(after) | learned
        return Learned(state, winners, layer_of(state, geometry, s).scanner().phases(images))

    def _race(
        self,
        state: State,
        margin: float,
        phases: np.ndarray,
        labels: np.ndarray,
        schedules: tuple[np.ndarray, np.ndarray],
        exits: bool,
    ) -> tuple[race_simulator.Response, race_simulator.State]:
        """Without exits the order of the spikes does not matter, and all of them may come in one step."""
        sizes = self.geometry.units, self.settings.neurons, STEPS if exits else 1, self._capacity
        race: race_simulator.Simulator = self._slot.open(race_simulator.Simulator, "scan", *sizes)
        phases = phases if exits else np.where(phases == SILENT, phases, 0)
        rates, rises = schedules
        rule = race_simulator.Rule(margin, exits=exits)
        series = {"phases": phases, "target": labels, "rate": rates, "rise": rises * margin}
        return race.run(_readout(state, self.settings.exit * margin), state["labels"], rule, series)


def _readout(state: State, threshold: float = 0) -> race_simulator.State:
    thresholds = np.full_like(state["bias"], threshold)
    return race_simulator.State(state["weights"], state["bias"], thresholds, state["conscience"])


def _after(after: race_simulator.State) -> State:
    return {name: getattr(after, name) for name in ("weights", "bias", "conscience")}


def _centred(state: State) -> State:
    """Without what all neurons have in common: it decides nothing, and an exit would wait for it."""
    weights, bias = state["weights"], state["bias"]
    return state | {"weights": weights - weights.mean(axis=1, keepdims=True), "bias": bias - bias.mean()}
