"""Small images of strokes, and the recipe `conv_wta` for them."""

from typing import Any

import numpy as np

from snnedge.data import Dataset
from snnedge.train import preset
from snnedge.train.recipe import State
from snnedge.train.recipes import conv_wta
from snnedge.train.recipes.conv_wta import ConvWta

SHAPE, CLASSES, SAMPLES = (9, 11), 3, 400


def strokes(count: int = 120, seed: int = 0) -> Dataset:
    """Draw images of three kinds of stroke, anywhere: upright, flat, falling."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, count)
    y, x = np.indices(SHAPE)
    dy, dx = y - rng.integers(3, 6, count)[:, None, None], x - rng.integers(4, 7, count)[:, None, None]
    across = np.choose(labels[:, None, None], [dx, dy, dx - dy])
    on = (abs(across) <= 1) & (abs(dx) + abs(dy) <= 4)
    return Dataset("strokes", "train", np.where(on, 200, 20).astype(np.uint8), labels, CLASSES)


def recipe(data: Dataset | None = None, **changes: Any) -> ConvWta:
    data = data or strokes()
    small = {"maps": 5, "patch": 4, "pool": 3, "stride": 2, "neurons": 6, "samples": SAMPLES, "exit": 1.0}
    few = {"features.images": 60, "features.patches_per_image": 4}
    constants = preset.load("conv-wta", data.name, small | few | changes)
    return conv_wta.prepare(data, conv_wta.choose(constants, data))


def train(trained: ConvWta, size: int = 150) -> State:
    """Train in chunks of ``size`` presentations, not beyond a stop; return the state."""
    state, position = trained.initial_state(), 0
    with trained:
        for stop in trained.stops:
            while position < stop:
                last = min(position + size, stop)
                state, _ = trained.advance(state, position, last)
                position = last
        return trained.finish(state)
