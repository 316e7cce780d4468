"""The network of the recipe `wta`, in any state of the training."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....data import Dataset
from ....kinds import encoder, neuron, synapse
from ....model.limits import MAX_CLASSES
from ....model.network import INPUT, UNASSIGNED, Encoder, Network, Population, Projection, Readout
from ....support.checked import legal_name
from ...model_size import check_pixels, check_weights
from .settings import Settings
from .simulator import State

DT = 1e-3  # seconds per step of the model
OUTPUT = "output"  # name of the population


@dataclass(frozen=True)
class Model:
    """The network that ``settings`` describe for ``data``. Raises ``InputError`` when it is too large."""

    data: Dataset
    settings: Settings

    def __post_init__(self) -> None:
        check_pixels(self.data)
        height, width = self.data.shape
        check_weights(height * width, self.settings.neurons, "inputs")

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder of the network."""
        params = {
            "spikes_per_sample": self.settings.spikes_per_sample,
            "max_rate": self.settings.max_rate,
            "seed": self.settings.seed % 65536,
        }
        return Encoder(encoder("error_diffusion"), self.data.shape, params)

    def initial_state(self) -> State:
        """Return random weights, equal thresholds, and neurons without labels."""
        s, inputs = self.settings, self.encoder.size
        weights = np.random.default_rng([s.seed, 0]).random((inputs, s.neurons)) * s.initial_weight
        thresholds = np.full(s.neurons, s.initial_threshold)
        labels = np.full(s.neurons, UNASSIGNED, np.int32)
        return State(weights.astype(np.float32), thresholds.astype(np.float32), labels)

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """Return the network in ``state``. Raises ``InputError`` when ``state`` has other sizes."""
        size, params = self.settings.neurons, {"threshold": state.thresholds}
        return Network(
            name=legal_name(self.data.name),
            dt=DT,
            steps=self.settings.steps,
            encoder=self.encoder,
            populations=(Population(OUTPUT, neuron("if_wta"), size, params),),
            projections=(Projection(INPUT, OUTPUT, synapse("dense"), state.weights),),
            readout=self.readout(state.labels),
            provenance=provenance,
        )

    def readout(self, labels: np.ndarray) -> Readout:
        """Return the readout of neurons with ``labels`` int (neurons,)."""
        labels = np.clip(labels, -1, MAX_CLASSES).astype(np.int16)  # too large a label stays too large
        data, margin = self.data, self.settings.exit_margin
        return Readout(OUTPUT, labels, data.classes, margin, class_names=data.class_names)
