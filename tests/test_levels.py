"""Every level of the kernel gives the bits of plain C, for every kind and at every awkward size."""

from dataclasses import replace

import numpy as np
import pytest
from builders import (
    random_conductance_model,
    random_conductance_network,
    random_images,
    random_integer_model,
    random_network,
    random_scan_model,
    random_wiring,
    with_poisson,
    without_matrices,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import snnedge
from snnedge import outcome, registry
from snnedge.errors import UnknownName
from snnedge.integer_model import IntegerModel
from snnedge.quantize import quantize
from snnedge.runtime import VARIABLE, Runtime

LEVELS = [name for name in snnedge.kernels() if name != "scalar"]
SIZES = [1, 31, 33, 100, 6400]  # neurons; 6400 is Diehl & Cook's largest layer
SEEDS = st.integers(0, 2**32 - 1)

at_every_level = pytest.mark.parametrize("level", LEVELS)


def test_the_levels_of_this_processor_are_listed_fastest_first() -> None:
    assert snnedge.kernels()[-1] == "scalar"
    order = [name for name in ("avx512", "avx2", "sse41", "neon") if name in LEVELS]
    assert order == LEVELS


def test_a_level_can_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    assert snnedge.kernel() == snnedge.kernels()[0]
    monkeypatch.setenv(VARIABLE, "scalar")
    assert snnedge.kernel() == "scalar"
    monkeypatch.setenv(VARIABLE, "scalr")
    with pytest.raises(UnknownName, match=r"SNNEDGE_KERNEL: no 'scalr'; did you mean 'scalar'\?"):
        snnedge.kernel()
    with pytest.raises(UnknownName, match="kernel: no 'mmx'"):
        Runtime(quantize(random_network()), "mmx")


def same_everywhere(model: IntegerModel, images: np.ndarray, level: str) -> None:
    plain, fast = Runtime(model, "scalar"), Runtime(model, level)
    assert outcome.mismatches(plain.run(images), fast.run(images)) == 0
    np.testing.assert_array_equal(plain.run(images).saturations, fast.run(images).saturations)
    for population in model.populations:
        if registry.load("neurons", population.kind).PLACES:
            continue
        one, two = (runtime.trace(images, population.name) for runtime in (plain, fast))
        np.testing.assert_array_equal(one.spikes, two.spikes)
        np.testing.assert_array_equal(one.membrane, two.membrane)


@at_every_level
@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from(["integers", "wide", "conductance", "scan", "wiring", "lists", "poisson"]))
def test_random_models_of_every_kind(level: str, seed: int, what: str) -> None:
    make = {
        "integers": random_integer_model,
        "wide": lambda seed: random_integer_model(seed, wide=True),
        "conductance": random_conductance_model,
        "scan": random_scan_model,
        "wiring": lambda seed: quantize(random_wiring(seed), 4 + 4 * (seed % 2)),
        "lists": lambda seed: replace(quantize(random_wiring(seed), 4 + 4 * (seed % 2)), storage="sparse"),
        "poisson": lambda seed: with_poisson(random_integer_model(seed), seed),
    }[what]
    model = make(seed)
    same_everywhere(model, random_images(model.encoder.shape, 5, seed), level)


@at_every_level
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("wide", [False, True])
def test_layers_of_any_size(level: str, size: int, bits: int, wide: bool) -> None:
    steps = 8 if size > 1000 else 25
    model = quantize(random_network(size, (6, 7), neurons=size, steps=steps, signed=bool(size % 2)), bits)
    model = replace(model, wide=dict.fromkeys(model.wide, wide))
    images = np.zeros((5, 6, 7), np.uint8)  # the first one is empty
    images[1], images[2, 0, 0], images[3, 5, 6] = 255, 255, 1
    images[4] = random_images((6, 7), 3, size)[2]
    same_everywhere(model, images, level)
    assert size == 1 or Runtime(model).run(images).spike_counts.any()


