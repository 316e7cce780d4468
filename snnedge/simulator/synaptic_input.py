"""Inputs: what the neurons of one population may ask of the projections into it, in one step."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..model.kind import RECEPTORS
from ..model.network import Projection
from .arithmetic import FloatingPoint


class Inputs:
    """The synaptic sums of a population of ``size`` neurons; ``n`` samples at once.

    ``past``: bool (n, delays, sources) of each source, the newest spikes at index 0; ``maps``: bool
    (n, sources), whether it has spiked since the sample began.
    """

    def __init__(
        self,
        projections: Sequence[Projection],
        size: int,
        past: Mapping[str, np.ndarray],
        maps: Mapping[str, np.ndarray],
        arithmetic: FloatingPoint,
    ) -> None:
        self.projections, self.size, self.arithmetic = projections, size, arithmetic
        self.past, self.maps = past, maps
        self.seen = np.zeros(0, arithmetic.dtype)  # the last drive that was given, for calibration

    def drive(self, receptor: str = RECEPTORS[0]) -> np.ndarray:
        """The saturated sums at ``receptor`` of the spikes that arrive in this step, shape (n, size)."""
        total = np.zeros((len(self.arithmetic.saturations), self.size), self.arithmetic.dtype)
        for s in self.projections:
            if s.receptor == receptor:
                arriving = self.past[s.source][:, int(s.delay)]
                total = total + s.kind.sums(s, arriving, self.arithmetic)
        self.seen = self.arithmetic.saturate(total)
        return self.seen

    def drive_at(self, places: np.ndarray, sums: int) -> tuple[np.ndarray, np.ndarray]:
        """Saturated sums at ``places`` of the maps, (n, places, sums); spikes delivered, (n, places)."""
        shape = (len(self.arithmetic.saturations), len(places))
        total, delivered = np.zeros((*shape, sums), self.arithmetic.dtype), np.zeros(shape, np.int64)
        for s in self.projections:
            patches = s.kind.patches(s, self.maps[s.source], places)
            total = total + self.arithmetic.sum(patches, s.weights.reshape(sums, -1).T)
            delivered += patches.sum(axis=2)
        self.seen = self.arithmetic.saturate(total)
        return self.seen, delivered
