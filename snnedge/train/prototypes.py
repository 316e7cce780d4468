"""Prototypes as a mixture of independent pixels: from the share of its wins at which a neuron's inputs spiked
to weights by which the neuron with the largest membrane is the most probable cause of the spikes."""

import numpy as np


def log_odds(shares: np.ndarray, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (inputs, neurons) and bias (neurons,), float32, for ``shares`` (inputs, neurons) in 0..1.

    Input i spikes with the probability p = (share + least) / (1 + 2 least) if neuron j caused it, and then
    log P(x | j) = sum of x_i log(p / (1 - p)) - bias_j, bias_j = - sum of log(1 - p). Nessler, Pfeiffer,
    Buesing & Maass (2013), eq. 3, with the probability of 0 and 1 kept off by ``least`` > 0.
    """
    p = (np.clip(shares, 0, 1).astype(np.float64) + least) / (1 + 2 * least)
    weights, bias = np.log(p / (1 - p)), -np.log1p(-p).sum(axis=0)
    return weights.astype(np.float32), bias.astype(np.float32)