@at_every_level
@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("size", [1, 31, 33, 100, 1000])  # matrices take its square
def test_conductance_layers_of_any_size(level: str, size: int, bits: int) -> None:
    model = quantize(random_conductance_network(3, steps=60, neurons=size), bits)
    images = random_images(model.encoder.shape, 4, size)
    same_everywhere(model, images, level)
    assert Runtime(model).run(images).spike_counts.any()


@at_every_level
@pytest.mark.parametrize("bits", [8, 4])
def test_conductances_under_many_spikes_per_step(level: str, bits: int) -> None:
    """More rows of 15 than a byte holds the sum of, which still are added up in bytes first."""
    model = quantize(random_conductance_network(3, steps=60, neurons=300), bits)
    first, *others = model.populations
    weights = model.projections[0].weights
    heavy = replace(model.projections[0], weights=np.full_like(weights, 127 if bits == 8 else 15))
    model = replace(
        model,
        encoder=replace(model.encoder, params={**model.encoder.params, "gain": 2**16 * 3 // 4}),
        populations=(replace(first, params={**first.params, "gain_e": 1}), *others),
        projections=(heavy, *model.projections[1:]),
        readout=replace(model.readout, exit_margin=0),
    )
    images = np.full((2, *model.encoder.shape), 255, np.uint8)
    assert Runtime(model).trace(images, "input").spikes.sum(axis=2).min() > 20
    same_everywhere(model, images, level)


@at_every_level
@pytest.mark.parametrize("pixels", [1, 31, 33, 100, 6400])
def test_encoders_of_any_size(level: str, pixels: int) -> None:
    net = random_network(pixels, (1, pixels), neurons=5, steps=20)
    for model in (quantize(net), quantize(with_poisson(net, pixels))):
        images = random_images((1, pixels), 5, pixels)
        plain, fast = (Runtime(model, name).trace(images, "input").spikes for name in ("scalar", level))
        np.testing.assert_array_equal(plain, fast)
        assert plain.any()


def beside_the_usual_case(seed: int) -> IntegerModel:
    """Conductances of 200 neurons that drives cut off at times, with inhibition that differs from block to
    block, and two matrices at one receptor: what a kernel must not take for the usual case, in which most
    neurons do not fire."""
    rng = np.random.default_rng(seed)
    net = without_matrices(random_conductance_network(seed, steps=80, neurons=200))
    excitation, relay, inhibition = net.projections
    shape = excitation.weights.shape
    width = int(rng.choice([8, 16, 32]))
    by_block = np.repeat(rng.uniform(0, 17, (200, 25)), width, axis=1)[:, :200]
    again = replace(excitation, weights=rng.uniform(0, 0.6, shape))
    uneven = replace(inhibition, kind="dense", weights=by_block, params={})
    wired = (excitation, relay, uneven)
    model = quantize(replace(net, projections=(again, *wired) if rng.integers(2) else wired))
    changed = {"gain_e": int(rng.choice([1, 3, 100])), "decay_e": int(rng.choice([20000, 32767]))}
    first, *others = model.populations
    changed["threshold"] = np.where(np.arange(200) < 160, 32767, first.params["threshold"]).astype(np.int16)
    return replace(model, populations=(replace(first, params={**first.params, **changed}), *others))


@at_every_level
@pytest.mark.parametrize("seed", range(12))
def test_conductances_beside_the_usual_case(level: str, seed: int) -> None:
    model = beside_the_usual_case(seed)
    same_everywhere(model, random_images(model.encoder.shape, 4, seed), level)


def test_the_cases_beside_the_usual_one_do_occur() -> None:
    models = [beside_the_usual_case(seed) for seed in range(12)]
    runs = [Runtime(m).run(random_images(m.encoder.shape, 4, k)) for k, m in enumerate(models)]
    assert sum(bool(run.saturations.any()) for run in runs) >= 4
    assert sum(bool(run.spike_counts.any()) for run in runs) >= 8
    assert {len(m.projections) for m in models} == {3, 4}
