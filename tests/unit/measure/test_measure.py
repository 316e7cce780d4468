"""Measurements: numbers with a known answer, and the honesty of what is printed."""

from dataclasses import replace

import numpy as np
import pytest
from conductances import random_conductance_network
from images import random_images
from networks import random_network, random_wiring
from scans import random_scan_network

from snnedge.compiler.quantize import quantize
from snnedge.kinds import synapse
from snnedge.kinds.neurons.conv_wta import cells
from snnedge.measure import accuracy, latency
from snnedge.measure.synops import synaptic_operations
from snnedge.model.outcome import empty
from snnedge.runtime.runtime import Runtime
from snnedge.simulator.arithmetic import FixedPoint
from snnedge.simulator.reference import simulate
from snnedge.simulator.scan_order import PHASE


@pytest.mark.parametrize(("right", "n", "low", "high"), [
    (90, 100, 0.8256, 0.9448),  # Wilson's interval, worked out with R: prop.test(x, n, correct = FALSE)
    (0, 10, 0.0, 0.2775),
    (10, 10, 0.7225, 1.0),
])  # fmt: skip
def test_the_interval_is_wilsons(right, n, low, high):
    assert accuracy.wilson_interval(right, n) == pytest.approx((low, high), abs=5e-5)


def test_confusion_has_true_labels_in_rows_and_the_undecided_last():
    counts = accuracy.confusion(np.array([1, 1, -1, 0]), np.array([1, 0, 0, 0]), 2)
    assert counts.tolist() == [[1, 1, 1], [0, 1, 0]]


def test_undecided_answers_are_wrong_and_counted():
    outcome = empty(4, 2)
    outcome.labels[:2] = 1
    result = accuracy.evaluation(outcome, np.array([1, 0, 0, 1]), 2)
    assert (result["accuracy"], result["undecided"]) == (0.25, 2)


def test_the_summary_of_times():
    times = np.arange(1.0, 101.0)
    assert latency.summary(times) == {"min": 1.0, "median": 50.5, "p99": pytest.approx(99.01)}


def test_every_call_is_timed_and_no_time_is_zero():
    runtime = Runtime(quantize(random_network(1)))
    times = latency.per_sample_us(runtime, random_images((4, 5), 7), 30)
    assert times.shape == (30,)
    assert times.min() > 0


def test_synaptic_operations_count_every_source():
    model = quantize(random_network(14, hidden=9, exit_margin=0))
    runtime, images = Runtime(model), random_images((4, 5), 11)
    hidden, output = (runtime.trace(images, name).spikes for name in ("hidden", "output"))
    assert output[:, -1].any()  # these arrive nowhere
    counts = (runtime.run(images).input_spikes.sum() * 9, hidden.sum() * 13, output[:, :-1].sum() * 9)
    names = ("input->hidden", "hidden->output", "output->hidden")
    expected = {name: pytest.approx(n / 11) for name, n in zip(names, counts, strict=True)}
    assert synaptic_operations(runtime, images) == expected


def test_synaptic_operations_of_a_scan_stop_at_the_decision():
    """Counted pixel by pixel: spikes under each visited patch, once per map, and every unit's spike."""
    model = replace(quantize(random_scan_network(3), 4), steps=7)
    features, patch = model.populations[0], model.projections[0]
    maps, rows, columns = patch.weights.shape
    runtime, images = Runtime(model), random_images(model.encoder.shape, 9)
    expected = runtime.trace(images, "features").spikes.sum() * model.populations[1].size
    for image, steps in zip(images, runtime.run(images).steps, strict=True):
        on = image >= model.encoder.params["threshold"]
        for y in range(features.params["rows"]):
            for x in range(features.params["columns"]):
                spikes = on[y : y + rows, x : x + columns].sum()
                if PHASE[y % 4, x % 4] < steps and spikes >= patch.params["min_active"]:
                    expected += spikes * maps
    assert sum(synaptic_operations(runtime, images).values()) == pytest.approx(expected / 9)


class Counting(FixedPoint):
    """Counts the weights that are added, where the reference adds them."""

    additions = 0

    def sum(self, spikes, weights):
        Counting.additions += int(spikes.sum()) * weights.shape[1]
        return super().sum(spikes, weights)


def dense_only(net):
    """``net`` with its matrices alone; what other connection types count is in test_kinds.py."""
    matrices = [replace(s, kind=synapse("dense")) for s in net.projections if s.weights.size]
    return replace(net, projections=tuple(matrices))


NETWORKS = {
    "wta, first spike": lambda: random_network(3, exit_margin=1),
    "recurrent, margin": lambda: random_network(14, hidden=9, signed=True, exit_margin=2),
    "recurrent, all steps": lambda: random_network(15, hidden=4),
    "delays": lambda: dense_only(random_wiring(4)),
    "conductances": lambda: random_conductance_network(3),
    **{f"scan {seed}": lambda seed=seed: random_scan_network(seed) for seed in (4, 7, 8, 12)},
    "scan apart": lambda: random_scan_network(4, apart=True),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_as_many_additions_as_the_reference_makes(name, monkeypatch):
    model = quantize(NETWORKS[name](), 4)
    if model.encoder.kind == "binary":  # read a part of the positions only
        model = cropped(model)
    images = random_images(model.encoder.shape, 25, seed=2)
    monkeypatch.setattr(Counting, "additions", 0)
    simulate(model, images, Counting)
    assert Counting.additions > 0
    assert sum(synaptic_operations(Runtime(model), images).values()) == pytest.approx(
        Counting.additions / 25
    )


def cropped(model):
    """The same scan without the last row of positions, if one can be spared."""
    features, output = model.populations
    p = features.params | {"rows": max(features.params["rows"] - 1, 1)}
    size = p["maps"] * cells(p, "rows") * cells(p, "columns")
    readout = replace(model.projections[1], weights=model.projections[1].weights[:size])
    features = replace(features, params=p, size=size)
    return replace(model, populations=(features, output), projections=(model.projections[0], readout))


def test_pinning_is_undone():
    import os

    before = os.sched_getaffinity(0)
    with latency.pinned() as core:
        assert os.sched_getaffinity(0) == {core}
    assert os.sched_getaffinity(0) == before
