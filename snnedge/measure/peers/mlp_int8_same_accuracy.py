"""mlp_int8_same_accuracy: the smallest artificial network, 8 bits, that is as often right as the model."""

from bisect import bisect_left

from ...errors import InputError
from ..contender import Task
from ._mlp import BATCH, INSTALL, PACKAGES, SPIKING, Perceptron

__all__ = ["BATCH", "INSTALL", "PACKAGES", "SPIKING", "obstacle", "open"]

WIDTHS = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)  # hidden neurons


def obstacle(task: Task) -> str:
    return ""


def open(task: Task) -> Perceptron:
    """Find by bisection the first of ``WIDTHS`` with the accuracy. Raises ``InputError`` without one."""
    first = bisect_left(WIDTHS, task.accuracy, key=lambda width: Perceptron(task, width).accuracy)
    if first == len(WIDTHS):
        raise InputError(f"no perceptron of up to {WIDTHS[-1]} hidden neurons reaches {task.accuracy:.2%}")
    return Perceptron(task, WIDTHS[first])
