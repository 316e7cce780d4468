"""Two arithmetics for one set of equations: float64, and the integers of integer-contract.md.

The neuron models and encoders are written once in numpy, over either of these. With ``FixedPoint`` they
are the golden reference; with ``FloatingPoint`` they are the float network on the same time grid.
"""

import numpy as np

from ..model.integers import INT16_MAX, INT16_MIN


class FloatingPoint:
    """Exact real numbers, as near as float64 comes: nothing is rounded, nothing saturates."""

    dtype = np.float64

    def __init__(self, samples: int) -> None:
        self.saturations = np.zeros(samples, np.uint32)

    def sum(self, spikes: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Synaptic sums, shape (..., targets), of boolean ``spikes`` (..., sources)."""
        return np.asarray(spikes.astype(np.float64) @ weights)

    def saturate(self, x: np.ndarray) -> np.ndarray:
        return x

    def decay(self, x: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
        return np.asarray(x * factor)

    def fade(self, x: np.ndarray, factor: float) -> np.ndarray:
        """As ``decay``, of what is never negative and must come to nothing."""
        return x * factor

    def fraction(self, x: np.ndarray) -> np.ndarray:
        """At most 1: more than the whole way would be a jump past the target."""
        return np.asarray(np.minimum(x, 1.0))

    def share(self, fraction: np.ndarray, shift: int) -> np.ndarray:
        """What ``pull`` takes of a fraction that is kept with ``shift`` bits more than its 15."""
        return fraction

    def pull(self, v: np.ndarray, target: float, fraction: np.ndarray | float) -> np.ndarray:
        """``v``, moved by ``fraction`` of the way to ``target``."""
        return np.asarray(v + (target - v) * fraction)

    def quotient(self, a: np.ndarray | float, b: np.ndarray | float) -> np.ndarray:
        return np.asarray(a / b)

    def keep(self, rows: np.ndarray) -> None:
        """Go on with these rows (boolean mask) of the batch only."""
        self.saturations = self.saturations[rows]


class FixedPoint(FloatingPoint):
    """int16 state held in int64 arrays; saturation events are counted per sample."""

    dtype = np.int64  # type: ignore[assignment]

    def sum(self, spikes: np.ndarray, weights: np.ndarray) -> np.ndarray:
        # Integers below 2^53 are exact in float64, in any order of addition, and BLAS is fast there.
        return (spikes.astype(np.float64) @ weights.astype(np.float64)).astype(np.int64)

    def saturate(self, x: np.ndarray) -> np.ndarray:
        """sat16, counting every value that it changes."""
        return self._counted(x, np.clip(x, INT16_MIN, INT16_MAX))

    def _counted(self, x: np.ndarray, clipped: np.ndarray) -> np.ndarray:
        self.saturations += (clipped != x).sum(axis=tuple(range(1, x.ndim))).astype(np.uint32)
        return clipped

    def fraction(self, x: np.ndarray) -> np.ndarray:
        """At most the largest int16, counting every value that it changes."""
        return self._counted(x, np.minimum(x, INT16_MAX))

    def share(self, fraction: np.ndarray, shift: int) -> np.ndarray:
        """In Q15, halves rounded up."""
        return np.asarray((fraction + (1 << shift >> 1)) >> shift)

    def pull(self, v: np.ndarray, target: float, fraction: np.ndarray | float) -> np.ndarray:
        """``fraction`` in Q15; one rounding multiply."""
        return np.asarray(v + self.decay(int(target) - v, fraction))

    def decay(self, x: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
        """The rounding Q15 multiply, (a*b + 2^14) >> 15."""
        return np.asarray((x * np.asarray(factor, np.int64) + 0x4000) >> 15)

    def fade(self, x: np.ndarray, factor: float) -> np.ndarray:
        """The Q15 multiply rounded down, (a*b) >> 15: less in every step, so 0 in the end."""
        return np.asarray((x * int(factor)) >> 15)

    def quotient(self, a: np.ndarray | float, b: np.ndarray | float) -> np.ndarray:
        return np.asarray(np.asarray(a) // np.asarray(b))
