"""The recipe `conv_wta` on small images: what is drawn, learned, rounded and resumed."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from strokes import CLASSES, SHAPE, recipe, strokes, train

from snnedge.compiler.discretize import discretize
from snnedge.compiler.quantize import quantize
from snnedge.data import Dataset
from snnedge.data.augment import shifted
from snnedge.errors import InputError
from snnedge.kinds.neurons.if_ttfs import NEVER
from snnedge.model.network import UNASSIGNED
from snnedge.runtime.runtime import Runtime
from snnedge.simulator.arithmetic import FloatingPoint
from snnedge.simulator.reference import Batch, simulate
from snnedge.train import preset
from snnedge.train.recipe import State
from snnedge.train.recipes import conv_wta
from snnedge.train.recipes.conv_wta import ConvWta, features
from snnedge.train.recipes.conv_wta import geometry as geometry_of
from snnedge.train.recipes.conv_wta.prototype_readout import log_odds
from snnedge.train.rules.margin_race.simulator import SILENT

pytestmark = pytest.mark.usefixtures("brian2_cache")


# Layer 1


def test_patches_have_something_on_them() -> None:
    data, geometry = strokes(), recipe().geometry
    order = np.arange(len(data)).repeat(20)
    corners = geometry_of.draw_patches(geometry, data.images, order, np.random.default_rng(0))
    pixels = geometry_of.patches(geometry, data.images, order, corners)
    assert (pixels.sum(axis=1) >= 2).all()
    for n in (0, 77):
        y, x = corners[n]
        np.testing.assert_array_equal(
            pixels[n].reshape(4, 4), data.images[order[n], y : y + 4, x : x + 4] >= 100
        )
    places = np.unique(corners, axis=0)
    assert places.min(axis=0).tolist() == [0, 0]
    assert places.max(axis=0).tolist() == [SHAPE[0] - 4, SHAPE[1] - 4]


def test_a_blank_image_gives_an_empty_patch() -> None:
    corners = geometry_of.draw_patches(
        recipe().geometry, np.zeros((1, *SHAPE), np.uint8), np.zeros(3, int), np.random.default_rng(0)
    )
    assert corners.shape == (3, 2)


def test_features_are_rounded() -> None:
    weights, thresholds = np.array([[0.0, 0.52], [1.0, 0.4]]), np.array([0.5, 0.21])
    four, one = (features.rounded(weights, thresholds, bits) for bits in (4, 1))
    np.testing.assert_array_equal(four[0], [[0, 8], [15, 6]])
    np.testing.assert_array_equal(four[1], [8, 3])
    np.testing.assert_array_equal(one[0], [[0, 1], [1, 0]])
    np.testing.assert_array_equal(one[1], [0.5, 0.5])


def test_images_are_shifted_with_nothing_coming_in() -> None:
    image = np.arange(1, 13, dtype=np.uint8).reshape(1, 3, 4)
    moved = shifted(image.repeat(3, axis=0), np.array([[1, -1], [0, 0], [-2, 3]]))
    np.testing.assert_array_equal(moved[0], [[0, 0, 0, 0], [2, 3, 4, 0], [6, 7, 8, 0]])
    np.testing.assert_array_equal(moved[1], image[0])
    high = shifted(np.ones((1, 300, 2), np.uint8), np.array([[-1, 0]], np.int8))  # beyond int8
    assert high[0, :299].all()
    assert not high[0, 299].any()
    np.testing.assert_array_equal(moved[2], [[0, 0, 0, 9], [0, 0, 0, 0], [0, 0, 0, 0]])


@pytest.mark.parametrize("bits", [4, 1])
def test_the_scan_is_that_of_the_network(bits: int) -> None:
    trained, data = recipe(feature_bits=bits), strokes()
    state = trained.initial_state()
    phases = trained._first_layer(state).scanner.phases(data.images)
    spikes = Runtime(quantize(trained.network(state, {}))).trace(data.images, "features").spikes
    found = np.where(spikes.any(axis=1), spikes.argmax(axis=1), SILENT)
    np.testing.assert_array_equal(phases, found)
    assert 3 < len(np.unique(phases)) <= 17


def test_shifted_images_are_cached_or_scanned_again() -> None:
    data, trained = strokes(), recipe()
    rng = np.random.default_rng(0)
    layer = trained._first_layer(trained.initial_state())
    caches = [layer.cache]
    caches.append(features.SpikeCache(layer.scanner, data.images, reach=1, limit=1000))
    for _ in range(3):
        order, by = rng.integers(0, len(data), 300), rng.integers(-1, 2, (300, 2))
        expected = layer.scanner.phases(shifted(data.images[order], by))
        for cache in caches:
            np.testing.assert_array_equal(cache.phases(order, by), expected)
    assert [len(cache._known) for cache in caches] == [9 * len(data), 0]


# Both layers


def by_hand(trained: ConvWta) -> State:
    """The rules of recipes.md once more, in plain numpy; the features' spikes from the reference."""
    s, plan, data, state = trained.settings, trained.plan, trained.data, trained.initial_state()
    w, b, c = (
        state[name].astype(float) for name in ("features", "feature_thresholds", "feature_conscience")
    )
    for n, (image, (y, x)) in enumerate(zip(plan.patch_order, plan.corners, strict=True)):
        p = (data.images[image, y : y + s.patch, x : x + s.patch] >= s.threshold).ravel()
        u = p @ w
        k = (u - b - c).argmax()
        rate = (
            s.features.learning_rate[0]
            + n / (len(plan.patch_order) - 1) * np.diff(s.features.learning_rate)[0]
        )
        rise = s.features.rise * max(1 - 2 * n / len(plan.patch_order), 0)
        w[:, k] += rate * (p - w[:, k])
        b[k] += rate * (u[k] / 2 - b[k])
        c[k] += rise
        c -= rise / s.maps
    learned = {"features": w, "feature_thresholds": b, "feature_conscience": c}
    state = state | {name: value.astype(np.float32) for name, value in learned.items()}
    return state | learn_by_hand(trained, state)


