"""Coincidence of two spike trains: spikes of one neuron within some steps of each other."""

import numpy as np


def matched(
    one_i: np.ndarray, one_t: np.ndarray, other_i: np.ndarray, other_t: np.ndarray, within: int = 1
) -> int:
    """Return the number of pairs of spikes of one neuron at most ``within`` steps apart.

    Each spike is in one pair at most. Taking the earliest partner of each spike gives the most pairs.
    """
    one, other = _by_neuron(one_i, one_t), _by_neuron(other_i, other_t)
    a = b = pairs = 0
    while a < len(one) and b < len(other):
        (i, t), (j, u) = one[a], other[b]
        if i == j and abs(t - u) <= within:
            pairs, a, b = pairs + 1, a + 1, b + 1
        elif (i, t) < (j, u):
            a += 1
        else:
            b += 1
    return pairs


def _by_neuron(i: np.ndarray, t: np.ndarray) -> list[tuple[int, int]]:
    return sorted(zip(i.tolist(), t.tolist(), strict=True))
