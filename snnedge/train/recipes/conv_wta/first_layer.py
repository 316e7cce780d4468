"""Layer 1 of `conv_wta` as input of its readout: rounded, with spikes from the integer core."""

from dataclasses import dataclass
from typing import Self

from ....data import Dataset
from ...recipe import State
from ...rules.margin_race.simulator import SILENT
from .features import Layer, Scanner, SpikeCache, rounded
from .geometry import Geometry
from .settings import Settings

MARGIN_IMAGES = 5000  # training images whose spikes set the scale of the margin


@dataclass(frozen=True)
class FirstLayer:
    """The rounded ``layer`` 1 and its spikes: ``cache`` for shifted training images, ``scanner`` for any.

    ``margin`` of the readout, in spikes.
    """

    layer: Layer
    scanner: Scanner
    cache: SpikeCache
    margin: float

    @classmethod
    def of(cls, layer: Layer, data: Dataset, settings: Settings, cache_bytes: int) -> Self:
        """Return the first layer with a cache of at most ``cache_bytes`` for the images of ``data``."""
        scanner = layer.scanner()
        spikes = (scanner.phases(data.images[:MARGIN_IMAGES]) != SILENT).sum(axis=1).mean()
        cache = SpikeCache(scanner, data.images, settings.shift, cache_bytes)
        return cls(layer, scanner, cache, settings.margin * max(float(spikes), 1.0))  # 0 would divide


def layer_of(state: State, geometry: Geometry, settings: Settings) -> Layer:
    """Return layer 1 in ``state``, rounded to integers."""
    bits = settings.feature_bits
    learned = state["features"], state["feature_thresholds"]
    return Layer(geometry, *rounded(*learned, bits, settings.signed), bits)
