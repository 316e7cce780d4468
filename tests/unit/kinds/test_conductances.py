"""`lif_cond_exp` beside Brian2: the same input spikes, Brian2's own equations and integrator."""

from dataclasses import replace

import needs
import numpy as np
import pytest
from conductances import random_conductance_network
from images import random_images

from snnedge.compiler.discretize import discretize
from snnedge.compiler.quantize import quantize
from snnedge.kinds import synapse
from snnedge.kinds.encoders import poisson
from snnedge.model.network import Network, Projection
from snnedge.runtime.runtime import Runtime
from snnedge.simulator import reference
from snnedge.simulator.arithmetic import FloatingPoint

brian2 = needs.module("brian2")
pytestmark = pytest.mark.brian2

EQUATIONS = """
dv/dt = ((rest - v) + ge * (reversal_e - v) + gi * (reversal_i - v)) / tau : volt (unless refractory)
dge/dt = -ge / tau_e : 1
dgi/dt = -gi / tau_i : 1
th : volt
"""
UNITS = dict.fromkeys(("rest", "reset", "reversal_e", "reversal_i"), brian2.volt)
UNITS |= dict.fromkeys(("tau", "tau_e", "tau_i", "refractory"), brian2.second)


def one_population(seed: int) -> Network:
    """Excitatory neurons; one in a hundred inputs inhibits, as strongly as in Diehl & Cook."""
    net = random_conductance_network(seed, steps=700)
    excitation = net.projections[0]
    strong = np.random.default_rng(seed).random(excitation.weights.shape) < 0.01
    inhibition = Projection("input", "excitatory", synapse("dense"), 17.0 * strong, receptor="inhibitory")
    return replace(
        net,
        populations=net.populations[:1],
        projections=(excitation, inhibition),
        readout=replace(net.readout, exit_margin=0),
    )


def in_brian2(net: Network, image: np.ndarray) -> np.ndarray:
    """Spike counts of the population."""
    b, params = brian2, net.populations[0].params
    constants = {name: params[name] * unit for name, unit in UNITS.items()}
    state = poisson.begin(discretize(net).encoder.params, image[None], FloatingPoint(1))
    steps, sources = np.nonzero(np.concatenate([poisson.step(state) for _ in range(net.steps)]))
    clock = b.Clock(dt=net.dt * b.second)
    inputs = b.SpikeGeneratorGroup(net.encoder.size, sources, steps * net.dt * b.second, clock=clock)
    neurons = b.NeuronGroup(
        net.populations[0].size,
        EQUATIONS,
        threshold="v > th",
        reset="v = reset",
        refractory=constants.pop("refractory"),
        method="exponential_euler",
        namespace=constants,
        clock=clock,
    )
    neurons.v, neurons.th = params["rest"] * b.volt, params["threshold"] * b.volt
    objects = [inputs, neurons]
    for s, conductance in zip(net.projections, ("ge", "gi"), strict=True):
        synapses = b.Synapses(inputs, neurons, "w : 1", on_pre=f"{conductance}_post += w", clock=clock)
        synapses.connect()
        synapses.w = s.weights.ravel()
        objects.append(synapses)
    monitor = b.SpikeMonitor(neurons)
    # Brian2 hands a step's spikes on after the membranes of that step: they count in the next.
    b.Network(*objects, monitor).run((net.steps + 1) * net.dt * b.second)
    return np.asarray(monitor.count)


@pytest.fixture
def without_compiler():
    target = brian2.prefs.codegen.target
    brian2.set_device("runtime")
    brian2.prefs.codegen.target = "numpy"
    yield
    brian2.prefs.codegen.target = target


@pytest.mark.usefixtures("without_compiler")
def test_the_kind_fires_as_brian2_does():
    fired = np.zeros(3, int)  # in Brian2, in float, in integers
    apart = np.zeros(2, int)
    for seed in range(4):
        net = one_population(seed)
        image = random_images((net.encoder.size,), 3, seed)[2:]
        floats = reference.simulate(discretize(net), image, FloatingPoint).spike_counts[0].astype(int)
        integers = Runtime(quantize(net, 8)).run(image).spike_counts[0].astype(int)
        brian = in_brian2(net, image[0])
        fired += [brian.sum(), floats.sum(), integers.sum()]
        apart += [abs(brian - floats).sum(), abs(brian - integers).sum()]
    assert fired[0] > 1000
    assert (abs(fired - fired[0]) <= 0.01 * fired[0]).all()
    assert (apart <= 0.02 * fired[0]).all()
