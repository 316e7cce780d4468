"""Readout "prototypes" of `conv_wta`: a mixture of independent inputs, learned without labels.

A neuron learns the share of its wins at which each input spiked. In the end the shares become weights by
which the neuron with the largest membrane is the most probable cause of the spikes.
"""

import numpy as np

from ....brian2_program.program import Slot
from ....data import Dataset
from ....model.network import UNASSIGNED
from ...neuron_labels import assign
from ...recipe import State
from ...rules.instar import simulator as instar_simulator
from ...rules.margin_race.simulator import SILENT
from .features import Geometry
from .first_layer import FirstLayer
from .plan import falling
from .readout import Learned, Samples
from .settings import Settings

UNNAMED = 1e6  # keeps neurons without a label from answering


class PrototypeReadout:
    """See ``conv_readout``. ``capacity``: images whose spikes are held at a time."""

    def __init__(
        self, data: Dataset, settings: Settings, geometry: Geometry, slot: Slot, capacity: int
    ) -> None:
        self.data, self.settings, self.geometry = data, settings, geometry
        self._slot, self._capacity = slot, capacity

    def beginning(self, rng: np.random.Generator) -> State:
        """Random weights, no labels."""
        first, neurons = self.settings.prototypes.initial_weight, self.settings.neurons
        weights = rng.uniform(*first, (self.geometry.units, neurons)).astype(np.float32)
        return {
            "weights": weights,
            "bias": (weights**2).sum(axis=0) / 2,
            "conscience": np.zeros(neurons, np.float32),
            "labels": np.full(neurons, UNASSIGNED, np.int32),
        }

    def enter(self, state: State, stage: int) -> State:
        """There is one stage."""
        return state

    def learn(self, state: State, first: FirstLayer, samples: Samples) -> Learned:
        """By the rule of ``instar_network``; labels are for the progress only."""
        part = slice(samples.done, samples.done + len(samples.order))
        rises = falling(self.settings.prototypes.rise, self.settings.samples)[part]
        before = instar_simulator.State(state["weights"], state["bias"], state["conscience"])
        phases, rates = (
            first.recall.phases(samples.order, samples.shifts),
            samples.schedule("learning_rate"),
        )
        winners, after = self._instar(before).run(before, phases != SILENT, rates, rises)
        learned = {"weights": after.weights, "bias": after.thresholds, "conscience": after.conscience}
        labels = assign(winners[:, None], samples.labels, self.settings.neurons, self.data.classes)
        return Learned(state | learned | {"labels": labels}, winners, phases)

    def finish(self, state: State, first: FirstLayer) -> State:
        """Log odds, and a label from the responses to all images."""
        if self.settings.log_odds:
            weights, bias = log_odds(state["weights"], self.settings.log_odds)
            state = state | {"weights": weights, "bias": bias}
        winners = self._nearest(state, first, self.data.images)
        labels = assign(winners[:, None], self.data.labels, self.settings.neurons, self.data.classes)
        return state | {"labels": labels}

    def winners(self, state: State, first: FirstLayer, images: np.ndarray) -> np.ndarray:
        """Of the neurons with a label."""
        unnamed = UNNAMED * (state["labels"] < 0).astype(np.float32)
        return self._nearest(state | {"bias": state["bias"] + unnamed}, first, images)

    def _nearest(self, state: State, first: FirstLayer, images: np.ndarray) -> np.ndarray:
        kept = instar_simulator.State(state["weights"], state["bias"], np.zeros_like(state["bias"]))
        winners = []
        for k in range(0, len(images), self._capacity):
            spikes = first.scanner.phases(images[k : k + self._capacity]) != SILENT
            nothing = np.zeros(len(spikes))
            winners.append(self._instar(kept).run(kept, spikes, nothing, nothing)[0])
        return np.concatenate(winners)

    def _instar(self, state: instar_simulator.State) -> instar_simulator.Simulator:
        found: instar_simulator.Simulator = self._slot.open(
            instar_simulator.Simulator, *state.weights.shape
        )
        return found


def log_odds(shares: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (inputs, neurons) and bias (neurons,), float32, for ``shares`` (inputs, neurons) in 0..1.

    Input i spikes with the probability p = (share + least) / (1 + 2 least) if neuron j caused it, and then
    log P(x | j) = sum of x_i log(p / (1 - p)) - bias_j, bias_j = - sum of log(1 - p). Nessler, Pfeiffer,
    Buesing & Maass (2013), eq. 3, with the probability of 0 and 1 kept off by ``least`` > 0.
    """
    p = (np.clip(shares, 0, 1).astype(np.float64) + least) / (1 + 2 * least)
    weights, bias = np.log(p / (1 - p)), -np.log1p(-p).sum(axis=0)
    return weights.astype(np.float32), bias.astype(np.float32)
