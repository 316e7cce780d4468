"""brian2_cpp_standalone_poisson: Brian2 likewise, with its own PoissonGroup as encoder, whose time counts.

For models with the encoder `poisson`: its spike probabilities, with the random numbers of Brian2.
"""

from types import ModuleType
from typing import Any

from ...brian2_program.order import STEP
from ...kinds.encoders import poisson
from ...model.integers import Q16_ONE
from ...simulator.arithmetic import FloatingPoint
from ..contender import Task
from . import brian2_cpp_standalone as played_back
from .brian2_cpp_standalone import Brian2

PACKAGES, INSTALL = played_back.PACKAGES, played_back.INSTALL
SPIKING, BATCH = True, False
NOTE = "its loop over time alone, encoder included; Brian2 draws its spikes, so answers differ by chance"


def obstacle(task: Task) -> str:
    kind = task.network.encoder.kind
    return played_back.obstacle(task) or ("" if kind == "poisson" else f"has no {kind}, only poisson")


def drawn(b: ModuleType, task: Task) -> Any:
    """Declare a PoissonGroup of the images with the encoder's spike probability per step."""
    net, pixels = task.network, task.images.reshape(len(task.images), -1)
    chance = poisson.begin(net.encoder.params, pixels, FloatingPoint(len(pixels)))["probability"] / Q16_ONE
    shown = b.TimedArray(chance / STEP * b.Hz, dt=net.steps * STEP * b.second, name="shown")
    b.seed(0)
    return b.PoissonGroup(pixels.shape[1], "shown(t, i)", namespace={"shown": shown}, name="inputs")


def open(task: Task) -> Brian2:
    """Compile the network. Raises ``ToolError`` without Brian2 or a compiler."""
    return Brian2(task, drawn, NOTE)
