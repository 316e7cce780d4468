"""The plan of a training: which image when, with which phases and gains. Drawn once from the seed."""

from dataclasses import dataclass

import numpy as np

from .wta_settings import Ends, Settings
from .wta_simulator import Chunk


@dataclass(frozen=True)
class Plan:
    """One entry per presentation. ``order``: index of the training image; the others as in ``Chunk``."""

    order: np.ndarray
    seeds: np.ndarray
    attract: np.ndarray
    repel: np.ndarray
    rise: np.ndarray
    fall: np.ndarray

    def chunk(self, part: slice, rates: np.ndarray, labels: np.ndarray) -> Chunk:
        """The presentations ``part``, whose images have ``rates`` and ``labels``."""
        return Chunk(
            rates=rates,
            seeds=self.seeds[part],
            attract=self.attract[part],
            repel=self.repel[part],
            rise=self.rise[part],
            fall=self.fall[part],
            target=labels,
        )


def plan(settings: Settings, images: int) -> Plan:
    """The plan for ``images`` training images: each once per epoch, in random order."""
    rng = np.random.default_rng([settings.seed, 1])
    order = np.empty((-(-settings.samples // images), images), np.int64)
    for epoch in order:
        epoch[:] = rng.permutation(images)
    rise = _schedule(settings, "rise")
    return Plan(
        order=order.ravel()[: settings.samples],
        seeds=rng.integers(0, 65536, settings.samples),
        attract=_schedule(settings, "attract"),
        repel=_schedule(settings, "repel"),
        rise=rise,
        # Thresholds stand still when the layer fires `target_spikes` times per sample.
        fall=rise * settings.target_spikes / settings.neurons,
    )


def _schedule(settings: Settings, name: str) -> np.ndarray:
    return np.concatenate([_line(getattr(s, name), s.samples) for s in settings.stages])


def _line(ends: Ends, samples: int) -> np.ndarray:
    return np.linspace(*ends, samples)
