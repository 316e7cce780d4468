"""spikingjelly: SpikingJelly's neurons in a loop over time, with charge and reset of the model's kinds."""

from typing import Any

from ...model.network import Population
from ..contender import Task
from ._torch import Loop, Neurons, unknown

PACKAGES = ("spikingjelly", "torch")
INSTALL = "pip install spikingjelly"
SPIKING = True
BATCH = True


def obstacle(task: Task) -> str:
    return unknown(task, ("if_wta", "lif_cond_exp"))


class Node(Neurons):
    """A ``SimpleBaseNode`` with its own charge, fire and reset, as its documentation describes."""

    def __init__(self, p: Population) -> None:
        super().__init__(p)
        self.cell = _node(self)

    def begin(self, n: int) -> None:
        super().begin(n)
        self.cell.reset()

    def step(self, excitation: Any, inhibition: Any) -> Any:
        self.inhibition = inhibition
        return self.cell(excitation)


def _node(neurons: Node) -> Any:
    """Create a node. The classes are defined here, as the library is optional."""
    from spikingjelly.activation_based import neuron

    torch = neurons.torch

    class Winner(neuron.SimpleBaseNode):  # type: ignore[misc]
        v: Any

        def neuronal_charge(self, x: Any) -> None:
            self.v = self.v + x

        def neuronal_fire(self) -> Any:
            over = self.v - self.v_threshold
            best = torch.zeros_like(over).scatter_(1, over.argmax(dim=1, keepdim=True), 1.0)
            return (over > 0) * best

        def neuronal_reset(self, spike: Any) -> None:
            self.v = self.v * (1 - spike.amax(dim=1, keepdim=True))

    class Conductance(neuron.SimpleBaseNode):  # type: ignore[misc]
        v: Any

        def neuronal_charge(self, x: Any) -> None:
            self.awake = (neurons.refractory_left == 0).float()
            self.v = neurons.conducted(x, neurons.inhibition)

        def neuronal_fire(self) -> Any:
            return (self.v > self.v_threshold) * self.awake

        def neuronal_reset(self, spike: Any) -> None:
            free = self.awake * (1 - spike)
            neurons.v = self.v = self.v * free + self.v_reset * (1 - free)
            neurons.rested(spike)

    kind = Winner if neurons.kind == "if_wta" else Conductance
    return kind(v_threshold=neurons.threshold, v_reset=neurons.params.get("reset", 0.0)).eval()


def open(task: Task) -> Loop:
    return Loop(task, Node)
