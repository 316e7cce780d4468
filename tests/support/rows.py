"""Images of a bright row, and the recipe `conductance` for them."""

import numpy as np

from snnedge.data import Dataset
from snnedge.train import preset
from snnedge.train.recipes.conductance.settings import Settings, choose

INPUTS, NEURONS = 24, 6
SMALL = {
    "neurons": NEURONS,
    "samples": 40,
    "block": 10,
    "shown": 0.06,
    "rest": 0.02,
    "normalize_to": 0.5,
    "rate": 300,
    "stdp.a": 0.05,
    "stdp.b": 0.005,
    "excitatory.theta_plus": 0.1 * 400 / NEURONS,  # 0.1 for so few neurons
}


def images(count: int = 40) -> Dataset:
    """Four classes: a bright row each, on noise."""
    rng = np.random.default_rng(2)
    labels = np.arange(count) % 4
    pictures = rng.integers(0, 60, (count, 4, 6)).astype(np.uint8)
    pictures[np.arange(count), labels] = rng.integers(200, 256, (count, 6))
    return Dataset("rows", "train", pictures, labels, 4)


def settings(name: str = "diehl-cook", **changes: object) -> Settings:
    return choose(preset.load(name, "rows", SMALL | changes), images())
