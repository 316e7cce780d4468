"""Accuracy of answers against labels, with its uncertainty."""

from typing import Any

import numpy as np

from ..model.outcome import Outcome

Z95 = 1.959963984540054  # two-sided 95 % quantile of the normal distribution


def accuracy(answers: np.ndarray, labels: np.ndarray) -> float:
    """Return the fraction of right answers; undecided ones (-1) are wrong."""
    return float((answers == labels).mean())


def wilson_interval(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % score interval of a proportion (Wilson 1927): in 0..1, valid for small n."""
    p, z2 = right / n, Z95**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return float(max(0.0, centre - half)), float(min(1.0, centre + half))


def confusion(answers: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Count answers, int64 (classes, classes + 1): row = true label, column = answer, last = undecided."""
    counts = np.zeros((classes, classes + 1), np.int64)
    np.add.at(counts, (labels, answers), 1)  # -1 is the last column
    return counts


def evaluation(outcome: Outcome, labels: np.ndarray, classes: int) -> dict[str, Any]:
    """Return the figures of `snnedge evaluate` that depend on the answers alone."""
    right = int((outcome.labels == labels).sum())
    return {
        "accuracy": accuracy(outcome.labels, labels),
        "n": len(labels),
        "ci95": list(wilson_interval(right, len(labels))),
        "confusion": confusion(outcome.labels, labels, classes).tolist(),
        "undecided": int((outcome.labels == -1).sum()),
        "steps": {
            "min": int(outcome.steps.min()),
            "median": float(np.median(outcome.steps)),
            "max": int(outcome.steps.max()),
        },
        "input_spikes_mean": float(outcome.input_spikes.mean()),
        "saturations": int(outcome.saturations.sum()),
    }
