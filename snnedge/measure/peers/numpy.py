"""numpy: the network in float64, run by the float reference, encoder included."""

import numpy as np

from ...simulator.arithmetic import FloatingPoint
from ...simulator.reference import simulate
from ..contender import Contender, Task

PACKAGES = ("numpy",)
INSTALL = "pip install numpy"
SPIKING = True
BATCH = True


def obstacle(task: Task) -> str:
    return ""


class Numpy(Contender):
    """The reference's loop over time in floating point."""

    def __init__(self, task: Task) -> None:
        self.network, self.images = task.network, task.images

    def answer(self, part: slice) -> np.ndarray:
        return simulate(self.network, self.images[part], FloatingPoint).labels


def open(task: Task) -> Numpy:
    return Numpy(task)
