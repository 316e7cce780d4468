"""Outcomes and traces: the results of a batch of samples, equal on every integer back end.

Properties have the names of Brian2's SpikeMonitor: ``i`` and ``t`` are neuron and time of each spike,
``count`` is the number of spikes of each neuron.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from .limits import MAX_VOTES
from .network import Readout

NEVER = 65535  # first_spikes of a neuron that did not fire


@dataclass(frozen=True)
class Outcome:
    """Results of n samples; N is the number of neurons in the readout population.

    ``labels`` int16 (n,), -1 = undecided. ``steps`` uint16 (n,), steps run until the decision.
    ``spike_counts`` uint16 (n, N). ``first_spikes`` uint16 (n, N), step of the first spike or 65535.
    ``input_spikes`` uint32 (n,). ``saturations`` uint32 (n,), int16 saturation events.

    A network whose neurons have no labels decides nothing: all labels are -1, and its results are the
    spikes. ``votes`` and ``confidence`` compute from an outcome how clear its decisions are.
    """

    labels: np.ndarray
    steps: np.ndarray
    spike_counts: np.ndarray
    first_spikes: np.ndarray
    input_spikes: np.ndarray
    saturations: np.ndarray

    @property
    def count(self) -> np.ndarray:
        """The spikes of each readout neuron, uint16 (n, N): ``spike_counts``."""
        return self.spike_counts


@dataclass(frozen=True)
class Trace:
    """Activity of a population: ``spikes`` bool and ``membrane`` int16, both (n, steps, size).

    After the step at which a sample was decided both are 0. ``scale``: membrane / scale is in the float
    network's units. For the population ``input`` the membrane is empty. ``dt``: of a step, in seconds.

    ``i`` and ``t`` list the spikes by sample, then by time, then by neuron. Those of sample k are
    ``i[sample_offsets[k]:sample_offsets[k + 1]]``.
    """

    spikes: np.ndarray
    membrane: np.ndarray
    scale: float
    dt: float

    @property
    def i(self) -> np.ndarray:
        """The neuron of each spike, uint16."""
        return np.nonzero(self.spikes)[-1].astype(np.uint16)

    @property
    def t(self) -> np.ndarray:
        """The time at which the step of each spike begins, float64, in seconds since its sample began."""
        return np.nonzero(self.spikes)[-2] * self.dt

    @property
    def sample_offsets(self) -> np.ndarray:
        """Where the spikes of each sample begin in ``i`` and ``t``, and their end: int64 (n + 1,)."""
        ends = np.cumsum(np.count_nonzero(self.spikes, axis=(-2, -1)))
        return np.concatenate([[0], ends]).astype(np.int64)

    @property
    def count(self) -> np.ndarray:
        """The spikes of each neuron, uint16 (n, size)."""
        return np.asarray(self.spikes.sum(axis=-2, dtype=np.uint16))


@dataclass(frozen=True, eq=False)
class Spikes:
    """Spikes of a population of ``size`` neurons, in time order; also the pair ``neurons, times``.

    ``i``: neurons, uint16. ``t``: times at which their steps begin, float64, in seconds.
    """

    i: np.ndarray
    t: np.ndarray
    size: int

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield ``i``, then ``t``."""
        return iter((self.i, self.t))

    def __getitem__(self, index: Any) -> Any:
        """Return ``i`` for 0, ``t`` for 1, or a slice of both."""
        return (self.i, self.t)[index]

    @property
    def count(self) -> np.ndarray:
        """The spikes of each neuron, int64 (size,)."""
        return np.bincount(self.i, minlength=self.size)


def empty(samples: int, neurons: int) -> Outcome:
    """Return an outcome to be filled in, without labels or spikes."""
    return Outcome(
        labels=np.full(samples, -1, np.int16),
        steps=np.zeros(samples, np.uint16),
        spike_counts=np.zeros((samples, neurons), np.uint16),
        first_spikes=np.full((samples, neurons), NEVER, np.uint16),
        input_spikes=np.zeros(samples, np.uint32),
        saturations=np.zeros(samples, np.uint32),
    )


def differing(a: Outcome, b: Outcome) -> np.ndarray:
    """Return the samples on which any field of ``a`` and ``b`` differs: bool (n,)."""
    differs = np.zeros(len(a.labels), bool)
    for f in fields(Outcome):
        unequal = getattr(a, f.name) != getattr(b, f.name)
        differs |= unequal.reshape(len(differs), -1).any(axis=1)
    return differs


def mismatches(a: Outcome, b: Outcome) -> int:
    """Return the number of samples on which any field of ``a`` and ``b`` differs."""
    return int(differing(a, b).sum())


def votes(outcome: Outcome, readout: Readout) -> np.ndarray:
    """Return the votes of each class, uint16 (n, classes): the spikes of its neurons, at most 65535."""
    voting = readout.labels >= 0
    totals = np.zeros((readout.classes, len(outcome.labels)), np.int64)
    np.add.at(totals, readout.labels[voting], outcome.spike_counts.T[voting])
    return np.minimum(totals.T, MAX_VOTES).astype(np.uint16)


def confidence(votes: np.ndarray) -> np.ndarray:
    """Return (leading votes - next votes) / all votes of each sample, float64 (n,), or 0 without a vote.

    ``votes``: of each class, (n, classes). The answer of the nearest neuron has no vote, hence 0.
    """
    ranked = np.sort(np.pad(votes, ((0, 0), (1, 0))), axis=1)
    return np.asarray((ranked[:, -1] - ranked[:, -2]) / np.maximum(ranked.sum(axis=1), 1))
