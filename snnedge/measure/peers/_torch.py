"""Networks as a loop over time in PyTorch: synapses are matrix products, neurons those of a library.

``Neurons`` has the equations in plain PyTorch; an adapter overrides those that its library has.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...model.kind import RECEPTORS
from ...model.network import INPUT, Population, Projection, inputs_of
from ..contender import Contender, Task, vote

KINDS = ("if_wta", "lif", "lif_cond_exp")
CONNECTIONS = ("dense", "sparse", "one_to_one", "lateral")


def unknown(task: Task, kinds: Mapping[str, object] | tuple[str, ...]) -> str:
    """Return why neurons of ``kinds`` and ``CONNECTIONS`` cannot build the network, or ""."""
    for p in task.network.populations:
        if p.kind not in kinds:
            return f"has no {p.kind}, only {', '.join(kinds)}"
    for s in task.network.projections:
        if s.delay or s.kind not in CONNECTIONS:
            return f"has no {s.kind} with a delay of {s.delay:g} steps"
    return ""


class Neurons:
    """A population. ``step`` takes the sums at its receptors, float (n, size); its spikes are 0 or 1."""

    def __init__(self, p: Population) -> None:
        import torch

        self.torch, self.kind, self.params = torch, p.kind.name, p.params
        self.size = p.size
        self.threshold = torch.as_tensor(np.asarray(p.params["threshold"]), dtype=torch.float32)

    def begin(self, n: int) -> None:
        """Reset the state for n samples."""
        self.v = self.torch.zeros(n, self.size)
        self.refractory_left, self.ge, self.gi = (self.torch.zeros(n, self.size) for _ in range(3))

    def step(self, excitation: Any, inhibition: Any) -> Any:
        return getattr(self, self.kind)(excitation, inhibition)

    def if_wta(self, excitation: Any, inhibition: Any) -> Any:
        self.v = self.v + excitation
        over = self.v - self.threshold
        best, index = over.max(dim=1, keepdim=True)
        fires = (best > 0).float()
        self.v = self.v * (1 - fires)
        return self.torch.zeros_like(over).scatter_(1, index, fires)

    def lif(self, excitation: Any, inhibition: Any) -> Any:
        awake = (self.refractory_left == 0).float()
        v = (self.v * self.params["decay"] + excitation) * awake
        spikes = (v > self.threshold).float() * awake
        after = v - self.threshold if self.params["reset"] else 0.0
        self.v = v * (1 - spikes) + spikes * after
        return self.rested(spikes)

    def lif_cond_exp(self, excitation: Any, inhibition: Any) -> Any:
        awake, v = (self.refractory_left == 0).float(), self.conducted(excitation, inhibition)
        spikes = (v > self.threshold).float() * awake
        free = awake * (1 - spikes)
        self.v = v * free + self.params["reset"] * (1 - free)
        return self.rested(spikes)

    def conducted(self, excitation: Any, inhibition: Any) -> Any:
        """Return the membranes after leak and conductances (snnedge/kinds/neurons/lif_cond_exp.py)."""
        p = self.params
        self.ge = (self.ge * p["decay_e"] + p["gain_e"] * excitation).clamp_(max=1)
        self.gi = (self.gi * p["decay_i"] + p["gain_i"] * inhibition).clamp_(max=1)
        v = self.v * (1 - p["leak"])
        v = v + (p["reversal_e"] - v) * self.ge
        return v + (p["reversal_i"] - v) * self.gi

    def rested(self, spikes: Any) -> Any:
        left = (self.refractory_left - 1).clamp_(min=0)
        self.refractory_left = left * (1 - spikes) + self.params["refractory"] * spikes
        return spikes


class Loop(Contender):
    """The network, step by step, on the encoder's spikes; ``neurons(population)`` creates a population."""

    note = "on the encoder's spikes, which cost it nothing"

    def __init__(self, task: Task, neurons: Callable[[Population], Neurons]) -> None:
        import torch

        torch.set_num_threads(1)
        self.torch, self.net = torch, task.network
        self.layers = {p.name: neurons(p) for p in self.net.populations}
        self.inputs = torch.as_tensor(task.spikes.swapaxes(0, 1).astype(np.float32))
        self.paths = {
            p.name: [(s, _weights(torch, s)) for s in inputs_of(self.net, p.name)]
            for p in self.net.populations
        }

    def answer(self, part: slice) -> np.ndarray:
        return vote(self.counts(part), self.net.readout)

    def counts(self, part: slice) -> np.ndarray:
        """Count the spikes of each readout neuron in each sample, float (n, neurons)."""
        with self.torch.inference_mode():
            inputs = self.inputs[:, part]
            spikes = self._begin(inputs.shape[1])
            total = self.torch.zeros_like(spikes[self.net.readout.population])
            for now in inputs:
                spikes[INPUT] = now
                for name, layer in self.layers.items():
                    sums = (self._sum(name, receptor, spikes) for receptor in RECEPTORS)
                    spikes[name] = layer.step(*sums)
                total += spikes[self.net.readout.population]
        return np.asarray(total.numpy())

    def _begin(self, n: int) -> dict[str, Any]:
        """Reset all layers for n samples; return their spikes, none."""
        for layer in self.layers.values():
            layer.begin(n)
        return {name: self.torch.zeros(n, layer.size) for name, layer in self.layers.items()}

    def _sum(self, target: str, receptor: str, spikes: dict[str, Any]) -> Any:
        """Return the sums at a receptor, 0 without any. Later populations add their previous step."""
        total: Any = 0.0
        for s, weights in self.paths[target]:
            if s.receptor == receptor:
                total = total + delivered(s.kind.name, spikes[s.source], weights)
        return total


def delivered(kind: str, spikes: Any, weights: Any) -> Any:
    """Return the sums of ``spikes`` (n, sources) at each target. All-but-self is one sum, not a matrix."""
    if kind == "one_to_one":
        return spikes * weights
    if kind == "lateral":
        return (spikes.sum(1)[:, None] - spikes) * weights
    return spikes @ weights


def _weights(torch: Any, s: Projection) -> Any:
    return s.params["weight"] if not s.weights.size else torch.as_tensor(s.weights, dtype=torch.float32)
