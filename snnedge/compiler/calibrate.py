"""Calibration: the largest values of the float network on named data, on the integer model's time grid."""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ..model.network import INPUT, Network
from ..model.outcome import Outcome
from ..simulator.arithmetic import FloatingPoint
from ..simulator.reference import Batch, simulate
from .discretize import discretize


@dataclass(frozen=True)
class Ranges:
    """Largest values of a population.

    ``reach``: largest magnitudes of ``input_current`` and of each array of the state, by name, in units of
    the float network. ``spikes``: the most in one step of a sample.
    """

    spikes: int
    reach: dict[str, float]


@dataclass(frozen=True)
class Calibration:
    """Ranges over ``samples`` samples of ``data``.

    ``input_spikes``: the most in one step. ``active``: whether each input, or each neuron of a population,
    has spiked, bool (size,), by name.
    """

    data: str
    samples: int
    input_spikes: int
    populations: dict[str, Ranges]
    active: dict[str, np.ndarray] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return all fields but ``active`` as plain data."""
        return {name: value for name, value in asdict(self).items() if name != "active"}


def calibrate(net: Network, images: np.ndarray, data: str) -> tuple[Calibration, Outcome]:
    """Run the float network on uint8 ``images``, called ``data``; return the ranges and its outcome."""
    maxima = _Maxima({p.name: Ranges(0, {}) for p in net.populations})
    outcome = simulate(discretize(net), images, FloatingPoint, [maxima])
    return Calibration(data, len(images), maxima.input_spikes, maxima.ranges, maxima.active), outcome


def _largest(values: np.ndarray) -> float:
    return float(np.abs(values).max(initial=0))


class _Maxima:
    """The observer that keeps the maxima of all steps."""

    def __init__(self, ranges: dict[str, Ranges]) -> None:
        self.ranges = ranges
        self.input_spikes = 0
        self.active: dict[str, np.ndarray] = {}

    def __call__(self, batch: Batch) -> None:
        self.input_spikes = max(self.input_spikes, int(batch.spikes[INPUT].sum(axis=1).max()))
        for name, spikes in batch.spikes.items():
            self.active[name] = self.active.get(name, np.zeros(spikes.shape[1], bool)) | spikes.any(axis=0)
        for name, old in self.ranges.items():
            now = {"input_current": batch.input_currents[name], **batch.states[name]}
            reach = {what: max(old.reach.get(what, 0.0), _largest(values)) for what, values in now.items()}
            most = max(old.spikes, int(batch.spikes[name].sum(axis=1).max()))
            self.ranges[name] = Ranges(most, reach)
