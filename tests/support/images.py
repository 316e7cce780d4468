"""Images made from a seed."""

import numpy as np


def random_images(shape: tuple[int, ...], samples: int, seed: int = 0) -> np.ndarray:
    """Gray values, half of them 0; the first sample blank, the second all white."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (samples, *shape)) * rng.integers(0, 2, (samples, *shape))
    images[:1], images[1:2] = 0, 255
    return images.astype(np.uint8)
