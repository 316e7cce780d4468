"""Every SIMD level gives the bits of plain C, for every kind and at sizes around those of its vectors."""

from dataclasses import replace

import numpy as np
import pytest
from conductances import (
    random_conductance_model,
    random_conductance_network,
    random_conductance_wiring,
    without_matrices,
)
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from images import random_images
from integer_models import random_integer_model
from networks import random_network, random_wiring, with_poisson
from scans import random_scan_model

import snnedge
from snnedge.compiler.quantize import quantize
from snnedge.errors import UnknownName
from snnedge.kinds import synapse
from snnedge.model import outcome
from snnedge.model.integer_model import IntegerModel
from snnedge.model.kind import RECEPTORS
from snnedge.runtime.runtime import VARIABLE, Runtime

LEVELS = [name for name in snnedge.simd_levels() if name != "scalar"]
SIZES = [1, 31, 33, 100, 6400]  # neurons; 6400 is Diehl & Cook's largest layer
SEEDS = st.integers(0, 2**32 - 1)

at_every_level = pytest.mark.parametrize("level", LEVELS)


def test_the_levels_of_this_processor_are_listed_fastest_first() -> None:
    assert snnedge.simd_levels()[-1] == "scalar"
    order = [name for name in ("avx512", "avx2", "sse41", "neon") if name in LEVELS]
    assert order == LEVELS


def test_a_level_can_be_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    assert snnedge.simd_level() == snnedge.simd_levels()[0]
    monkeypatch.setenv(VARIABLE, "scalar")
    assert snnedge.simd_level() == "scalar"
    monkeypatch.setenv(VARIABLE, "scalr")
    with pytest.raises(UnknownName, match=r"SNNEDGE_KERNEL: no 'scalr'; did you mean 'scalar'\?"):
        snnedge.simd_level()
    with pytest.raises(UnknownName, match="SIMD level: no 'mmx'"):
        Runtime(quantize(random_network()), "mmx")


def same_everywhere(model: IntegerModel, images: np.ndarray, level: str) -> None:
    plain, fast = Runtime(model, "scalar"), Runtime(model, level)
    assert outcome.mismatches(plain.run(images), fast.run(images)) == 0
    np.testing.assert_array_equal(plain.run(images).saturations, fast.run(images).saturations)
    for population in model.populations:
        if population.kind.scans_map:
            continue
        one, two = (runtime.trace(images, population.name) for runtime in (plain, fast))
        np.testing.assert_array_equal(one.spikes, two.spikes)
        np.testing.assert_array_equal(one.membrane, two.membrane)


@at_every_level
@examples(60)
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
@pytest.mark.parametrize("reach", [0, 1, 2, 4])
def test_conductances_under_many_spikes_per_step(level: str, bits: int, reach: int) -> None:
    """More rows of 15 than a byte holds the sum of; kernels add them up in bytes first.

    ``reach``: how often an input current, times its gain, comes to 32767 in a mean step; 0: never. Of two
    blocks of 32, 16 and 8 neurons that are updated at once, only the second has input: at 0, 64 and 128.
    """
    model = quantize(random_conductance_network(3, steps=60, neurons=300), bits)
    first, *others = model.populations
    weights, top = model.projections[0].weights, 127 if bits == 8 else 15
    driven = np.zeros(300, bool)
    driven[32:64] = driven[80:96] = driven[136:144] = driven[192:] = True
    heavy = replace(model.projections[0], weights=(top * driven * np.ones_like(weights)).astype(np.int8))
    most = top * model.encoder.size * 3 // 4
    changed = {"gain_e": max(reach * 32767 // most, 1)}
    if reach:  # none fires, so that no neuron is refractory until an input current saturates
        changed["threshold"] = np.full(300, 32767, np.int16)
    model = replace(
        model,
        encoder=replace(model.encoder, params={**model.encoder.params, "gain": 2**16 * 3 // 4}),
        populations=(replace(first, params={**first.params, **changed}), *others),
        projections=(heavy, *model.projections[1:]),
        readout=replace(model.readout, exit_margin=0),
    )
    images = np.full((2, *model.encoder.shape), 255, np.uint8)
    assert Runtime(model).trace(images, "input").spikes.sum(axis=2).min() > 20
    same_everywhere(model, images, level)


@at_every_level
@pytest.mark.parametrize("gain", [1, 32767])
def test_conductances_of_few_spikes(level: str, gain: int) -> None:
    """Equal shunting inhibition of all neurons, which lasts longer than its input.

    Twice the largest gain, added to the decayed conductance, wraps around to 0 or more in 16 bits.
    """
    model = quantize(random_conductance_network(3, steps=200, neurons=40))
    first, excitation = model.populations[0], model.projections[0]
    slow = {"reversal_i": 0, "decay_i": 32700, "gain_i": 3, "gain_e": gain, "decay_e": 20000}
    weights = np.full_like(excitation.weights, 100 if gain == 1 else 2)
    weights[::2] = 0  # inputs that inhibit
    evenly = np.full_like(excitation.weights, 100) * (np.arange(len(weights)) % 2 == 0)[:, None]
    model = replace(
        model,
        encoder=replace(model.encoder, params={"gain": 500, "seed": 1}),
        populations=(replace(first, params={**first.params, **slow}),),
        projections=(
            replace(excitation, weights=weights),
            replace(excitation, weights=evenly.astype(np.int8), receptor="inhibitory"),
        ),
        scales={first.name: 1.0},
        wide={first.name: False},
        readout=replace(model.readout, exit_margin=0),
    )
    images = np.full((3, *model.encoder.shape), 255, np.uint8)
    assert not Runtime(model).trace(images, "input").spikes.any(axis=2).all()
    assert Runtime(model).run(images).saturations.any() == (gain > 1)
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
    """Return a model of 200 neurons with conductances that some input currents saturate.

    Inhibition differs from block to block, and one receptor has two matrices. A kernel must not use its
    path for the usual case, in which most neurons do not fire.
    """
    rng = np.random.default_rng(seed)
    net = without_matrices(random_conductance_network(seed, steps=80, neurons=200))
    excitation, relay, inhibition = net.projections
    shape = excitation.weights.shape
    width = int(rng.choice([8, 16, 32]))
    by_block = np.repeat(rng.uniform(0, 17, (200, 25)), width, axis=1)[:, :200]
    again = replace(excitation, weights=rng.uniform(0, 0.6, shape))
    uneven = replace(inhibition, kind=synapse("dense"), weights=by_block, params={})
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


WIRINGS = range(60)  # 2 s per level


@at_every_level
@pytest.mark.parametrize("seed", WIRINGS)
def test_conductances_wired_at_random(level: str, seed: int) -> None:
    model = random_conductance_wiring(seed)
    same_everywhere(model, random_images(model.encoder.shape, 3, seed), level)


def test_the_wirings_reach_what_they_are_for() -> None:
    models = [random_conductance_wiring(seed) for seed in WIRINGS]
    runs = [Runtime(m).run(random_images(m.encoder.shape, 3, k)) for k, m in enumerate(models)]
    assert sum(bool(run.saturations.any()) for run in runs) >= 10
    assert sum(bool(run.spike_counts.any()) for run in runs) >= 30
    assert {s.params.get("zero_point") for m in models for s in m.projections} >= {None, 0, 8, 128}
    assert {s.receptor for m in models for s in m.projections if s.kind == "dense"} == set(RECEPTORS)
    assert any(p.params["reversal_i"] == 0 for m in models for p in m.populations)  # shunting
