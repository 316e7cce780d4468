"""Task: which data trains which network, and that network in any state of the training."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ....data import Dataset
from ....errors import InputError
from ....kinds import encoder, neuron, synapse
from ....model.limits import MAX_WEIGHTS
from ....model.network import INPUT, UNASSIGNED, Encoder, Network, Population, Projection, Readout
from ....support.checked import legal_name
from .settings import Settings
from .simulator import State

DT = 1e-3  # seconds per step of the model
OUTPUT = "output"  # name of the population
MAX_INPUTS = 65535  # of a model (integer-contract.md)


@dataclass(frozen=True)
class Task:
    """``data`` and ``settings``. Raises ``InputError`` when no model holds so many pixels or weights."""

    data: Dataset
    settings: Settings

    def __post_init__(self) -> None:
        height, width = self.data.shape
        inputs, neurons = height * width, self.settings.neurons
        if inputs > MAX_INPUTS:
            images = f"data set {self.data.name!r}: images of {height} x {width} = {inputs} pixels"
            raise InputError(f"{images}; a model takes at most {MAX_INPUTS}, make them smaller")
        if inputs * neurons > MAX_WEIGHTS:
            most = MAX_WEIGHTS // inputs
            raise InputError(f"--neurons {neurons}: with {inputs} inputs, give a number from 1 to {most}")

    @cached_property
    def encoder(self) -> Encoder:
        """Of the network."""
        params = {
            "spikes_per_sample": self.settings.spikes_per_sample,
            "max_rate": self.settings.max_rate,
            "seed": self.settings.seed % 65536,
        }
        return Encoder(encoder("error_diffusion"), self.data.shape, params)

    def beginning(self) -> State:
        """The state before the first sample."""
        s, inputs = self.settings, self.encoder.size
        weights = np.random.default_rng([s.seed, 0]).random((inputs, s.neurons)) * s.initial_weight
        thresholds = np.full(s.neurons, s.initial_threshold)
        labels = np.full(s.neurons, UNASSIGNED, np.int32)
        return State(weights.astype(np.float32), thresholds.astype(np.float32), labels)

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """The network in ``state``. Raises ``InputError`` when ``state`` has other sizes."""
        population = Population(
            OUTPUT, neuron("if_wta"), self.settings.neurons, {"threshold": state.thresholds}
        )
        return Network(
            name=legal_name(self.data.name),
            dt=DT,
            steps=self.settings.steps,
            encoder=self.encoder,
            populations=(population,),
            projections=(Projection(INPUT, OUTPUT, synapse("dense"), state.weights),),
            readout=self.readout(state.labels),
            provenance=provenance,
        )

    def readout(self, labels: np.ndarray) -> Readout:
        """The decision of neurons with ``labels`` int (neurons,)."""
        labels = np.clip(labels, -1, 32767).astype(np.int16)  # what is too large stays too large
        return Readout(OUTPUT, labels, self.data.classes, self.settings.exit_margin)
