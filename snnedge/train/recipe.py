"""Recipe: the interface between a way to train a network and the training loop (``loop.py``).

A package ``recipes/NAME`` has ``choose(preset, data) -> Settings``, which checks every number of the
preset, and ``prepare(data, settings) -> Recipe``. If Brian2 can run the trained networks, it also has
``supports(network) -> bool`` and ``replay(network, images) -> Outcome``. A recipe imports the learning
rules in ``rules/`` and the modules beside them, never another recipe.
"""

from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np

from ..data import Dataset
from ..model.network import Network

State = dict[str, np.ndarray]  # everything learned so far; names, shapes and dtypes never change


class Settings(Protocol):
    """Everything that decides the result of a training besides the images."""

    @property
    def seed(self) -> int: ...
    @property
    def supervised(self) -> bool:
        """Whether labels change weights or thresholds, not only the labels of the neurons."""
        ...

    @property
    def parts(self) -> dict[str, int]:
        """Number of presentations to each part of the network, in the order of the training."""
        ...

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain dicts, lists, strings and numbers."""
        ...


@dataclass(frozen=True)
class Report:
    """Measurements over a chunk of presentations.

    ``accuracy``: share of correct predictions by the labels known before the chunk, or None.
    ``spike_counts``: int (neurons,), of each output neuron. ``silent_share``: share of samples without an
    output spike, 0..1.
    """

    accuracy: float | None
    spike_counts: np.ndarray
    silent_share: float


class Recipe(Protocol):
    """A training that can continue from any state, within a context that holds its compiled programs.

    ``stops``: positions, in presentations, at which a chunk must end; the last one ends the training.
    ``capacity``: upper bound of the presentations in a chunk. Equal arguments give equal bits.
    """

    @property
    def stops(self) -> tuple[int, ...]: ...
    @property
    def capacity(self) -> int: ...
    @property
    def neurons(self) -> int:
        """Number of output neurons."""
        ...

    @property
    def compile_seconds(self) -> float: ...

    def fit(self, limit: int) -> None:
        """Choose ``capacity`` for ``limit`` bytes of memory in all; call it before a program is compiled.

        Raises ``InputError`` when the limit is too small.
        """
        ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...

    def initial_state(self) -> State:
        """Return the state before the first presentation."""
        ...

    def advance(self, state: State, first: int, last: int) -> tuple[State, Report]:
        """Present samples ``first`` .. ``last - 1`` of the training; no stop lies between them."""
        ...

    def finish(self, state: State) -> State:
        """Return ``state`` after the steps that follow the last presentation, such as labelling."""
        ...

    def predict(self, state: State, data: Dataset) -> np.ndarray:
        """Return the labels, int (n,), that the float network in ``state`` predicts for ``data``."""
        ...

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """Return the network in ``state``. Raises ``InputError`` when ``state`` is impossible."""
        ...
