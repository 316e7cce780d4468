"""pytorch: the network's equations as a plain loop over time in PyTorch."""

from ..contender import Task
from ._torch import KINDS, Loop, Neurons, unknown

PACKAGES = ("torch",)
INSTALL = "pip install torch"
SPIKING = True
BATCH = True


def obstacle(task: Task) -> str:
    return unknown(task, KINDS)


def open(task: Task) -> Loop:
    return Loop(task, Neurons)
