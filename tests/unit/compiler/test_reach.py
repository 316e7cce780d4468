"""Scales come from what can occur: not from switched-off neurons or from inputs that never spike."""

from dataclasses import replace

import numpy as np
import pytest
from images import random_images
from networks import random_network

from snnedge.compiler import reach
from snnedge.compiler.calibrate import calibrate
from snnedge.compiler.discretize import discretize
from snnedge.compiler.quantize import quantize
from snnedge.kinds import neuron
from snnedge.model.network import Network
from snnedge.simulator import reference
from snnedge.simulator.arithmetic import FloatingPoint

FACTORS = [1, 2, 3.5, 5, 10, 30, 100, 1e3, 1e4, 1e5, 1e6, 1e7, np.inf]
SAMPLES = random_images((8, 8), 300)
SAMPLES[:, 0, 0] = 0  # an input that never spikes
LIF = {"tau": 0.01, "refractory": 0.0, "reset": "zero"}
PARAMETERS = {"if_wta": {}, "lif": LIF, "if_ttfs": {"bias": np.zeros(13)}}


def network(kind: str, calm: bool = True) -> Network:
    """Return a network of one population of ``kind`` whose thresholds are reached; all neurons vote."""
    net = random_network(7, shape=(8, 8), signed=not calm, steps=20)
    only = net.populations[0]
    params = {"threshold": np.linspace(12, 20, 13), **PARAMETERS[kind]}
    labels = np.arange(13, dtype=np.int16)
    readout = replace(net.readout, labels=labels, classes=13)
    return replace(net, populations=(replace(only, kind=neuron(kind), params=params),), readout=readout)


def with_params(net: Network, **changes: np.ndarray) -> Network:
    only = net.populations[0]
    return replace(net, populations=(replace(only, params={**only.params, **changes}),))


def same_labels(net: Network, calibrated: bool, bits: int = 8) -> float:
    seen = calibrate(net, SAMPLES[:100], "noise")[0] if calibrated else None
    expected = reference.simulate(discretize(net), SAMPLES, FloatingPoint).labels
    assert len(np.unique(expected)) > 3  # the comparison is not of one label
    return float((reference.run(quantize(net, bits, seen), SAMPLES).labels == expected).mean())


@pytest.mark.parametrize("calibrated", [True, False])
@pytest.mark.parametrize("off", [1, 5])
@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("kind", PARAMETERS)
def test_neurons_switched_off_by_their_threshold_leave_the_scale_to_the_others(
    kind, factor, off, calibrated
):
    net = network(kind)
    threshold = net.populations[0].params["threshold"].copy()
    threshold[:off] *= factor
    assert same_labels(with_params(net, threshold=threshold), calibrated) >= 0.95


@pytest.mark.parametrize("factor", FACTORS[4:-1])
@pytest.mark.parametrize("kind", PARAMETERS)
def test_of_thresholds_that_are_all_out_of_reach_only_the_differences_count(kind, factor):
    net = network(kind)
    threshold = net.populations[0].params["threshold"]
    apart = with_params(net, threshold=threshold + 20 * factor)
    assert same_labels(apart, True) >= 0.95


@pytest.mark.parametrize("kind", PARAMETERS)
def test_infinite_thresholds_everywhere_leave_the_largest_membrane_to_answer(kind):
    net = network(kind)
    assert same_labels(with_params(net, threshold=np.full(13, np.inf)), True) >= 0.95


@pytest.mark.parametrize("bits", [8, 6])
@pytest.mark.parametrize("factor", FACTORS[:-1])
@pytest.mark.parametrize("kind", PARAMETERS)
def test_a_weight_of_an_input_that_never_spikes_sets_no_scale(kind, factor, bits):
    net = network(kind)
    s = net.projections[0]
    weights = s.weights.copy()
    weights[0, 4] = factor
    changed = replace(net, projections=(replace(s, weights=weights),))
    assert same_labels(changed, True, bits) >= 0.93


def test_the_limit_is_never_exceeded():
    for kind in PARAMETERS:
        net = with_params(network(kind, calm=False), threshold=np.full(13, np.inf))
        seen, _ = calibrate(net, SAMPLES, "noise")
        most = seen.populations["output"].reach["v"]
        assert 0 < most <= reach.limit(discretize(net), net.populations[0], None)
