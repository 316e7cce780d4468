"""Measurements: numbers with a known answer, and the honesty of what is printed."""

from dataclasses import replace

import numpy as np
import pytest
from builders import random_images, random_network, random_scan_network

from snnedge.measure import accuracy, latency
from snnedge.outcome import empty
from snnedge.quantize import quantize
from snnedge.runtime import Runtime
from snnedge.scan import PHASE


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
    hidden, output = (runtime.trace(images, name).spikes.sum() for name in ("hidden", "output"))
    expected = runtime.run(images).input_spikes.sum() * 9 + hidden * 13 + output * 9
    assert latency.synaptic_operations(runtime, images) == pytest.approx(expected / 11)


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
                if PHASE[y % 4, x % 4] < steps and spikes >= patch.params["least"]:
                    expected += spikes * maps
    assert latency.synaptic_operations(runtime, images) == pytest.approx(expected / 9)


def test_pinning_is_undone():
    import os

    before = os.sched_getaffinity(0)
    with latency.pinned() as core:
        assert os.sched_getaffinity(0) == {core}
    assert os.sched_getaffinity(0) == before
