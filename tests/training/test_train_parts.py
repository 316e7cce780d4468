"""Parts of a training: schedules, normalisation, pruning, enhanced images; by hand against the code."""

import numpy as np
import pytest

from snnedge.data import contrast as enhance
from snnedge.errors import InputError
from snnedge.train import pruning, schedule, weight_normalization


def test_a_number_and_a_pair_are_schedules():
    assert schedule.values(0.5, 3).tolist() == [0.5, 0.5, 0.5]
    assert schedule.values([1.0, 0.0], 3).tolist() == [1.0, 0.5, 0.0]


def test_step_decay_falls_after_every_hundred():
    found = schedule.values({"shape": "step", "first": 0.1, "factor": 0.95, "every": 100}, 301)
    assert found[[0, 99]].tolist() == [0.1, 0.1]
    assert found[[100, 299, 300]] == pytest.approx([0.095, 0.1 * 0.95**2, 0.1 * 0.95**3])


@pytest.mark.parametrize(("shape", "middle"), [("exponential", 0.1), ("cosine", 0.505)])
def test_annealing_passes_its_middle(shape, middle):
    found = schedule.values({"shape": shape, "first": 1.0, "last": 0.01}, 5)
    assert found[[0, 2, 4]] == pytest.approx([1.0, middle, 0.01])
    assert (np.diff(found) < 0).all()


@pytest.mark.parametrize(
    "bad", [[1.0], {"shape": "spiral"}, {"first": 1}, {"shape": "step", "first": 1.0, "last": 0.1}, "fast"]
)
def test_a_schedule_that_is_none_is_named(bad):
    with pytest.raises(InputError, match=r"schedule .*line, exponential, cosine, step"):
        schedule.values(bad, 10)


def test_rates_fall_when_validation_stands_still():
    rising = [0.5, 0.6, 0.7]
    assert schedule.plateau_factor(rising, 2, 0.5) == 1
    assert schedule.plateau_factor([*rising, 0.7], 2, 0.5) == 1
    assert schedule.plateau_factor([*rising, 0.7, 0.6], 2, 0.5) == 0.5
    assert schedule.plateau_factor([*rising, 0.7, 0.6, 0.65, 0.69], 2, 0.5) == 0.25
    assert schedule.plateau_factor([*rising, 0.7, 0.6, 0.8, 0.79], 2, 0.5) == 0.5


def test_normalisation_by_sum_and_by_maximum():
    weights = np.array([[1.0, 0.0, 2.0], [3.0, 0.0, 6.0]])
    by_sum = weight_normalization.normalized(weights, "sum", 2.0)
    assert by_sum.tolist() == [[0.5, 0.0, 0.5], [1.5, 0.0, 1.5]]
    by_max = weight_normalization.normalized(weights, "max", 3.0)
    assert by_max.tolist() == [[0.5, 0.0, 1.0], [1.5, 0.0, 3.0]]
    assert weight_normalization.normalized(weights, "none", 1.0) is weights
    with pytest.raises(InputError, match="'mean': choose one of none, sum, max"):
        weight_normalization.normalized(weights, "mean", 1.0)


def test_random_mask_has_its_share_and_no_bare_neuron():
    mask = pruning.random_mask(1000, 50, 0.3, np.random.default_rng(0))
    assert 0.28 < mask.mean() < 0.32
    assert pruning.random_mask(3, 200, 0.01, np.random.default_rng(0)).any(axis=0).all()


def test_weak_inputs_and_weak_synapses_go():
    weights = np.array([[0.01, 0.03], [0.5, 0.3], [0.0, 0.2]], np.float32)
    means = pruning.running_mean(np.zeros(3), weights, 0.0)
    assert means == pytest.approx([0.02, 0.4, 0.1])
    keep = pruning.active_inputs(means, 0.1)
    assert keep.tolist() == [False, True, True]
    assert pruning.pruned(weights, keep)[0].tolist() == [0.0, 0.0]
    assert pruning.pruned(weights, keep)[1:].tolist() == weights[1:].tolist()
    assert pruning.pruned(weights, keep).dtype == np.float32
    assert pruning.strong_synapses(weights, 0.5).tolist() == [[False, False], [True, True], [False, True]]
    assert pruning.running_mean(np.array([1.0]), np.array([[0.0, 0.5]]), 0.8) == pytest.approx([0.85])


def test_enhanced_images_are_local_contrast_to_a_power():
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (1, 11, 13)).astype(np.uint8)
    padded = np.pad(image[0] / 255.0, 2)
    contrast = np.zeros((11, 13))
    for y, x in np.ndindex(11, 13):
        square = padded[y : y + 5, x : x + 5]
        contrast[y, x] = max(padded[y + 2, x + 2] - square.mean(), 0) / max(square.std(), enhance.FLOOR)
    by_hand = np.rint(255 * (contrast / contrast.max()) ** 2.5)
    assert (enhance.enhanced(image, 5, 2.5)[0] == by_hand).all()
    assert enhance.enhanced(image, 5, 1.0).sum() > enhance.enhanced(image, 5, 2.5).sum()
    saturated = np.rint(255 * np.minimum(contrast / 0.5, 1) ** 2.5)
    assert (enhance.enhanced(image, 5, 2.5, saturation=0.5)[0] == saturated).all()


def test_a_model_says_how_its_images_were_enhanced():
    image = np.random.default_rng(3).integers(0, 256, (2, 9, 9)).astype(np.uint8)
    enhanced = enhance.as_trained(image, {"enhance": {"window": 5, "power": 2.0}})
    assert (enhanced == enhance.enhanced(image, 5, 2.0)).all()
    full = enhance.as_trained(image, {"enhance": {"window": 5, "power": 2.0, "saturation": 1.0}})
    assert (full == enhance.enhanced(image, 5, 2.0, 1.0)).all()
    assert (full != enhanced).any()
    assert enhance.as_trained(image, {}) is image
    assert enhance.as_trained(image, {"enhance": {"window": 0, "power": 2.5}}) is image
    with pytest.raises(InputError, match=r"provenance\.enhance.*window"):
        enhance.as_trained(image, {"enhance": {"window": 4, "power": 2.0}})


def test_enhanced_does_not_depend_on_brightness_and_leaves_blank_images():
    image = np.zeros((2, 9, 9), np.uint8)
    image[0, 2:7, 4] = 240
    image[1, 2:7, 4] = 120
    bright, dim = enhance.enhanced(image, 5)
    assert bright.max() == 255
    assert (bright == dim).all()
    assert (enhance.enhanced(np.zeros((1, 4, 4), np.uint8)) == 0).all()
