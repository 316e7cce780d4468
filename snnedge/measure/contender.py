"""Tasks, a network and samples for it, and contenders, the programs that answer them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ..compiler.discretize import Discrete
from ..data import Dataset
from ..model.integer_model import IntegerModel
from ..model.integers import Q15_ONE
from ..model.network import INPUT, UNDECIDED, Population, Readout
from ..runtime.runtime import Runtime
from .accuracy import accuracy

FRACTIONS = ("leak", "decay", "decay_e", "decay_i", "gain_e", "gain_i")  # Q15, integer-contract.md


@dataclass(frozen=True)
class Task:
    """A model and samples. ``data``: the samples that are timed; ``load(split)``: a whole split."""

    model: IntegerModel
    data: Dataset
    load: Callable[[str], Dataset]

    @property
    def images(self) -> np.ndarray:
        """uint8 (n, *shape)."""
        return self.data.images

    @cached_property
    def unhurried(self) -> IntegerModel:
        """The model without early exit: the work of other programs."""
        return replace(self.model, readout=replace(self.model.readout, exit_margin=0))

    @cached_property
    def spikes(self) -> np.ndarray:
        """The encoder's spikes, bool (n, steps, inputs), which cost other programs no time."""
        return Runtime(self.unhurried).trace(self.images, INPUT).spikes

    @cached_property
    def network(self) -> Discrete:
        """The model's integers as real numbers on its time grid: ``quantize`` undone except its rounding.

        Membranes, weights and thresholds stay in units of the integers.
        """
        m = self.unhurried
        populations = tuple(_as_floats(p) for p in m.populations)
        weighted = tuple(replace(s, weights=s.weights.astype(np.float64)) for s in m.projections)
        return Discrete(m.name, m.dt, m.steps, m.encoder, populations, weighted, m.readout)

    @cached_property
    def accuracy(self) -> float:
        """Share of right answers of the model on all test samples."""
        test = self.load("test")
        return accuracy(Runtime(self.model).predict(test.images), test.labels)


def _as_floats(p: Population) -> Population:
    found = {name: v / Q15_ONE if name in FRACTIONS else v for name, v in p.params.items()}
    finer = {
        f"gain_{x}": found[f"gain_{x}"] / 2 ** p.params[f"shift_{x}"] for x in "ei" if f"gain_{x}" in found
    }
    return replace(p, params=found | finer)


class Contender:
    """A program that answers a task. ``clock``: its working time in seconds, with any offset."""

    clock: Callable[[], float] = staticmethod(time.perf_counter)
    accuracy: float | None = None  # on all test samples, for networks other than the model
    note = ""  # for readers of the table

    def answer(self, part: slice) -> np.ndarray:
        """Return labels int (n,) of the task's samples in ``part``."""
        raise NotImplementedError

    def close(self) -> None:
        """Free all resources."""


def vote(counts: np.ndarray, readout: Readout) -> np.ndarray:
    """Return labels int (n,) of spike ``counts`` (n, neurons): the class with most votes, if any."""
    assigned = readout.labels >= 0
    classes = readout.labels[assigned] == np.arange(readout.classes)[:, None]
    votes = counts[:, assigned] @ classes.T.astype(counts.dtype)
    return np.where(votes.any(axis=1), votes.argmax(axis=1), UNDECIDED)
