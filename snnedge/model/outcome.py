"""Outcome: what a back end answers for a batch of samples; equal on every integer back end."""

from dataclasses import dataclass, fields

import numpy as np

NEVER = 65535  # first_spikes of a neuron that did not fire


@dataclass(frozen=True)
class Outcome:
    """Answers for n samples; N is the number of neurons in the readout population.

    ``labels`` int16 (n,), -1 = undecided. ``steps`` uint16 (n,), steps run until the decision.
    ``spike_counts`` uint16 (n, N). ``first_spikes`` uint16 (n, N), step of the first spike or 65535.
    ``input_spikes`` uint32 (n,). ``saturations`` uint32 (n,), int16 saturation events.
    """

    labels: np.ndarray
    steps: np.ndarray
    spike_counts: np.ndarray
    first_spikes: np.ndarray
    input_spikes: np.ndarray
    saturations: np.ndarray


@dataclass(frozen=True)
class Trace:
    """What a population did: ``spikes`` bool and ``membrane`` int16, both (n, steps, size).

    After the step at which a sample was decided both are 0. ``scale``: membrane / scale is in the float
    network's units. For the population ``input`` the membrane is empty.
    """

    spikes: np.ndarray
    membrane: np.ndarray
    scale: float


def empty(samples: int, neurons: int) -> Outcome:
    """An outcome to be filled in: nothing decided, nothing fired."""
    return Outcome(
        labels=np.full(samples, -1, np.int16),
        steps=np.zeros(samples, np.uint16),
        spike_counts=np.zeros((samples, neurons), np.uint16),
        first_spikes=np.full((samples, neurons), NEVER, np.uint16),
        input_spikes=np.zeros(samples, np.uint32),
        saturations=np.zeros(samples, np.uint32),
    )


def differing(a: Outcome, b: Outcome) -> np.ndarray:
    """The samples on which any field of ``a`` and ``b`` differs: bool (n,)."""
    differs = np.zeros(len(a.labels), bool)
    for f in fields(Outcome):
        unequal = getattr(a, f.name) != getattr(b, f.name)
        differs |= unequal.reshape(len(differs), -1).any(axis=1)
    return differs


def mismatches(a: Outcome, b: Outcome) -> int:
    """Number of samples on which any field of ``a`` and ``b`` differs."""
    return int(differing(a, b).sum())
