"""Bit-exact or fail: numpy reference, compiled core and exported C answer alike in every field."""

from dataclasses import replace

import needs
import numpy as np
import pytest
from conductances import (
    random_conductance_model,
    random_conductance_network,
    random_conductance_wiring,
    random_diehl_cook,
    without_matrices,
)
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from images import random_images
from integer_models import random_integer_model
from networks import random_network, random_wiring, with_poisson
from neuron_models import random_model_of
from scans import random_scan_model, random_scan_network

from snnedge import kinds
from snnedge.backends import open_backend
from snnedge.compiler.calibrate import calibrate
from snnedge.compiler.discretize import discretize
from snnedge.compiler.quantize import quantize
from snnedge.model import outcome
from snnedge.model.integer_model import STORAGES, IntegerModel
from snnedge.runtime.runtime import Runtime
from snnedge.simulator import reference
from snnedge.simulator.arithmetic import FloatingPoint
from snnedge.support import plugins

SEEDS = st.integers(0, 2**32 - 1)
SPIKING = [2, 13, 22]  # seeds whose models do spike


def images_for(model: IntegerModel, samples: int, seed: int = 0) -> np.ndarray:
    return random_images(model.encoder.shape, samples, seed)


@examples(150)
@given(SEEDS)
def test_host_equals_reference_over_the_whole_range_of_integers(seed):
    model = random_integer_model(seed)
    images = images_for(model, 8, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


# A kind that scans a map needs another graph: random_scan_model.
NEURONS = [n for n in plugins.names("neurons") if not kinds.neuron(n).scans_map]


@pytest.mark.parametrize("name", NEURONS)
@examples(40)
@given(SEEDS)
def test_host_equals_reference_for_every_neuron_model(name, seed):
    model = random_model_of(kinds.neuron(name), seed)
    images = images_for(model, 6, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@pytest.mark.parametrize("name", NEURONS)
def test_every_neuron_model_spikes_and_saturates_in_its_random_models(name):
    models = [random_model_of(kinds.neuron(name), seed) for seed in range(40)]
    results = [reference.run(m, images_for(m, 6)) for m in models]
    assert any(r.spike_counts.any() for r in results)
    assert any(r.saturations.any() for r in results)


def stream_labels(model: IntegerModel, seed: int) -> list[tuple[int, int, bool]]:
    """Labels of host and reference after each step of a stream, and whether any neuron has voted.

    Votes are cleared at random, so that most labels are those of the neuron nearest to its threshold.
    """
    rng, host, expected = np.random.default_rng(seed), Runtime(model).stream(), reference.Stream(model)
    voted, labels = False, []
    for _ in range(60):
        if rng.random() < 0.3:
            host.clear_votes(), expected.clear_votes()
            voted = False
        spikes = np.flatnonzero(rng.random(model.encoder.size) < rng.choice([0.0, 0.02, 0.3]))
        np.testing.assert_array_equal(host.step(spikes.astype(np.uint16)), expected.step(spikes))
        np.testing.assert_array_equal(host.membrane("neurons"), expected.membrane("neurons"))
        voted = voted or bool((model.readout.labels[expected.spikes("neurons")] >= 0).any())
        labels.append((host.label, expected.label, voted))
    return labels


@pytest.mark.parametrize("name", NEURONS)
@examples(40)
@given(SEEDS)
def test_streams_of_every_neuron_model_have_the_labels_of_the_reference(name, seed):
    for host, expected, _ in stream_labels(random_model_of(kinds.neuron(name), seed), seed):
        assert host == expected


@pytest.mark.parametrize("name", NEURONS)
def test_streams_of_every_neuron_model_have_labels_without_votes_after_spikes(name):
    """A kind whose threshold moves with its spikes shows a difference only there."""
    found = [stream_labels(random_model_of(kinds.neuron(name), seed), seed) for seed in range(50)]
    after = [row for labels in found for n, row in enumerate(labels) if any(v for *_, v in labels[:n])]
    assert sum(expected >= 0 and not voted for _, expected, voted in after) >= 20


@examples(15)
@given(SEEDS)
def test_the_wide_path_equals_the_reference(seed):
    model = random_integer_model(seed, wide=True)
    images = images_for(model, 6, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@examples(120)
@given(
    SEEDS, st.sampled_from([8, 6, 4]), st.sampled_from([random_wiring, random_diehl_cook]),
    st.sampled_from(STORAGES),
)  # fmt: skip
def test_host_equals_reference_with_any_wiring(seed, bits, make, storage):
    model = replace(quantize(make(seed), bits), storage=storage)
    images = images_for(model, 8, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@examples(40)
@given(SEEDS)
def test_host_equals_reference_with_wide_and_narrow_sums_of_any_wiring(seed):
    """int32 sums may be asked for; the kernels then take their other path, with the same answers."""
    model = quantize(random_wiring(seed), 8)
    strong = np.random.default_rng(seed).integers(-32768, 32768)
    changed = [
        replace(s, params={"weight": int(strong)}) if s.kind == "lateral" else s for s in model.projections
    ]
    model = replace(model, projections=tuple(changed), wide=dict.fromkeys(model.wide, True))
    images = images_for(model, 6, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@examples(50)
@given(SEEDS)
def test_host_equals_reference_with_any_delay(seed):
    rng = np.random.default_rng(seed)
    model = random_integer_model(seed, steps=30)
    delays = rng.choice([0, 1, 17, 29, 30, 31, 255], len(model.projections))
    delayed = [replace(s, delay=int(d)) for s, d in zip(model.projections, delays, strict=True)]
    model = replace(model, projections=tuple(delayed))
    images = images_for(model, 6, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@pytest.mark.parametrize("make", [lambda: random_wiring(1), lambda: random_diehl_cook(4)])
def test_the_wiring_matters(make):
    """Every delay and every projection changes answers; the comparison would else see nothing of it."""
    model = quantize(make(), 4)
    images = images_for(model, 12, 5)
    answers = reference.run(model, images)
    for k, s in enumerate(model.projections):
        for other in (replace(s, delay=s.delay + 1), replace(s, weights=s.weights * 0, params=_none(s))):
            others = [other if n == k else same for n, same in enumerate(model.projections)]
            changed = reference.run(replace(model, projections=tuple(others)), images)
            assert outcome.mismatches(changed, answers)


def _none(s):
    return {name: 0 if name == "weight" else value for name, value in s.params.items()}


def test_the_range_tests_do_reach_wide_sums_and_saturation():
    models = [random_integer_model(seed, wide=True) for seed in range(10)]
    assert any(model.wide["hidden"] for model in models)
    saturations = [reference.run(m, images_for(m, 6)).saturations.sum() for m in models]
    assert max(saturations) > 0


@examples(60)
@given(SEEDS, st.sampled_from([8, 6, 4]), st.booleans(), st.sampled_from([0, 9]), st.integers(0, 3))
def test_host_equals_reference_for_quantized_networks(seed, bits, signed, hidden, margin):
    model = quantize(random_network(seed, hidden=hidden, signed=signed, exit_margin=margin), bits)
    images = images_for(model, 10, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@examples(100)
@given(SEEDS)
def test_host_equals_reference_for_conductances_over_the_whole_range_of_integers(seed):
    model = random_conductance_model(seed)
    images = images_for(model, 6, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@examples(40)
@given(SEEDS)
def test_host_equals_reference_for_conductances_wired_at_random(seed):
    model = random_conductance_wiring(seed)
    images = images_for(model, 4, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@pytest.mark.parametrize("weight", [819, 820, 1000, 1638, 1639])
def test_sums_about_the_limits_of_int16(weight):
    """40 neurons spike at once: their weights add up to just below and above 32767, and 65535."""
    model = quantize(without_matrices(random_conductance_network(1, steps=20, neurons=41)))
    eager = {"threshold": np.full(41, -1, np.int16), "refractory": 1}
    model = replace(
        model,
        populations=tuple(replace(p, params={**p.params, **eager}) for p in model.populations),
        projections=tuple(
            replace(s, params={"weight": weight}) if s.kind == "lateral" else s for s in model.projections
        ),
        wide=dict.fromkeys(model.wide, True),
    )
    images = images_for(model, 3)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@pytest.mark.parametrize("way", [32766, 32767, 32768, 32769])
def test_ways_about_the_largest_that_fits_int16(way):
    """Potentials that jump from one end to the other: kernels take a faster way up to 32767."""
    model = quantize(random_conductance_network(1, steps=30, neurons=33))
    jumps = {"leak": 1, "gain_e": 32767, "reset": -100, "reversal_i": -100, "reversal_e": way - 100}
    thresholds = {"refractory": 0, "threshold": np.full(33, 500, np.int16)}
    populations = (replace(p, params={**p.params, **jumps, **thresholds}) for p in model.populations)
    model = replace(model, populations=tuple(populations))
    answers = reference.run(model, images_for(model, 4))
    assert answers.spike_counts.any()
    assert outcome.mismatches(answers, Runtime(model).run(images_for(model, 4))) == 0


@examples(40)
@given(SEEDS, st.sampled_from([8, 6, 4]), st.sampled_from([0.0, 17.0, 1000.0]))
def test_host_equals_reference_for_quantized_conductances(seed, bits, strong):
    model = quantize(random_conductance_network(seed, strong=strong), bits)
    images = images_for(model, 6, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@examples(40)
@given(SEEDS, st.sampled_from([8, 6, 4]), st.sampled_from([1.0, 17.0, 1000.0]))
def test_host_equals_reference_for_conductances_without_matrices(seed, bits, strong):
    model = quantize(without_matrices(random_conductance_network(seed, strong=strong)), bits)
    images = images_for(model, 6, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@pytest.mark.parametrize("seed", range(5))
def test_one_weight_does_what_its_matrix_does(seed):
    net = random_conductance_network(seed, steps=400)
    images = images_for(net, 10, seed)
    nets = (net, without_matrices(net))
    a, b = (reference.simulate(discretize(n), images, FloatingPoint) for n in nets)
    assert outcome.mismatches(a, b) == 0
    assert a.spike_counts.any()
    counts = Runtime(quantize(nets[1])).run(images).spike_counts.sum()
    assert abs(int(counts) - int(a.spike_counts.sum())) <= 0.1 * counts


@pytest.mark.slow
def test_the_conductance_tests_do_reach_what_they_are_for():
    models = [random_conductance_model(seed) for seed in range(40)]
    answers = [reference.run(m, images_for(m, 6)) for m in models]
    assert any(a.saturations.any() for a in answers)
    assert any(a.spike_counts.any() for a in answers)
    assert {m.wide["excitatory"] for m in models} == {False, True}
    strong = [quantize(random_conductance_network(seed, strong=1000.0)) for seed in range(10)]
    answers = [reference.run(m, images_for(m, 6)) for m in strong]
    assert any(a.saturations.any() for a in answers)  # conductances at their largest


@pytest.mark.slow
@pytest.mark.parametrize(("bits", "apart"), [(8, 0.002), (4, 0.01)])
def test_conductances_in_integers_fire_as_often_as_in_float(bits, apart):
    """Without inhibition, where a difference is not multiplied by the competition."""
    fired = differing = 0
    for seed in range(5):
        net = random_conductance_network(seed, steps=700, strong=0.0)
        net = replace(net, readout=replace(net.readout, exit_margin=0))
        images = images_for(net, 10, seed)
        seen, _ = calibrate(net, images_for(net, 10, seed + 1), "noise")
        counts = Runtime(quantize(net, bits, seen)).run(images).spike_counts.astype(int)
        floats = reference.simulate(discretize(net), images, FloatingPoint).spike_counts
        fired, differing = fired + floats.sum(), differing + np.abs(counts - floats).sum()
        assert abs(counts - floats).max() <= 2
    assert fired > 10_000
    assert differing <= apart * fired


@examples(60)
@given(SEEDS, st.booleans())
def test_host_equals_reference_behind_a_poisson_encoder(seed, integers):
    graph = random_integer_model(seed) if integers else random_network(seed, hidden=9, signed=True)
    model = with_poisson(graph, seed) if integers else quantize(with_poisson(graph, seed), 8)
    images = images_for(model, 8, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@pytest.mark.parametrize("seed", range(6))
def test_the_float_network_meets_the_same_poisson_spikes(seed):
    net = with_poisson(random_network(seed), seed)
    images = images_for(net, 8)
    a = reference.simulate(discretize(net), images, FloatingPoint).input_spikes
    b = Runtime(quantize(net)).run(images).input_spikes
    assert (a == b).all()
    assert a[1] > 0


def test_a_sample_is_answered_alike_in_any_company():
    model = quantize(with_poisson(random_network(3), 3))
    images = images_for(model, 8)
    forward, backward = Runtime(model).run(images), Runtime(model).run(images[::-1].copy())
    assert (forward.spike_counts == backward.spike_counts[::-1]).all()


@examples(150)
@given(SEEDS)
def test_host_equals_reference_for_scans_over_the_whole_range_of_integers(seed):
    model = random_scan_model(seed)
    images = images_for(model, 8, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


@examples(60)
@given(SEEDS, st.sampled_from([8, 6, 4]), st.sampled_from([0, 1, 4, 8]), st.booleans())
def test_host_equals_reference_for_quantized_scans(seed, bits, feature_bits, exits):
    model = quantize(random_scan_network(seed, feature_bits, exits, apart=seed % 2 == 1), bits, clip=0.99)
    images = images_for(model, 10, seed)
    assert outcome.mismatches(reference.run(model, images), Runtime(model).run(images)) == 0


def test_the_scan_tests_do_reach_what_they_are_for():
    models = [random_scan_model(seed) for seed in range(60)]
    answers = [reference.run(m, images_for(m, 6)) for m in models]
    assert any(a.saturations.any() for a in answers)
    assert any((a.steps < m.steps).any() for a, m in zip(answers, models, strict=True))
    layouts = [m.populations[0].params for m in models]
    assert any(p["stride"] < p["pool"] for p in layouts)
    assert {m.projections[0].bits for m in models} == {1, 4, 8}
    assert {m.encoder.shape[0] % 2 for m in models} == {0, 1}


@pytest.mark.parametrize("name", ["features", "output", "input"])
@pytest.mark.parametrize("seed", range(6))
def test_traces_of_scans_are_equal(name, seed):
    model = replace(random_scan_model(seed), steps=16)
    images = images_for(model, 6, seed)
    trace = Runtime(model).trace(images, name)
    spikes = np.zeros_like(trace.spikes)

    def observe(batch):
        spikes[batch.rows, batch.step] = batch.spikes[name]

    reference.run(model, images, [observe])
    assert (trace.spikes == spikes).all()
    assert not trace.membrane.any() or name == "output"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "make",
    [
        random_integer_model,
        lambda seed: quantize(random_wiring(seed)),
        random_conductance_model,
        lambda seed: quantize(random_conductance_network(seed)),
    ],
)
def test_traces_of_host_and_reference_are_equal(make, seed):
    model = make(seed)
    images = images_for(model, 6, seed)
    for p in model.populations:
        trace = Runtime(model).trace(images, p.name)
        spikes, membrane = np.zeros_like(trace.spikes), np.zeros_like(trace.membrane)

        def observe(batch, name=p.name, spikes=spikes, membrane=membrane):
            spikes[batch.rows, batch.step] = batch.spikes[name]
            membrane[batch.rows, batch.step] = batch.states[name]["v"]

        reference.run(model, images, [observe])
        assert (trace.spikes == spikes).all()
        assert (trace.membrane == membrane).all()


INTEGER_BACKENDS = [n for n in plugins.names("backends") if plugins.load("backends", n).INTEGER]
every_integer_backend = pytest.mark.parametrize(
    "name",
    needs.backends(*(n for n in INTEGER_BACKENDS if n != "board")),  # test_firmware.py
)


@every_integer_backend
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_integer_back_end_equals_the_reference(name, seed):
    models = [random_integer_model(seed, wide=seed == 3), quantize(random_wiring(seed))]
    for model in (*models, random_conductance_model(seed), quantize(random_conductance_network(seed))):
        images = images_for(model, 12, seed)
        answers = open_backend(name, model).run(images)
        assert outcome.mismatches(reference.run(model, images), answers) == 0


@every_integer_backend
@pytest.mark.parametrize("seed", [1, 4, 7])
def test_every_integer_back_end_runs_scans_like_the_reference(name, seed):
    model = random_scan_model(seed)
    images = images_for(model, 12, seed)
    answers = open_backend(name, model).run(images)
    assert outcome.mismatches(reference.run(model, images), answers) == 0


@pytest.mark.compiler("cc")
@pytest.mark.parametrize("seed", SPIKING)
def test_the_exported_c_has_the_traces_of_the_runtime(seed):
    model = random_integer_model(seed)
    images = images_for(model, 12, seed)
    a, b = open_backend("c", model).trace(images), open_backend("host", model).trace(images)
    assert (a.spikes == b.spikes).all()
    assert (a.membrane == b.membrane).all()
    assert a.spikes.any()


def test_a_network_of_integers_is_the_same_in_float_and_fixed_point():
    """With integer weights at scale 1 nothing is rounded but the encoder: float must agree to the spike."""
    net = random_network(3, neurons=20, steps=32)
    net.projections[0].weights[:] = np.rint(net.projections[0].weights * 127)
    net.projections[0].weights[0, 0] = 127
    net.populations[0].params["threshold"][:] *= 127
    net.encoder.params["spikes_per_sample"] = 64.0
    images = np.zeros((3, 4, 5), np.uint8)  # 2 spikes per step over 2^k equal pixels: exact in Q16
    for row, count in enumerate((4, 8, 16)):
        images[row].flat[:count] = 128
    float_answers = reference.simulate(discretize(net), images, FloatingPoint)
    integer_answers = Runtime(quantize(net, 8)).run(images)
    assert outcome.mismatches(float_answers, integer_answers) == 0
    assert integer_answers.spike_counts.sum() > 10
