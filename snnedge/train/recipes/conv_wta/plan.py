"""The plan of a `conv_wta` training: patches and images to present, drawn once from the seed."""

from dataclasses import dataclass

import numpy as np

from ... import schedule
from ...presentation_order import presentation_order
from .geometry import Geometry, draw_patches
from .settings import Settings


@dataclass(frozen=True)
class Plan:
    """Presentations to the readout, then patches for layer 1.

    ``order`` int (samples,): index of the training image. ``shifts`` int8 (samples, 2): its offset in
    pixels, down and right. ``patch_order``, ``corners``: image of each patch, and y and x in it.
    ``patch_rates``, ``patch_rises``: see ``rules/instar``.
    """

    order: np.ndarray
    shifts: np.ndarray
    patch_order: np.ndarray
    corners: np.ndarray
    patch_rates: np.ndarray
    patch_rises: np.ndarray


def plan(settings: Settings, geometry: Geometry, images: np.ndarray) -> Plan:
    """Return the plan for the training ``images``: each once per epoch, in random order.

    Layer 1 learns from the images that the readout will be shown first.
    """
    rng = np.random.default_rng([settings.seed, 1])
    order = presentation_order(rng, settings.samples, len(images))
    reach = settings.shift
    patch_order = np.repeat(order[: settings.images], settings.patches_per_image)
    return Plan(
        order=order,
        shifts=rng.integers(-reach, reach, (settings.samples, 2), np.int8, endpoint=True),
        patch_order=patch_order,
        corners=draw_patches(geometry, images, patch_order, rng),
        patch_rates=schedule.values(settings.features.learning_rate, len(patch_order)),
        patch_rises=schedule.falling(settings.features.rise, len(patch_order)),
    )
