"""Labels of neurons: each neuron is assigned to the class that it responds to most."""

import numpy as np

from ..model.network import UNASSIGNED


def assign(winners: np.ndarray, labels: np.ndarray, neurons: int, classes: int) -> np.ndarray:
    """Return the class with the highest mean response of each neuron, or ``UNASSIGNED`` without spikes.

    ``winners`` int (n, steps), ``labels`` int (n,) of the samples; the result is int32 (neurons,).
    """
    spikes = count_winners(winners, labels, neurons, classes)
    return assign_counts(spikes, np.bincount(labels, minlength=classes))


def assign_counts(spikes: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Return the same from spike counts, int (classes, neurons), and ``samples`` presented, int (classes,).

    Of several classes with the same mean response the first one is chosen.
    """
    best = (spikes / np.maximum(samples, 1)[:, None]).argmax(axis=0)
    return np.where(spikes.any(axis=0), best, UNASSIGNED).astype(np.int32)


def count_winners(winners: np.ndarray, labels: np.ndarray, neurons: int, classes: int) -> np.ndarray:
    """Count the spikes of each neuron by presented class, int (classes, neurons), from one winner a step.

    ``winners`` int (n, steps), -1 for none; ``labels`` int (n,).
    """
    sample, step = np.nonzero(winners >= 0)
    return count_spikes(sample, winners[sample, step], labels, neurons, classes)


def count_spikes(
    sample: np.ndarray, neuron: np.ndarray, labels: np.ndarray, neurons: int, classes: int
) -> np.ndarray:
    """Count the spikes of each neuron by presented class, int (classes, neurons).

    ``sample``, ``neuron`` int (spikes,); ``labels`` int (n,) of the samples.
    """
    cell = labels[sample] * neurons + neuron
    return np.bincount(cell, minlength=classes * neurons).reshape(classes, neurons)
