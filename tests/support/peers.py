"""Tasks for the peers of `snnedge bench`, and what their spikes must be."""

from dataclasses import replace

import numpy as np
from conductances import random_diehl_cook
from images import random_images
from networks import random_network

from snnedge.compiler.calibrate import calibrate
from snnedge.compiler.quantize import quantize
from snnedge.data import Dataset
from snnedge.kinds import synapse
from snnedge.measure.contender import Task, vote
from snnedge.simulator import reference
from snnedge.simulator.arithmetic import FloatingPoint
from snnedge.support import plugins

PEERS = plugins.names("peers")
SPIKING = [name for name in PEERS if plugins.load("peers", name).SPIKING]
DRAWING = "brian2_cpp_standalone_poisson"  # its own input spikes
SAME = [name for name in SPIKING if name != DRAWING]
WITH_CONDUCTANCES = [name for name in SAME if name not in ("numpy", "norse")]


def task(network, samples=8):
    images = random_images(network.encoder.shape, samples)
    model = quantize(network, 8, calibrate(network, images, "noise")[0])
    data = Dataset("random", "test", images, np.arange(samples) % 3, 3)
    return Task(model, data, lambda split: data)


def wta() -> Task:
    """Return a population with winner-take-all behind its encoder, 8x8."""
    return task(random_network(3, shape=(8, 8), neurons=30, exit_margin=1))


def conductances() -> Task:
    """Return the network of Diehl & Cook."""
    return task(forward_conductances(7))


def fires_as_the_model(counts: np.ndarray, answers: np.ndarray, given: Task) -> bool:
    """Return whether spike ``counts`` and ``answers`` are those of the integer model.

    Whole numbers are exact in single precision, so winner-take-all leaves no tolerance.
    """
    expected = reference.run(given.unhurried, given.images).spike_counts
    assert expected.sum() > 20
    votes = vote(expected.astype(int), given.model.readout)
    return bool((counts == expected).all() and (answers == votes).all())


def has_the_conductances(counts: np.ndarray, given: Task) -> bool:
    """Return whether spike ``counts`` differ from the float network's by rounding alone."""
    expected = reference.simulate(given.network, given.images, FloatingPoint).spike_counts
    assert expected.sum() > 50
    return bool(np.abs(counts - expected).sum() <= 0.02 * expected.sum())


def forward_conductances(seed):
    """Diehl & Cook's network without delays, on images."""
    net = random_diehl_cook(seed)
    inputs, relay, lateral = (replace(s, delay=0.0) for s in net.projections)
    shape = (1, net.encoder.size)
    wired = (replace(inputs, kind=synapse("dense")), relay, lateral)
    return replace(net, encoder=replace(net.encoder, shape=shape), projections=wired)
