"""The compiled core refuses indices and arrays that it would read or write out of bounds."""

import numpy as np
import pytest
from integer_models import random_integer_model

from snnedge import _core
from snnedge.compiler.tables import SOURCE_INPUT, lower

MODEL = random_integer_model(1)
N, INPUTS, STEPS = 3, MODEL.encoder.size, MODEL.steps
NEURONS = len(MODEL.readout.labels)
LAST = len(MODEL.populations) - 1


@pytest.fixture
def core():
    return _core.Model(lower(MODEL), "scalar")


def arrays(**changed):
    """Return the arguments of ``Model.run``, some of them ``changed``."""
    right = {
        "samples": np.zeros((N, INPUTS), np.uint8),
        "labels": np.zeros(N, np.int16),
        "steps": np.zeros(N, np.uint16),
        "counts": np.zeros((N, NEURONS), np.uint16),
        "first": np.zeros((N, NEURONS), np.uint16),
        "input_spikes": np.zeros(N, np.uint32),
        "saturations": np.zeros(N, np.uint32),
    }
    return [*(right | changed).values(), 1]


WRONG = {
    "samples": np.zeros((N, INPUTS - 1), np.uint8),
    "labels": np.zeros(N - 1, np.int16),
    "steps": np.zeros((N, 1), np.uint16),
    "counts": np.zeros((N, NEURONS - 1), np.uint16),
    "first": np.zeros((N - 1, NEURONS), np.uint16),
    "input_spikes": np.zeros(0, np.uint32),
    "saturations": np.zeros(N - 1, np.uint32),
}


@pytest.mark.parametrize("name", WRONG)
def test_run_refuses_arrays_of_another_shape(core, name):
    core.run(*arrays())
    with pytest.raises(ValueError, match="not"):
        core.run(*arrays(**{name: WRONG[name]}))


@pytest.mark.parametrize("index", [LAST + 1, 7, SOURCE_INPUT - 1])
def test_an_index_of_no_population_is_refused(core, index):
    samples, first = np.zeros((N, INPUTS), np.uint8), np.zeros((N, NEURONS), np.uint16)
    spikes = np.zeros((N, STEPS, NEURONS), bool)
    stream = _core.Stream(core)
    stream.step(np.zeros(0, np.uint16))
    calls = [
        lambda: core.trace(samples, index, spikes, np.zeros(0, np.int16)),
        lambda: core.first_spikes(samples, index, first),
        lambda: stream.spikes(index),
        lambda: stream.membrane(index),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="no such population"):
            call()


def test_the_input_has_spikes_and_no_membrane(core):
    stream = _core.Stream(core)
    stream.step(np.array([0], np.uint16))
    assert stream.spikes(SOURCE_INPUT).tolist() == [0]
    with pytest.raises(ValueError, match="no such population"):
        stream.membrane(SOURCE_INPUT)


def test_events_of_two_lengths_are_refused(core):
    stream = _core.Stream(core)
    with pytest.raises(ValueError, match="two lists"):
        stream.run(np.zeros(5, np.uint16), np.zeros(2, np.int64), 3)
