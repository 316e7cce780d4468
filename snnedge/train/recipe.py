"""Recipe: a way to train a network, as the driver (``training.py``) sees it.

A module ``recipes/NAME.py`` has ``choose(preset, data) -> Settings``, which checks every number of the
preset, and ``prepare(data, settings) -> Recipe``.
"""

from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np

from ..data import Dataset
from ..model.network import Network

State = dict[str, np.ndarray]  # all that a training has learned: names, shapes and dtypes never change


class Settings(Protocol):
    """All that decides a result besides the images."""

    @property
    def seed(self) -> int: ...
    @property
    def supervised(self) -> bool:
        """Whether labels decided more than the label of each neuron."""
        ...

    @property
    def parts(self) -> dict[str, int]:
        """Presentations to each part of the network, in the order of the training."""
        ...

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, texts and numbers."""
        ...


@dataclass(frozen=True)
class Report:
    """What a chunk of presentations showed.

    ``accuracy``: share of right answers by the labels known before it, or None. ``wins``: int (neurons,),
    spikes of each output neuron. ``silent``: share of samples without any.
    """

    accuracy: float | None
    wins: np.ndarray
    silent: float


class Recipe(Protocol):
    """A training that can go on from any state, in a context in which its programs are compiled.

    ``stops``: positions, in presentations, where a chunk ends: ends of stages, the last one the end of
    the training. ``capacity``: presentations of a chunk at most. Same arguments, same bits.
    """

    @property
    def stops(self) -> tuple[int, ...]: ...
    @property
    def capacity(self) -> int: ...
    @property
    def neurons(self) -> int:
        """Output neurons."""
        ...

    @property
    def compile_seconds(self) -> float: ...

    def fit(self, limit: int) -> None:
        """Choose ``capacity`` for ``limit`` bytes in all, before a program is compiled."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...

    def beginning(self) -> State:
        """The state before the first presentation."""
        ...

    def advance(self, state: State, first: int, last: int) -> tuple[State, Report]:
        """Presentations ``first`` .. ``last - 1``, none of them beyond a stop."""
        ...

    def finish(self, state: State) -> State:
        """Label the neurons, if that is still to be done."""
        ...

    def answers(self, state: State, data: Dataset) -> np.ndarray:
        """Labels, int (n,), that the float network in ``state`` gives to the images of ``data``."""
        ...

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """The network in ``state``. Raises ``InputError`` when ``state`` is impossible."""
        ...
