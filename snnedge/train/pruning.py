"""Pruning: which synapses exist. A mask is bool (inputs, neurons); where it is false there is no synapse.

Inputs that no neuron has come to care for (the rim of an image) are recognised by the mean of their recent
weights; after training single weak synapses can go too. What is left is stored sparsely by the exporter
when that is smaller.
"""

import numpy as np


def random_mask(inputs: int, neurons: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Sparse connections: a synapse exists with probability ``share``; every neuron keeps at least one."""
    mask = rng.random((inputs, neurons)) < share
    bare = np.flatnonzero(~mask.any(axis=0))
    mask[rng.integers(0, inputs, len(bare)), bare] = True
    return mask


def recent(before: np.ndarray, weights: np.ndarray, memory: float) -> np.ndarray:
    """Running mean weight of each input, float (inputs,): ``memory`` (0..1) parts of ``before``, the rest
    of ``weights`` (inputs, neurons) as they are now."""
    return np.asarray(memory * before + (1 - memory) * weights.mean(axis=1))


def active_inputs(means: np.ndarray, share: float) -> np.ndarray:
    """Inputs to keep, bool (inputs,): those whose mean weight is at least ``share`` of the largest one."""
    return np.asarray(means >= share * np.max(means, initial=0))


def strong_synapses(weights: np.ndarray, share: float) -> np.ndarray:
    """Synapses to keep, bool (inputs, neurons): at least ``share`` of their neuron's largest magnitude."""
    size = np.abs(weights)
    return np.asarray((size > 0) & (size >= share * size.max(axis=0)))


def pruned(weights: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """``weights`` with zeros where ``mask`` (inputs, neurons) or (inputs,) is false."""
    keep = mask if mask.ndim == weights.ndim else mask[:, None]
    return np.where(keep, weights, weights.dtype.type(0))
