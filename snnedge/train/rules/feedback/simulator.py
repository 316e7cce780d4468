"""The simulator of ``network.py``: a race that learns, and features that learn from its feedback.

Equal arguments give equal bits: the program draws no random numbers.
"""

from dataclasses import dataclass

import numpy as np

from ....brian2_program.timed_arrays import padded
from ..margin_race.simulator import SILENT, Race
from .network import Parts, declare

CAPACITY = 4096  # samples, and patches, in a run of the program


@dataclass(frozen=True)
class Features:
    """The variables of the maps, float32: ``weights`` (pixels, maps), -1..1, ``thresholds`` (maps,)."""

    weights: np.ndarray
    thresholds: np.ndarray


@dataclass(frozen=True)
class CreditedPatches:
    """Feedback for n patches.

    ``pixels`` bool (n, pixels), ``credit`` float (n, maps), ``rate`` float (n,): learning rate.
    """

    pixels: np.ndarray
    credit: np.ndarray
    rate: np.ndarray


class Simulator(Race):
    """A compiled race of one step (``run``), and the ``maps`` that learn from its feedback (``learn``).

    The race has ``units`` sources and ``neurons`` neurons. See ``Program``.
    """

    def __init__(self, pixels: int, maps: int, units: int, neurons: int) -> None:
        self.sizes, self.units, self.capacity = (pixels, maps, units, neurons), units, CAPACITY
        super().__init__(lambda b: declare(b, pixels, maps, units, neurons, CAPACITY))

    def learn(self, before: Features, patches: CreditedPatches, top: int, width: float) -> Features:
        """Return the features after ``patches``.

        ``top``: largest rounded weight. ``width`` > 0: distance between two maps, in rounded weights, at
        which learning fades. Raises ``ToolError`` when the program fails.
        """
        state = before
        for k in range(0, len(patches.rate), self.capacity):
            part = (values[k : k + self.capacity] for values in vars(patches).values())
            state = self._learn(state, CreditedPatches(*part), top, width)
        return state

    def _learn(self, before: Features, patches: CreditedPatches, top: int, width: float) -> Features:
        parts: Parts = self.parts
        read = {"w": lambda: parts.map_synapses.w[:], "thresholds": lambda: parts.maps.threshold[:]}
        found = self.execute(self._patches(patches) | self._variables_of(before, top, width), read)
        return Features(found["w"].reshape(before.weights.shape), found["thresholds"])

    def _patches(self, patches: CreditedPatches) -> dict[object, np.ndarray]:
        """Return the values of the timed arrays; the race gets silent sources."""
        series = {
            "pixels": patches.pixels.astype(np.int8),
            "patch_credit": patches.credit,
            "patch_rate": patches.rate,
        }
        parts: Parts = self.parts
        silent = np.full((self.capacity + 1, self.units), SILENT, np.int8)
        timed = {array: padded(series[name], self.capacity) for name, array in parts.patch_series.items()}
        return {**timed, parts.series["phases"]: silent}

    def _variables_of(self, features: Features, top: int, width: float) -> dict[object, np.ndarray]:
        """Return the values of the Brian2 variables before a run."""
        parts: Parts = self.parts
        return {
            parts.map_synapses.w: features.weights.astype(np.float32).ravel(),
            parts.maps.threshold: features.thresholds.astype(np.float32),
            parts.map_arbiter.top: np.array([top], np.float32),
            parts.map_synapses.levels: np.array([top], np.float32),
            parts.map_arbiter.width: np.array([width], np.float32),
        }
