"""Outcomes and traces: votes, confidence, Brian2's names, and networks without labels."""

from dataclasses import replace

import needs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from images import random_images
from integer_models import random_integer_model
from networks import random_network

from snnedge.backends import open_backend
from snnedge.compiler.quantize import quantize
from snnedge.model.integer_model import IntegerModel
from snnedge.model.limits import MAX_VOTES
from snnedge.model.network import UNASSIGNED, Readout
from snnedge.model.outcome import Trace, confidence, empty, mismatches, votes
from snnedge.runtime.runtime import Runtime
from snnedge.simulator import reference

SEEDS = st.integers(0, 2**32 - 1)


def images_for(model: IntegerModel, samples: int = 9) -> np.ndarray:
    return random_images(model.encoder.shape, samples)


def without_labels(model: IntegerModel) -> IntegerModel:
    labels = np.full_like(model.readout.labels, UNASSIGNED)
    return replace(model, readout=replace(model.readout, labels=labels))


# --- votes and confidence ---------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(SEEDS)
def test_votes_are_those_that_the_reference_counts(seed: int) -> None:
    model = random_integer_model(seed)
    images = images_for(model)
    counted = np.zeros((len(images), model.readout.classes), np.int64)

    def observe(batch: reference.Batch) -> None:
        counted[batch.rows] = batch.votes

    found = votes(reference.run(model, images, [observe]), model.readout)
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found, counted)


def test_the_labels_of_voted_answers_have_the_most_votes() -> None:
    model = quantize(random_network(3, nearest=False))
    answers = Runtime(model).run(images_for(model, 40))
    found = votes(answers, model.readout)
    decided = answers.labels >= 0
    assert decided.any()
    assert not decided.all()
    best = np.take_along_axis(found[decided], answers.labels[decided, None].astype(int), 1)[:, 0]
    assert (best == found[decided].max(axis=1)).all()
    assert not found[~decided].any()


def test_votes_saturate() -> None:
    readout = Readout("output", np.array([0, 0, 1, 1, UNASSIGNED], np.int16), 2)
    counts = np.array([[40_000, 40_000, 65_534, 1, 9]], np.uint16)
    assert votes(replace(empty(1, 5), spike_counts=counts), readout).tolist() == [[MAX_VOTES, MAX_VOTES]]
    counts = np.array([[65_534, 0, 65_535, 65_535, 9]], np.uint16)
    assert votes(replace(empty(1, 5), spike_counts=counts), readout).tolist() == [[65_534, MAX_VOTES]]


@pytest.mark.parametrize(("given", "expected"), [
    ([3, 1, 0], 2 / 4), ([1, 0, 3], 2 / 4), ([2, 2, 0], 0), ([0, 5, 0], 1), ([0, 0, 0], 0),
    ([4, 3, 1], 1 / 8), ([7], 1), ([0], 0), ([MAX_VOTES, MAX_VOTES], 0), ([1, MAX_VOTES], 65_534 / 65_536),
])  # fmt: skip
def test_confidence_is_the_lead_among_all_votes(given: list[int], expected: float) -> None:
    found = confidence(np.array([given, given], np.uint16))
    assert found.dtype == np.float64
    assert found.tolist() == [expected, expected]


def test_the_answer_of_the_nearest_neuron_has_no_confidence() -> None:
    model = quantize(random_network(3))
    answers = Runtime(model).run(images_for(model, 40))
    found = votes(answers, model.readout)
    nearest = (answers.labels >= 0) & ~found.any(axis=1)
    assert nearest.any()
    assert not confidence(found)[nearest].any()
    assert confidence(found)[~nearest].any()


# --- networks without labels ------------------------------------------------------------------------


@pytest.mark.parametrize("name", needs.backends("reference", "host", "c", "onnx"))
def test_a_network_without_labels_answers_in_spikes(name: str) -> None:
    voting = quantize(random_network(5, hidden=6, signed=True))
    for margin in (0, 1):
        model = without_labels(replace(voting, readout=replace(voting.readout, exit_margin=margin)))
        images = images_for(model)
        found = open_backend(name, model).run(images)
        assert (found.labels == -1).all()
        assert (found.steps == model.steps).all()
        assert not votes(found, model.readout).any()
        assert not confidence(votes(found, model.readout)).any()
        expected = replace(Runtime(voting).run(images), labels=found.labels)
        assert expected.spike_counts.any()
        assert mismatches(found, expected) == 0


# --- Brian2's names ---------------------------------------------------------------------------------


def test_an_outcome_counts_as_a_spike_monitor_does() -> None:
    model = random_integer_model(13)
    images = images_for(model)
    found = Runtime(model).run(images)
    assert found.count.any()
    np.testing.assert_array_equal(found.count, Runtime(model).trace(images).count)


@pytest.mark.parametrize("population", ["output", "hidden", "input"])
def test_a_trace_lists_its_spikes(population: str) -> None:
    model = replace(random_integer_model(13), dt=0.0005)
    trace = Runtime(model).trace(images_for(model), population)
    expected = [
        [(neuron, step * 0.0005) for step, fired in enumerate(sample) for neuron in np.flatnonzero(fired)]
        for sample in trace.spikes
    ]
    assert sum(map(bool, expected)) > 1
    assert trace.i.dtype == np.uint16
    assert list(zip(trace.i, trace.t, strict=True)) == [spike for sample in expected for spike in sample]
    bounds = trace.sample_offsets
    assert bounds.dtype == np.int64
    assert len(bounds) == len(trace.spikes) + 1
    for k, sample in enumerate(expected):
        part = slice(bounds[k], bounds[k + 1])
        assert list(zip(trace.i[part], trace.t[part], strict=True)) == sample
        np.testing.assert_array_equal(
            trace.count[k], np.bincount(trace.i[part], minlength=trace.spikes.shape[2])
        )


def test_a_trace_of_nothing_has_no_spikes() -> None:
    trace = Trace(np.zeros((2, 3, 4), bool), np.zeros((2, 3, 4), np.int16), 1.0, 0.001)
    assert trace.i.shape == trace.t.shape == (0,)
    assert trace.sample_offsets.tolist() == [0, 0, 0]
    none = replace(trace, spikes=trace.spikes[:0])
    assert none.sample_offsets.tolist() == [0]


@pytest.mark.parametrize("name", needs.backends("c", "onnx"))
def test_traces_of_other_back_ends_have_the_same_spikes(name: str) -> None:
    model = replace(random_integer_model(13), dt=0.0005)
    images = images_for(model)
    found, expected = open_backend(name, model).trace(images), Runtime(model).trace(images)
    assert len(expected.t)
    np.testing.assert_array_equal(found.i, expected.i)
    np.testing.assert_array_equal(found.t, expected.t)
