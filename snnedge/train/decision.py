"""The decision rule of integer-contract.md ("Decision"), applied to recorded spikes of a float network.

Brian2 runs every sample to its last step. A decision by an exit margin uses only the spikes before it.
"""

from dataclasses import dataclass

import numpy as np

from ..model.network import UNASSIGNED, UNDECIDED, Readout


@dataclass(frozen=True)
class Response:
    """Output of a winner-take-all layer for n samples.

    ``winners`` int32 (n, steps): the neuron that fired in a step, or -1. ``margins`` float32 (n, neurons):
    v - threshold after the last step. ``driven`` bool (n,): whether the sample had input spikes.
    """

    winners: np.ndarray
    margins: np.ndarray
    driven: np.ndarray


def decide(response: Response, readout: Readout) -> tuple[np.ndarray, np.ndarray]:
    """Return the label of each sample, int16 (n,), and the steps it took, uint16 (n,)."""
    sample, step = np.nonzero(response.winners >= 0)
    neuron = response.winners[sample, step]
    samples, steps = response.winners.shape
    leading, ended = decide_spikes(samples, steps, sample, step, neuron, readout)
    if readout.nearest:
        silent = (leading == UNDECIDED) & response.driven
        leading[silent] = _nearest(response.margins[silent], readout.labels)
    return leading, ended


def decide_spikes(
    samples: int, steps: int, sample: np.ndarray, step: np.ndarray, neuron: np.ndarray, readout: Readout
) -> tuple[np.ndarray, np.ndarray]:
    """Return labels, int16 (samples,), and steps, uint16 (samples,), by the votes of spikes alone.

    Spikes are int arrays (spikes,), sorted by sample, then step, then neuron; ``step`` < ``steps``. A
    sample without a vote is undecided.
    """
    leading, ended = np.full(samples, UNDECIDED, np.int16), np.full(samples, steps, np.uint16)
    ends = np.searchsorted(sample, np.arange(samples + 1))
    labels = readout.labels[neuron]
    for k in range(samples):
        part = slice(ends[k], ends[k + 1])
        leading[k], ended[k] = _vote(step[part].tolist(), labels[part].tolist(), steps, readout)
    return leading, ended


def _vote(step: list[int], label: list[int], steps: int, readout: Readout) -> tuple[int, int]:
    """Return the label and the number of steps of one sample, whose spikes have ``step`` and ``label``."""
    votes, leading = [0] * readout.classes + [0], UNDECIDED  # the last entry: a rival without votes
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


def _nearest(margins: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the label of the assigned neuron with the largest margin, for each row of ``margins``."""
    assigned = np.flatnonzero(labels > UNASSIGNED)
    if not len(assigned):
        return np.full(len(margins), UNDECIDED, np.int16)
    return np.asarray(labels[assigned[margins[:, assigned].argmax(axis=1)]])
