"""What the readouts of `conv_wta` have in common: the samples they learn from, and what they can do."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...recipe import State
from .first_layer import FirstLayer
from .settings import Stage


@dataclass(frozen=True)
class Samples:
    """n presentations in a row, of which the stage has had ``done`` before.

    ``order`` int (n,): which training images, ``shifts`` int8 (n, 2): moved how far; their ``labels``.
    ``stage`` gives the rules.
    """

    order: np.ndarray
    shifts: np.ndarray
    labels: np.ndarray
    stage: Stage
    done: int

    def schedule(self, name: str) -> np.ndarray:
        """The values of the linear schedule ``name`` of the stage, float (n,)."""
        begin, end = getattr(self.stage, name)
        return np.linspace(begin, end, self.stage.samples)[self.done : self.done + len(self.order)]


@dataclass(frozen=True)
class Learned:
    """``state`` after n samples; ``winners`` int (n,), neurons; ``phases`` int8 (n, units):
    spikes of layer 1 (``features.Scanner``)."""

    state: State
    winners: np.ndarray
    phases: np.ndarray


class ConvReadout(Protocol):
    """Layer 2 on the spikes of layer 1."""

    def beginning(self, rng: np.random.Generator) -> State:
        """``weights`` (units, neurons), ``bias`` and ``conscience`` (neurons,), float32, and ``labels``."""
        ...

    def enter(self, state: State, stage: int) -> State:
        """The state as ``stage`` of the readout begins."""
        ...

    def learn(self, state: State, first: FirstLayer, samples: Samples) -> Learned:
        """Present ``samples``."""
        ...

    def finish(self, state: State, first: FirstLayer) -> State:
        """What is left to do after the last sample."""
        ...

    def winners(self, state: State, first: FirstLayer, images: np.ndarray) -> np.ndarray:
        """The neurons that answer to ``images``, int (n,), by the membranes that Brian2 sees."""
        ...