def learn_by_hand(trained: ConvWta, state: State) -> State:
    s, plan, data = trained.settings, trained.plan, trained.data
    margin = s.margin * (spikes(trained, state, data.images) < 16).sum(axis=1).mean()
    w, b, n = state["weights"].astype(float), state["bias"].astype(float), 0
    for stage in s.stages:
        c = np.zeros(s.neurons)
        if stage.exits:
            w, b = w - w.mean(axis=1, keepdims=True), b - b.mean()
        rates = np.linspace(*stage.learning_rate, stage.samples)
        for rate, rise in zip(rates, np.linspace(*stage.rise, stage.samples), strict=True):
            dy, dx = plan.shifts[n]
            padded = np.pad(data.images[plan.order[n]], 1)
            moved = padded[1 - dy :, 1 - dx :][: SHAPE[0], : SHAPE[1]]
            phase = spikes(trained, state, moved[None])[0]
            for t in range(16) if stage.exits else [15]:
                seen = phase <= t
                v = seen @ w - b
                if (v > s.exit * margin).any():
                    break
            true = np.arange(s.neurons) % data.classes == data.labels[plan.order[n]]
            r, q = np.where(true, v - c, -np.inf).argmax(), np.where(true, -np.inf, v).argmax()
            c[r] += rise * margin
            c[true] -= rise * margin / true.sum()
            if v[r] - v[q] < margin:
                w[seen, r] += rate
                w[seen, q] -= rate
                b[r] -= rate
                b[q] += rate
            n += 1
    return {"weights": w, "bias": b}


def spikes(trained: ConvWta, state: State, images: np.ndarray) -> np.ndarray:
    """Step of the spike of each unit, by the numpy reference, or 99."""
    net = trained.network(state, {})
    fired = np.zeros((len(images), net.steps, net.populations[0].size), bool)

    def observe(batch: Batch) -> None:
        fired[batch.rows, batch.step] = batch.spikes["features"]

    whole = replace(net, readout=replace(net.readout, exit_margin=0))
    simulate(discretize(whole), images, FloatingPoint, [observe])
    return np.where(fired.any(axis=1), fired.argmax(axis=1), 99)


@pytest.mark.brian2
def test_both_layers_learn_what_the_rules_say() -> None:
    trained = recipe()
    state, expected = train(trained), by_hand(trained)
    for name in ("features", "feature_thresholds", "feature_conscience", "weights", "bias"):
        np.testing.assert_allclose(state[name], expected[name], rtol=1e-3, atol=1e-4)
    moved = np.abs(state["weights"] - trained.initial_state()["weights"]).max()
    assert moved > 0.2


@pytest.mark.brian2
def test_any_chunks_give_the_same_bits() -> None:
    whole, parts = train(recipe(), size=10_000), train(recipe(), size=37)
    for name, array in whole.items():
        np.testing.assert_array_equal(parts[name], array)
        assert parts[name].dtype == array.dtype == recipe().initial_state()[name].dtype


@pytest.mark.brian2
@pytest.mark.parametrize("decision", ["first-spike", "all-steps"])
def test_it_learns_and_brian2_answers_as_the_network(decision: str) -> None:
    trained, test = recipe(samples=2000, decision=decision), strokes(200, seed=1)
    state = train(trained, size=1000)
    net = trained.network(state, {})
    expected = simulate(discretize(net), test.images, FloatingPoint)
    with trained:
        answers = trained.predict(state, test)
    assert (answers == expected.labels).mean() > 0.98  # single precision may decide a near tie otherwise
    assert (expected.labels == test.labels).mean() > 0.9
    assert (expected.steps.mean() < 16) == (decision == "first-spike")
    assert (net.populations[1].params["threshold"] >= NEVER).all() == (decision == "all-steps")
    integer = Runtime(quantize(net, 4)).run(test.images).labels
    assert (integer == expected.labels).mean() > 0.9


