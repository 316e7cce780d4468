"""The plan of a `wta` training: image, phases and gains of each presentation, drawn once from the seed."""

from dataclasses import dataclass

import numpy as np

from ... import schedule
from ...presentation_order import presentation_order
from .settings import Settings


@dataclass(frozen=True)
class Plan:
    """One entry per presentation.

    ``order`` int: index of the training image. ``shifts`` int8 (samples, 2): its offset in pixels, down and
    right. The others: as in ``simulator.Chunk``.
    """

    order: np.ndarray
    shifts: np.ndarray
    seeds: np.ndarray
    attract: np.ndarray
    repel: np.ndarray
    rise: np.ndarray
    fall: np.ndarray


def plan(settings: Settings, images: int) -> Plan:
    """Return the plan for ``images`` training images, each presented once per epoch in random order."""
    rng = np.random.default_rng([settings.seed, 1])
    order = presentation_order(rng, settings.samples, images)
    seeds = rng.integers(0, 65536, settings.samples)
    rise = _values(settings, "rise") * settings.rise
    return Plan(
        order=order,
        shifts=_shifts(settings, rng),
        seeds=seeds,
        attract=_values(settings, "attract"),
        repel=_values(settings, "repel"),
        rise=rise,
        # Thresholds are stationary when the layer fires `target_spikes` times per sample.
        fall=rise * settings.target_spikes / settings.neurons,
    )


def _values(settings: Settings, name: str) -> np.ndarray:
    """Return the values of the schedule ``name`` over all stages."""
    return np.concatenate([schedule.values(getattr(s, name), s.samples) for s in settings.stages])


def _shifts(settings: Settings, rng: np.random.Generator) -> np.ndarray:
    drawn = [rng.integers(-s.shift, s.shift + 1, (s.samples, 2), np.int8) for s in settings.stages]
    return np.concatenate(drawn)
