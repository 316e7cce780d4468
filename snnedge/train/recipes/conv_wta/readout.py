"""The interface of the readouts of `conv_wta`, and the samples that they learn from."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ... import schedule
from ...recipe import State
from .first_layer import FirstLayer
from .settings import Stage


@dataclass(frozen=True)
class Samples:
    """n presentations in a row in ``stage``, after ``done`` earlier ones in it.

    ``order`` int (n,): indices of training images. ``shifts`` int8 (n, 2): their offsets in pixels.
    ``labels`` int (n,).
    """

    order: np.ndarray
    shifts: np.ndarray
    labels: np.ndarray
    stage: Stage
    done: int

    def schedule(self, name: str) -> np.ndarray:
        """Return the values of the linear schedule ``name`` of the stage, float (n,)."""
        values = schedule.values(getattr(self.stage, name), self.stage.samples)
        return values[self.done : self.done + len(self.order)]


@dataclass(frozen=True)
class Learned:
    """The result of n samples.

    ``winners`` int (n,): neurons. ``phases`` int8 (n, units): spikes of layer 1 (``features.Scanner``).
    """

    state: State
    winners: np.ndarray
    phases: np.ndarray


class ConvReadout(Protocol):
    """Layer 2, which learns from the spikes of layer 1."""

    def initial_state(self, rng: np.random.Generator) -> State:
        """Return ``weights`` (units, neurons), ``bias`` and ``conscience`` (neurons,), and ``labels``."""
        ...

    def enter(self, state: State, stage: int) -> State:
        """Return the state as ``stage`` of the readout begins with it."""
        ...

    def learn(self, state: State, first: FirstLayer, samples: Samples) -> Learned:
        """Present ``samples``."""
        ...

    def finish(self, state: State, first: FirstLayer) -> State:
        """Return ``state`` after the steps that follow the last sample."""
        ...

    def winners(self, state: State, first: FirstLayer, images: np.ndarray) -> np.ndarray:
        """Return the winning neuron for each of ``images``, int (n,), as Brian2 computes it."""
        ...
