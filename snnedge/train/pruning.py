"""Pruning: masks of the synapses to keep, bool (inputs, neurons), false where a synapse is removed.

During training, inputs with a low running mean of their weights are removed, such as the border of images.
After training, single weak synapses can be removed too. The exporter stores the rest as a sparse matrix
when that is smaller.
"""

import numpy as np

from ..model.parameter import Parameter

SHARE = Parameter("", 0, 1)
RANGES = {"inputs": SHARE, "memory": SHARE, "synapses": SHARE}  # of the table `prune` of a preset


def random_mask(inputs: int, neurons: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Return a mask of sparse connections: each synapse exists with probability ``share``.

    Every neuron keeps at least one synapse.
    """
    mask = rng.random((inputs, neurons)) < share
    bare = np.flatnonzero(~mask.any(axis=0))
    mask[rng.integers(0, inputs, len(bare)), bare] = True
    return mask


def running_mean(before: np.ndarray, weights: np.ndarray, memory: float) -> np.ndarray:
    """Return the running mean weight of each input, float (inputs,).

    ``memory`` (0..1) is the share of ``before``; the rest is the mean of ``weights`` (inputs, neurons).
    """
    return np.asarray(memory * before + (1 - memory) * weights.mean(axis=1))


def active_inputs(means: np.ndarray, share: float) -> np.ndarray:
    """Return the inputs to keep, bool (inputs,): mean weight at least ``share`` of the largest mean."""
    return np.asarray(means >= share * np.max(means, initial=0))


def strong_synapses(weights: np.ndarray, share: float) -> np.ndarray:
    """Return the synapses to keep: magnitude at least ``share`` of their neuron's largest magnitude."""
    size = np.abs(weights)
    return np.asarray((size > 0) & (size >= share * size.max(axis=0)))


def pruned(weights: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return ``weights`` with zeros where ``mask``, (inputs, neurons) or (inputs,), is false."""
    keep = mask if mask.ndim == weights.ndim else mask[:, None]
    return np.where(keep, weights, weights.dtype.type(0))
