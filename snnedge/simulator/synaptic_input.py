"""Synaptic input: the sums that the projections into one population deliver in one step."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..model.kind import RECEPTORS
from ..model.network import Projection
from .arithmetic import FloatingPoint


class SynapticInput:
    """The synaptic sums of a population of ``size`` neurons, for n samples.

    ``past``: of each source, bool (n, delays, sources), the newest spikes at index 0. ``maps``: of each
    source with a map, bool (n, sources), whether it has spiked since the sample began. ``latest``: the
    input current returned last, for calibration.
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
        self.latest = np.zeros(0, arithmetic.dtype)

    def current(self, receptor: str = RECEPTORS[0]) -> np.ndarray:
        """Return the input current (n, size): saturated sums at ``receptor`` of the arriving spikes."""
        total = np.zeros((len(self.arithmetic.saturations), self.size), self.arithmetic.dtype)
        for s in self.projections:
            if s.receptor == receptor:
                arriving = self.past[s.source][:, int(s.delay)]
                total = total + s.kind.sums(s, arriving, self.arithmetic)
        self.latest = self.arithmetic.saturate(total)
        return self.latest

    def current_at(self, positions: np.ndarray, sums: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the input current (n, positions, sums) and the active pixels delivered (n, positions).

        ``positions``: the first pixel of each patch, int64 (k,). ``sums``: synaptic sums at a position.
        """
        shape = (len(self.arithmetic.saturations), len(positions))
        total, delivered = np.zeros((*shape, sums), self.arithmetic.dtype), np.zeros(shape, np.int64)
        for s in self.projections:
            patches = s.kind.patches(s, self.maps[s.source], positions)
            total = total + self.arithmetic.sum(patches, s.weights.reshape(sums, -1).T)
            delivered += patches.sum(axis=2)
        self.latest = self.arithmetic.saturate(total)
        return self.latest, delivered
