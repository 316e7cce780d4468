"""Class names: a training writes those of its data set to the network."""

import numpy as np
import pytest

from snnedge.data import Dataset
from snnedge.support import plugins
from snnedge.train import preset

PRESETS = {"wta": "wta", "conductance": "diehl-cook", "conv_wta": "conv-wta"}  # of each recipe


@pytest.mark.parametrize("names", [(), ("cat", "dog", "swallow")])
@pytest.mark.parametrize("recipe", PRESETS)
def test_a_trained_network_has_the_names_of_its_data_set(recipe: str, names: tuple[str, ...]) -> None:
    images = np.random.default_rng(0).integers(0, 256, (60, 12, 12)).astype(np.uint8)
    data = Dataset("animals", "train", images, np.arange(60) % 3, 3, names)
    module = plugins.load("recipes", recipe)
    prepared = module.prepare(data, module.choose(preset.load(PRESETS[recipe], data.name, {}), data))
    readout = prepared.network(prepared.initial_state(), {}).readout
    assert (readout.class_names, readout.classes) == (names, 3)


def test_every_recipe_is_tried() -> None:
    assert sorted(PRESETS) == sorted(plugins.names("recipes"))
