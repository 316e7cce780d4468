"""Features that learn from a readout's feedback: the rule in Brian2, a spike's worth, and the recipe."""

import numpy as np
import pytest
from strokes import recipe, strokes, train

from snnedge.compiler.quantize import quantize
from snnedge.errors import InputError
from snnedge.kinds.neurons import conv_wta as population
from snnedge.runtime.runtime import Runtime
from snnedge.train.recipes.conv_wta.credit import credited_patches
from snnedge.train.recipes.conv_wta.features import Layer, rounded
from snnedge.train.recipes.conv_wta.geometry import Geometry
from snnedge.train.rules.feedback.simulator import CAPACITY, CreditedPatches, Features, Simulator
from snnedge.train.rules.margin_race.simulator import SILENT

PIXELS, MAPS, TOP, WIDTH = 9, 5, 7, 5.0
LEARNING = {"learning_rate": [0.03, 0.01], "rise": [0.01, 0], "exits": False}
STAGES = [
    {"share": 0.5, **LEARNING},
    {"share": 1, "feedback": [0.2, 0.1], **LEARNING},
    {"share": 0.5, **LEARNING},
    {"share": 0.5, **LEARNING, "exits": True},
]
APART = {"crop": 1, "position_stride": 2, "patch": 3, "pool": 2, "stages": STAGES}

pytestmark = pytest.mark.usefixtures("brian2_cache")


def by_hand(before: Features, taught: CreditedPatches) -> Features:
    w, b = before.weights.astype(float), before.thresholds.astype(float)
    for x, credit, rate in zip(taught.pixels, taught.credit, taught.rate, strict=True):
        h = 2 * (np.floor(TOP * w + 0.5)[x].sum(axis=0) - np.floor(TOP * b + 0.5))
        k = h.argmax()
        second = np.where(np.arange(MAPS) == k, -np.inf, h).argmax()
        e = np.exp(-(h[k] - h[second]) / WIDTH)
        a = rate * (credit[k] - credit[second]) * 4 * e / (1 + e) ** 2
        w[x, k] += a
        w[x, second] -= a
        w = w.clip(-1, 1)
        b[k] -= a
        b[second] += a
    return Features(w, b)


@pytest.mark.brian2
def test_brian2_learns_by_the_rule_and_over_several_runs() -> None:
    rng, n = np.random.default_rng(0), CAPACITY + 100
    before = Features(
        rng.uniform(-1, 1, (PIXELS, MAPS)).astype(np.float32), rng.uniform(0, 1, MAPS).astype(np.float32)
    )
    taught = CreditedPatches(
        rng.random((n, PIXELS)) < 0.4,
        rng.normal(0, 1, (n, MAPS)),
        rng.uniform(0, 0.02, n) * (np.arange(n) % 3),
    )
    trained = recipe(strokes(), **APART)  # its sizes, so one compilation
    with Simulator(PIXELS, MAPS, trained.geometry.units, trained.settings.neurons) as simulator:
        found = simulator.learn(before, taught, TOP, WIDTH)
        without_rate = CreditedPatches(taught.pixels, taught.credit, np.zeros(n))
        silent = simulator.learn(before, without_rate, TOP, WIDTH)
    expected = by_hand(before, taught)
    np.testing.assert_allclose(found.weights, expected.weights, atol=1e-4)
    np.testing.assert_allclose(found.thresholds, expected.thresholds, atol=1e-4)
    assert np.abs(found.weights - before.weights).max() > 0.1
    np.testing.assert_array_equal(silent.weights, before.weights)


def layer_of(stride: int) -> Layer:
    geometry = Geometry((9, 11), 4, 3, 1, 2, stride, 100, crop=1, position_stride=2)
    rng = np.random.default_rng(3)
    return Layer(
        geometry, rng.integers(-7, 8, (9, 4)).astype(float), rng.integers(0, 9, 4).astype(float), 4
    )


