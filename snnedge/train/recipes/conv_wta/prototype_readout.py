"""Readout "prototypes" of `conv_wta`: a mixture of independent inputs, learned without labels.

A neuron learns the share of its wins in which each input spiked. In the end the shares become weights, with
which the neuron of the largest membrane is the most probable cause of the spikes.
"""

import numpy as np

from ....brian2_program.program import CurrentProgram
from ....data import Dataset
from ....model.network import UNASSIGNED
from ...neuron_labels import assign
from ...presentation_order import batches
from ...recipe import State
from ...rules.instar import simulator as instar
from ...rules.margin_race.simulator import SILENT
from ...schedule import falling
from .first_layer import FirstLayer
from .geometry import Geometry
from .readout import Learned, Samples
from .settings import Settings

UNLABELLED_BIAS = 1e6  # keeps neurons without a label from winning


class PrototypeReadout:
    """The readout "prototypes"; see ``ConvReadout``. ``capacity``: upper bound of the images in a batch."""

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
        """Return random weights, and neurons without labels."""
        first, neurons = self.settings.prototypes.initial_weight, self.settings.neurons
        weights = rng.uniform(*first, (self.geometry.units, neurons)).astype(np.float32)
        return {
            "weights": weights,
            "bias": (weights**2).sum(axis=0) / 2,
            "conscience": np.zeros(neurons, np.float32),
            "labels": np.full(neurons, UNASSIGNED, np.int32),
        }

    def enter(self, state: State, stage: int) -> State:
        """Return ``state`` unchanged: there is one stage."""
        return state

    def learn(self, state: State, first: FirstLayer, samples: Samples) -> Learned:
        """Learn by ``rules/instar``. Labels by these samples alone serve the progress report."""
        part = slice(samples.done, samples.done + len(samples.order))
        rises = falling(self.settings.prototypes.rise, self.settings.samples)[part]
        before = instar.State(state["weights"], state["bias"], state["conscience"])
        phases = first.cache.phases(samples.order, samples.shifts)
        rates = samples.schedule("learning_rate")
        winners, after = self._instar(before).run(before, phases != SILENT, rates, rises)
        learned = {"weights": after.weights, "bias": after.thresholds, "conscience": after.conscience}
        labels = assign(winners[:, None], samples.labels, self.settings.neurons, self.data.classes)
        return Learned(state | learned | {"labels": labels}, winners, phases)

    def finish(self, state: State, first: FirstLayer) -> State:
        """Return log odds as weights, and labels from the responses to all training images."""
        if self.settings.log_odds:
            weights, bias = log_odds(state["weights"], self.settings.log_odds)
            state = state | {"weights": weights, "bias": bias}
        winners = self._nearest(state, first, self.data.images)
        labels = assign(winners[:, None], self.data.labels, self.settings.neurons, self.data.classes)
        return state | {"labels": labels}

    def winners(self, state: State, first: FirstLayer, images: np.ndarray) -> np.ndarray:
        """Return the winners among the neurons with a label."""
        unlabelled = UNLABELLED_BIAS * (state["labels"] < 0).astype(np.float32)
        return self._nearest(state | {"bias": state["bias"] + unlabelled}, first, images)

    def _nearest(self, state: State, first: FirstLayer, images: np.ndarray) -> np.ndarray:
        """Return the winner for each image, without learning and without a conscience."""
        fixed = instar.State(state["weights"], state["bias"], np.zeros_like(state["bias"]))
        winners = []
        for part in batches(len(images), self._capacity):
            spikes = first.scanner.phases(images[part]) != SILENT
            zeros = np.zeros(len(spikes))
            winners.append(self._instar(fixed).run(fixed, spikes, zeros, zeros)[0])
        return np.concatenate(winners)

    def _instar(self, state: instar.State) -> instar.Simulator:
        simulator: instar.Simulator = self._program.open(instar.Simulator, *state.weights.shape)
        return simulator


def log_odds(shares: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Return weights (inputs, neurons) and bias (neurons,), float32, of ``shares`` (inputs, neurons), 0..1.

    If neuron j is the cause, input i spikes with the probability p = (share + least) / (1 + 2 least). Then

    log P(x | j) = sum of x_i log(p / (1 - p)) - bias_j, bias_j = - sum of log(1 - p).

    Nessler, Pfeiffer, Buesing & Maass (2013), eq. 3; ``least`` > 0 keeps probabilities between 0 and 1.
    """
    p = (np.clip(shares, 0, 1).astype(np.float64) + least) / (1 + 2 * least)
    weights, bias = np.log(p / (1 - p)), -np.log1p(-p).sum(axis=0)
    return weights.astype(np.float32), bias.astype(np.float32)