@pytest.mark.brian2
def test_prototypes_use_labels_for_their_names_only() -> None:
    data = strokes()
    swapped = replace(data, labels=(data.labels + 1) % CLASSES)
    options: dict[str, Any] = {
        "readout": "prototypes",
        "decision": "all-steps",
        "neurons": 6,
        "samples": 600,
    }
    states = [train(recipe(d, **options)) for d in (data, swapped)]
    assert not recipe(**options).settings.supervised
    np.testing.assert_array_equal(states[0]["weights"], states[1]["weights"])
    named = np.where(states[0]["labels"] < 0, UNASSIGNED, (states[0]["labels"] + 1) % CLASSES)
    np.testing.assert_array_equal(named, states[1]["labels"])
    assert (recipe(**options).initial_state()["labels"] == UNASSIGNED).all()
    test, trained = strokes(200, seed=1), recipe(**options)
    with trained:
        answers = trained.predict(states[0], test)
    net = trained.network(states[0], {})
    assert states[0]["weights"].min() < -1  # of the log odds; what is learned is 0 or more
    assert (answers == simulate(discretize(net), test.images, FloatingPoint).labels).mean() > 0.98
    assert (
        answers == test.labels
    ).mean() > 0.4  # chance: 0.33; six prototypes for strokes anywhere are few


@pytest.mark.brian2
def test_a_training_in_which_layer_1_never_fires_is_reported_as_silent() -> None:
    data = strokes(40)
    one_pixel = replace(data, images=np.ascontiguousarray(data.images[:, :1, :1]))
    changes = {"samples": 20, "maps": 2, "neurons": CLASSES}
    silent = conv_wta.prepare(one_pixel, conv_wta.choose(preset.load("conv-wta", "x", changes), one_pixel))
    state, position = silent.initial_state(), 0
    with silent:
        for stop in silent.stops:
            state, report = silent.advance(state, position, stop)
            position = stop
    assert report.silent_share == 1
    assert np.isfinite(state["weights"]).all()


def test_log_odds_name_the_most_probable_prototype() -> None:
    rng = np.random.default_rng(0)
    shares, x = rng.random((12, 5)), rng.integers(0, 2, (200, 12))
    weights, bias = log_odds(shares, 0.01)
    p = (shares + 0.01) / 1.02
    likelihood = np.where(x[:, :, None], p, 1 - p).prod(axis=1)
    np.testing.assert_allclose(np.exp(x @ weights - bias), likelihood, rtol=1e-4)
    assert np.isfinite(log_odds(np.array([[0.0, 1.0]]), 0.01)[0]).all()


# Settings


def test_classes_and_brightness_come_from_the_data() -> None:
    constants = preset.load("conv-wta", "strokes")
    chosen = conv_wta.choose(constants, strokes())
    assert (chosen.neurons, chosen.threshold) == (3 * CLASSES, 100)
    assert conv_wta.choose(constants, replace(strokes(), images=strokes().images // 10)).threshold == 10
    tiny = Dataset("tiny", "train", np.full((4, 3, 9), 255, np.uint8), np.zeros(4, int), 1)
    assert conv_wta.choose(constants, tiny).patch == 3
    assert conv_wta.prepare(tiny, conv_wta.choose(constants, tiny)).geometry.units > 0


def test_samples_are_parted_into_stages() -> None:
    chosen = recipe(samples=1000).settings
    assert [(s.samples, s.exits) for s in chosen.stages] == [(200, False), (200, False), (600, True)]
    whole = recipe(decision="all-steps", samples=1000).settings
    assert [(s.samples, s.exits) for s in whole.stages] == [(500, False), (500, False)]
    assert recipe(samples=30).settings.images == 30  # layer 1 sees no more images than the readout


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"readout": "magic"}, "choose one of margin, prototypes"),
        ({"feature_bits": 3}, "choose one of 1, 4"),
        ({"decision": "margin:2"}, "choose first-spike or all-steps"),
        ({"readout": "prototypes"}, "add --decision all-steps"),
        ({"stride": 4}, "is larger than pool"),
        ({"maps": 0}, "--set maps=0: give a number from 1"),
        ({"neurons": 2**23}, "--neurons"),
        ({"neurons": CLASSES - 1}, f"give one or more for each of the {CLASSES} classes"),
        ({"features.learning_rate": [0.1]}, "give the first and the last value"),
    ],
)
def test_bad_settings_are_named(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        recipe(**changes)
