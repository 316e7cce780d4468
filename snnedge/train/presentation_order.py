"""The order in which training images are presented."""

import numpy as np


def presentation_order(rng: np.random.Generator, samples: int, images: int) -> np.ndarray:
    """Return image indices, int64 (samples,): every image once per epoch, each epoch in random order."""
    epochs = -(-samples // images)
    return np.concatenate([rng.permutation(images) for _ in range(epochs)])[:samples]


def batches(samples: int, size: int) -> list[slice]:
    """Return the slices that divide ``samples`` into batches of at most ``size``."""
    return [slice(k, k + size) for k in range(0, samples, size)]
