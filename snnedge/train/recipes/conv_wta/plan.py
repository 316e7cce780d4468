"""The plan of a `conv_wta` training: which patch and which image when. Drawn once from the seed."""

from dataclasses import dataclass

import numpy as np

from .features import Geometry, draw_patches
from .settings import Settings


@dataclass(frozen=True)
class Plan:
    """``order``: index of the training image of each presentation to the readout; ``shifts`` int8 (n, 2):
    how far it is moved down and right. ``patch_order``, ``corners``: image of each patch, y and x in it;
    ``patch_rates``, ``patch_rises``: see ``instar_network``.
    """

    order: np.ndarray
    shifts: np.ndarray
    patch_order: np.ndarray
    corners: np.ndarray
    patch_rates: np.ndarray
    patch_rises: np.ndarray


def plan(settings: Settings, geometry: Geometry, images: np.ndarray) -> Plan:
    """The plan for the training ``images``: each once per epoch, in random order.

    Layer 1 learns from the images that the readout will be shown first.
    """
    rng = np.random.default_rng([settings.seed, 1])
    order = np.empty((-(-settings.samples // len(images)), len(images)), np.int64)
    for epoch in order:
        epoch[:] = rng.permutation(len(images))
    order = order.ravel()[: settings.samples]
    reach = settings.shift
    patch_order = np.repeat(order[: settings.images], settings.patches_per_image)
    return Plan(
        order=order,
        shifts=rng.integers(-reach, reach, (settings.samples, 2), np.int8, endpoint=True),
        patch_order=patch_order,
        corners=draw_patches(geometry, images, patch_order, rng),
        patch_rates=np.linspace(*settings.features.learning_rate, len(patch_order)),
        patch_rises=falling(settings.features.rise, len(patch_order)),
    )


def falling(value: float, samples: int) -> np.ndarray:
    """From ``value`` to 0 over the first half of ``samples``, float64 (samples,)."""
    return value * np.clip(1 - 2 * np.arange(samples) / samples, 0, None)
