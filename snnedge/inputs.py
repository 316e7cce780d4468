"""Inputs: what the neurons of one population may ask of the projections into it, in one step."""

from collections.abc import Mapping, Sequence

import numpy as np

from . import registry
from .arithmetic import FloatingPoint
from .network import Projection


class Inputs:
    """The synaptic sums of a population of ``size`` neurons; ``n`` samples at once.

    ``spikes``: bool (n, sources) of each source in this step; ``maps``: likewise, since the sample began.
    """

    def __init__(
        self,
        projections: Sequence[Projection],
        size: int,
        spikes: Mapping[str, np.ndarray],
        maps: Mapping[str, np.ndarray],
        arithmetic: FloatingPoint,
    ) -> None:
        self.projections, self.size, self.arithmetic = projections, size, arithmetic
        self.spikes, self.maps = spikes, maps
        self.seen = np.zeros(0, arithmetic.dtype)  # the drive that was given, for calibration

    def drive(self) -> np.ndarray:
        """The saturated sums of the spikes of this step, shape (n, size)."""
        total = np.zeros((len(self.arithmetic.saturations), self.size), self.arithmetic.dtype)
        for s in self.projections:
            total = total + self.arithmetic.sum(self.spikes[s.source], s.weights)
        self.seen = self.arithmetic.saturate(total)
        return self.seen

    def drive_at(self, places: np.ndarray, sums: int) -> tuple[np.ndarray, np.ndarray]:
        """Saturated sums at ``places`` of the maps, (n, places, sums); spikes delivered, (n, places)."""
        shape = (len(self.arithmetic.saturations), len(places))
        total, delivered = np.zeros((*shape, sums), self.arithmetic.dtype), np.zeros(shape, np.int64)
        for s in self.projections:
            patches = registry.load("synapses", s.kind).patches(s, self.maps[s.source], places)
            total = total + self.arithmetic.sum(patches, s.weights.reshape(sums, -1).T)
            delivered += patches.sum(axis=2)
        self.seen = self.arithmetic.saturate(total)
        return self.seen, delivered
