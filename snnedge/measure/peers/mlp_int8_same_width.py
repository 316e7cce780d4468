"""mlp_int8_same_width: an artificial network, 8 bits, with as many hidden neurons as the readout has."""

from ..contender import Task
from ._mlp import BATCH, INSTALL, PACKAGES, SPIKING, Perceptron

__all__ = ["BATCH", "INSTALL", "PACKAGES", "SPIKING", "obstacle", "open"]


def obstacle(task: Task) -> str:
    return ""


def open(task: Task) -> Perceptron:
    """Train the perceptron. Raises ``InputError`` without training images."""
    return Perceptron(task, len(task.model.readout.labels))
