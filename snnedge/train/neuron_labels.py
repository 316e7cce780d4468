"""What the winners of each step mean: neuron labels, and the answer by integer-contract.md, "Decision".

The float network runs all its steps; ending early is deciding from the first part of its spikes.
"""

from typing import TYPE_CHECKING

import numpy as np

from ..model.network import UNASSIGNED, UNDECIDED, Readout

if TYPE_CHECKING:  # whose recipe imports this module
    from .recipes.wta.simulator import Response


def assign(winners: np.ndarray, labels: np.ndarray, neurons: int, classes: int) -> np.ndarray:
    """Label of each neuron: the class with its highest mean response, or ``UNASSIGNED`` without any.

    ``winners`` int (n, steps), ``labels`` int (n,) of the samples; returns int32 (neurons,).
    """
    spikes = count(winners, labels, neurons, classes)
    return assign_counts(spikes, np.bincount(labels, minlength=classes))


def count(winners: np.ndarray, labels: np.ndarray, neurons: int, classes: int) -> np.ndarray:
    """Spikes of each neuron by the class shown, int (classes, neurons)."""
    sample, step = np.nonzero(winners >= 0)
    cell = labels[sample] * neurons + winners[sample, step]
    return np.bincount(cell, minlength=classes * neurons).reshape(classes, neurons)


def assign_counts(spikes: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """The same from ``spikes`` int (classes, neurons) and ``samples`` int (classes,) that were shown."""
    best = (spikes / np.maximum(samples, 1)[:, None]).argmax(axis=0)
    return np.where(spikes.any(axis=0), best, UNASSIGNED).astype(np.int32)


def decide(response: "Response", readout: Readout) -> tuple[np.ndarray, np.ndarray]:
    """Labels int16 (n,), and steps uint16 (n,) after which each sample ended."""
    n, steps = response.winners.shape
    votes = np.zeros((n, readout.classes + 1), np.int32)  # a last column for "none", never voted for
    leading = np.full(n, UNDECIDED, np.int16)
    ended = np.full(n, steps, np.uint16)
    going = np.ones(n, bool)
    for step, winner in enumerate(response.winners.T):
        label = np.where(winner >= 0, readout.labels[winner], UNASSIGNED)
        rows = np.flatnonzero(going & (label >= 0))
        _vote(votes, leading, rows, label[rows])
        if readout.exit_margin:
            done = rows[_lead(votes[rows]) >= readout.exit_margin]
            ended[done], going[done] = step + 1, False
    if readout.nearest:
        silent = (leading == UNDECIDED) & response.driven
        leading[silent] = _nearest(response.margins[silent], readout.labels)
    return leading, ended


def decide_spikes(
    samples: int, steps: int, sample: np.ndarray, step: np.ndarray, neuron: np.ndarray, readout: Readout
) -> tuple[np.ndarray, np.ndarray]:
    """``decide`` for layers in which several neurons may fire at once; who is silent is undecided.

    The spikes: int (spikes,) each, sorted by sample, step and neuron, ``step`` < ``steps``.
    """
    leading, ended = np.full(samples, UNDECIDED, np.int16), np.full(samples, steps, np.uint16)
    ends = np.searchsorted(sample, np.arange(samples + 1))
    labels = readout.labels[neuron]
    for k in range(samples):
        part = slice(ends[k], ends[k + 1])
        leading[k], ended[k] = _race(step[part].tolist(), labels[part].tolist(), steps, readout)
    return leading, ended


def _race(step: list[int], label: list[int], steps: int, readout: Readout) -> tuple[int, int]:
    """Label and last step of one sample."""
    votes, leading = [0] * readout.classes + [0], UNDECIDED
    for k, (now, choice) in enumerate(zip(step, label, strict=True)):
        if choice >= 0:
            votes[choice] += 1
            leading = choice if leading < 0 or votes[choice] > votes[leading] else leading
        step_ends = k + 1 == len(step) or step[k + 1] > now
        if readout.exit_margin and step_ends:
            first, second = sorted(votes)[:-3:-1]
            if first - second >= readout.exit_margin:
                return leading, now + 1
    return leading, steps


def _vote(votes: np.ndarray, leading: np.ndarray, rows: np.ndarray, label: np.ndarray) -> None:
    votes[rows, label] += 1
    ahead = votes[rows, label] > votes[rows, leading[rows]]
    leading[rows[ahead]] = label[ahead]


def _lead(votes: np.ndarray) -> np.ndarray:
    ranked = np.partition(votes, -2, axis=1)
    return np.asarray(ranked[:, -1] - ranked[:, -2])


def _nearest(margins: np.ndarray, labels: np.ndarray) -> np.ndarray:
    assigned = np.flatnonzero(labels >= 0)
    if not len(assigned):
        return np.full(len(margins), UNDECIDED, np.int16)
    return np.asarray(labels[assigned[margins[:, assigned].argmax(axis=1)]])
