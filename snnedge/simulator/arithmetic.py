"""Two arithmetics for one set of equations: float64, and the integers of integer-contract.md.

The neuron models and encoders are written once in numpy, over either of these. With ``FixedPoint`` they
are the reference. With ``FloatingPoint`` they are the float network on the same time grid.
"""

import numpy as np

from ..model.integers import INT16_MAX, INT16_MIN


class FloatingPoint:
    """float64: values are neither rounded to integers nor saturated."""

    dtype = np.float64

    def __init__(self, samples: int) -> None:
        self.saturations = np.zeros(samples, np.uint32)

    def sum(self, spikes: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return the synaptic sums (..., targets) of bool ``spikes`` (..., sources)."""
        return np.asarray(spikes.astype(np.float64) @ weights)

    def saturate(self, x: np.ndarray) -> np.ndarray:
        """Return ``x``."""
        return x

    def decay(self, x: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
        """Return ``x * factor``."""
        return np.asarray(x * factor)

    def decay_to_zero(self, x: np.ndarray, factor: float) -> np.ndarray:
        """Return ``x * factor`` for ``x`` >= 0, rounded so that repeated calls reach 0."""
        return x * factor

    def fraction(self, x: np.ndarray) -> np.ndarray:
        """Return ``x``, at most 1: a larger fraction of a distance overshoots."""
        return np.asarray(np.minimum(x, 1.0))

    def to_q15(self, fraction: np.ndarray, shift: int) -> np.ndarray:
        """Return ``fraction`` with 15 fraction bits; it is stored with ``shift`` bits more."""
        return fraction

    def approach(self, v: np.ndarray, target: float, fraction: np.ndarray | float) -> np.ndarray:
        """Return ``v``, moved by ``fraction`` of its distance to ``target``."""
        return np.asarray(v + (target - v) * fraction)

    def quotient(self, a: np.ndarray | float, b: np.ndarray | float) -> np.ndarray:
        """Return ``a / b``."""
        return np.asarray(a / b)

    def keep(self, rows: np.ndarray) -> None:
        """Keep the samples of the batch for which the mask ``rows``, bool (n,), is true."""
        self.saturations = self.saturations[rows]


class FixedPoint(FloatingPoint):
    """int16 state in int64 arrays; saturation events are counted per sample."""

    dtype = np.int64  # type: ignore[assignment]

    def sum(self, spikes: np.ndarray, weights: np.ndarray) -> np.ndarray:
        # Integers below 2^53 are exact in float64, in any order of addition, and BLAS is fast there.
        return (spikes.astype(np.float64) @ weights.astype(np.float64)).astype(np.int64)

    def saturate(self, x: np.ndarray) -> np.ndarray:
        """Return sat16(x) and count every value that it changes."""
        return self._counted(x, np.clip(x, INT16_MIN, INT16_MAX))

    def _counted(self, x: np.ndarray, clipped: np.ndarray) -> np.ndarray:
        self.saturations += (clipped != x).sum(axis=tuple(range(1, x.ndim))).astype(np.uint32)
        return clipped

    def fraction(self, x: np.ndarray) -> np.ndarray:
        """Return ``x``, at most the largest int16, and count every value that this changes."""
        return self._counted(x, np.minimum(x, INT16_MAX))

    def to_q15(self, fraction: np.ndarray, shift: int) -> np.ndarray:
        """Return ``fraction`` in Q15, with halves rounded up."""
        return np.asarray((fraction + (1 << shift >> 1)) >> shift)

    def approach(self, v: np.ndarray, target: float, fraction: np.ndarray | float) -> np.ndarray:
        """Return ``v``, moved by ``fraction`` (Q15) of its distance to ``target``, rounded once."""
        return np.asarray(v + self.decay(int(target) - v, fraction))

    def decay(self, x: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
        """Return the rounding Q15 product, (a*b + 2^14) >> 15."""
        return np.asarray((x * np.asarray(factor, np.int64) + 0x4000) >> 15)

    def decay_to_zero(self, x: np.ndarray, factor: float) -> np.ndarray:
        """Return the Q15 product rounded down, (a*b) >> 15, which reaches 0."""
        return np.asarray((x * int(factor)) >> 15)

    def quotient(self, a: np.ndarray | float, b: np.ndarray | float) -> np.ndarray:
        return np.asarray(np.asarray(a) // np.asarray(b))
