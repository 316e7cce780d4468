"""brainpy: the network's equations as BrainPy neurons, compiled by JAX as a loop over time."""

from typing import Any

import numpy as np

from ...compiler.discretize import Discrete
from ...model.kind import RECEPTORS
from ...model.network import INPUT, Population, inputs_of
from ..contender import Contender, Task, vote
from ._torch import delivered, unknown

PACKAGES = ("brainpy", "jax")
INSTALL = "pip install brainpy jax"
SPIKING = True
BATCH = True
STATE = {"if_wta": "v", "lif_cond_exp": "v ge gi refractory_left"}


def obstacle(task: Task) -> str:
    return unknown(task, STATE)


class BrainPy(Contender):
    """Two programs, for single samples and for all of them, as JAX compiles for a shape."""

    note = "on the encoder's spikes, which cost it nothing"

    def __init__(self, task: Task) -> None:
        self.net = task.network
        self.inputs = np.ascontiguousarray(task.spikes.swapaxes(0, 1), np.float32)
        self.programs = {n: _compiled(self.net, n) for n in {1, len(task.images)}}
        for n in self.programs:
            self.counts(slice(0, n))  # compiles

    def answer(self, part: slice) -> np.ndarray:
        return vote(self.counts(part), self.net.readout)

    def counts(self, part: slice) -> np.ndarray:
        """Count the spikes of each readout neuron in each sample, float (n, neurons)."""
        given = self.inputs[:, part]
        return np.asarray(self.programs[given.shape[1]](given))


def open(task: Task) -> BrainPy:
    return BrainPy(task)


def _compiled(net: Discrete, n: int) -> Any:
    """Compile a function from input spikes, float (steps, n, inputs), to spike counts of the readout."""
    import brainpy.math as bm

    layers = {p.name: _neurons(p, n) for p in net.populations}
    spikes = {p.name: bm.Variable(bm.zeros((n, p.size))) for p in net.populations}
    paths = {
        (p.name, receptor): [
            (s, s.params["weight"] if not s.weights.size else bm.asarray(s.weights, dtype=bm.float32))
            for s in inputs_of(net, p.name)
            if s.receptor == receptor
        ]
        for p in net.populations
        for receptor in RECEPTORS
    }

    def step(now: Any) -> Any:
        found = {INPUT: now} | {name: variable.value for name, variable in spikes.items()}
        for name, layer in layers.items():
            sums = [
                sum((delivered(s.kind.name, found[s.source], w) for s, w in paths[name, receptor]), 0.0)
                for receptor in RECEPTORS
            ]
            found[name] = spikes[name].value = layer.update(*sums)
        return found[net.readout.population]

    def run(given: Any) -> Any:
        for layer in layers.values():
            layer.begin()
        for variable in spikes.values():
            variable.value = bm.zeros_like(variable)
        return bm.for_loop(step, given).sum(axis=0)

    return bm.jit(run)


def _neurons(p: Population, n: int) -> Any:
    """Create a population. The class is defined here, as BrainPy is optional."""
    import brainpy
    import brainpy.math as bm

    numbers, threshold = p.params, bm.asarray(np.asarray(p.params["threshold"]), dtype=bm.float32)

    class Neurons(brainpy.dyn.NeuDyn):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(p.size)
            for name in STATE[p.kind.name].split():
                setattr(self, name, bm.Variable(bm.zeros((n, p.size))))

        def begin(self) -> None:
            for name in STATE[p.kind.name].split():
                getattr(self, name).value = bm.zeros((n, p.size))

        def update(self, excitation: Any, inhibition: Any) -> Any:
            return getattr(self, p.kind.name)(excitation, inhibition)

        def if_wta(self, excitation: Any, inhibition: Any) -> Any:
            v = self.v + excitation
            over = v - threshold
            best = over.max(axis=1, keepdims=True)
            fires = (best > 0).astype(float)
            self.v.value = v * (1 - fires)
            return fires * (bm.arange(p.size) == over.argmax(axis=1)[:, None])

        def lif_cond_exp(self, excitation: Any, inhibition: Any) -> Any:
            return _lif_cond_exp(self, numbers, threshold, excitation, inhibition)

    return Neurons()


def _lif_cond_exp(cells: Any, numbers: Any, threshold: Any, excitation: Any, inhibition: Any) -> Any:
    """Advance conductance neurons by a step; return their spikes."""
    import brainpy.math as bm

    ge = bm.minimum(cells.ge * numbers["decay_e"] + numbers["gain_e"] * excitation, 1)
    gi = bm.minimum(cells.gi * numbers["decay_i"] + numbers["gain_i"] * inhibition, 1)
    v = cells.v * (1 - numbers["leak"])
    v = v + (numbers["reversal_e"] - v) * ge
    v = v + (numbers["reversal_i"] - v) * gi
    awake = (cells.refractory_left == 0).astype(float)
    spikes = (v > threshold) * awake
    free = awake * (1 - spikes)
    cells.ge.value, cells.gi.value = ge, gi
    cells.v.value = v * free + numbers["reset"] * (1 - free)
    left = bm.maximum(cells.refractory_left - 1, 0)
    cells.refractory_left.value = left * (1 - spikes) + numbers["refractory"] * spikes
    return spikes