@pytest.mark.parametrize("stride", [1, 2])
def test_credit_is_what_the_lead_would_lose_without_the_spike(stride: int) -> None:
    """By trying it: every map in turn at every position, and none, all other positions as they are."""
    layer, images, rng = layer_of(stride), strokes(6).images, np.random.default_rng(4)
    layout = layer.geometry.layout
    y, x = np.indices((layout["rows"], layout["columns"])).reshape(2, -1)
    hears = population.windows(layout, y, x).T  # positions x cells
    gain = rng.normal(0, 1, (6, layer.geometry.units))
    taught = credited_patches(layer, images, gain, np.arange(6.0), width=1e9)
    pixels, credit = [], []
    for image, worth in zip(images >= 100, gain.reshape(6, -1, 4), strict=True):
        patches = [
            image[1 + 2 * r : 4 + 2 * r, 1 + 2 * c : 4 + 2 * c].ravel() for r, c in zip(y, x, strict=True)
        ]
        wins = [(p @ layer.weights - layer.thresholds).argmax() if p.any() else None for p in patches]

        def lead(wins: list, worth: np.ndarray = worth) -> float:
            fired = {
                (c, k) for at, k in enumerate(wins) if k is not None for c in np.flatnonzero(hears[at])
            }
            return float(sum(worth[c, k] for c, k in fired))

        for at, (patch, win) in enumerate(zip(patches, wins, strict=True)):
            if win is not None:
                tries = [lead([*wins[:at], k, *wins[at + 1 :]]) for k in (None, *range(4))]
                pixels.append(patch)
                credit.append(np.array(tries[1:]) - tries[0])
    useful = np.abs(credit).max(axis=1) > 1e-12
    np.testing.assert_array_equal(taught.pixels, np.array(pixels)[useful])
    np.testing.assert_allclose(taught.credit, np.array(credit)[useful], atol=1e-12)
    assert set(taught.rate) <= set(range(6))
    assert len(set(taught.rate)) > 1


def test_a_sure_win_is_no_lesson() -> None:
    layer, images = layer_of(2), strokes(6).images
    gain = np.ones((6, layer.geometry.units))
    near, all_of_them = (credited_patches(layer, images, gain, np.ones(6), width) for width in (1.0, 1e9))
    assert 0 < len(near.rate) < len(all_of_them.rate)


@pytest.mark.brian2
def test_features_learn_and_get_signs_and_answer_on_the_core() -> None:
    data = strokes()
    plain, taught = (
        recipe(data, **(APART | {"stages": stages}))
        for stages in ([{**s, "feedback": [0, 0]} for s in STAGES], STAGES)
    )
    before, after = train(plain), train(taught)
    assert before["features"].min() >= 0
    assert after["features"].min() < 0
    network = taught.network(after, {})
    weights = network.projections[0].weights
    assert -7 <= weights.min() < 0 < weights.max() <= 7
    assert network.populations[0].params["origin"] == 12
    model = quantize(network, 4)
    right = (Runtime(model).run(data.images).labels == data.labels).mean()
    assert right > 0.8


@pytest.mark.brian2
def test_feedback_mends_spoilt_features() -> None:
    """The readout stays as it is, so that only the features can raise the lead of the right class."""
    data = strokes()
    trained = recipe(data, **(APART | {"stages": [{**stage, "feedback": [0, 0]} for stage in STAGES]}))
    state, s = train(trained), trained.settings

    def leads(features: Features) -> tuple[Layer, np.ndarray, np.ndarray]:
        layer = Layer(trained.geometry, *rounded(features.weights, features.thresholds, 4, signed=True), 4)
        v = (layer.scanner().phases(data.images) != SILENT) @ state["weights"] - state["bias"]
        own = state["labels"] == data.labels[:, None]
        right, wrong = np.where(own, v, -np.inf).argmax(axis=1), np.where(own, -np.inf, v).argmax(axis=1)
        each, w = np.arange(len(v)), state["weights"]
        return layer, v[each, right] - v[each, wrong], (w[:, right] - w[:, wrong]).T

    noise = np.random.default_rng(1).normal(0, 0.4, state["features"].shape)
    features = Features((state["features"] + noise).clip(-1, 1), state["feature_thresholds"])
    layer, before, gain = leads(features)
    with Simulator(s.patch**2, s.maps, trained.geometry.units, s.neurons) as simulator:
        for _ in range(8):
            taught = credited_patches(layer, data.images, gain, np.full(len(data), 0.01), WIDTH)
            features = simulator.learn(features, taught, TOP, WIDTH)
            layer, after, gain = leads(features)
    assert after.mean() > 1.5 * before.mean() > 0


def test_a_stage_with_feedback_has_no_exits_and_no_single_bits() -> None:
    with pytest.raises(InputError, match="feedback has no exits"):
        recipe(stages=[{**STAGES[1], "exits": True}])
    with pytest.raises(InputError, match="feature_bits=1"):
        recipe(stages=STAGES, feature_bits=1)
