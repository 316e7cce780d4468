"""Layer 1 of `conv_wta` as its readout sees it: rounded, scanned by the integer core."""

from dataclasses import dataclass
from typing import Self

from ....data import Dataset
from ...recipe import State
from ...rules.margin_race.simulator import SILENT
from .features import Geometry, Layer, Recall, Scanner, rounded
from .settings import Settings

COUNTED = 5000  # training images whose spikes set the scale of the margin


@dataclass(frozen=True)
class FirstLayer:
    """``layer`` 1 rounded, and its spikes: ``recall`` for shifted training images, ``scanner`` for any.

    ``margin`` of the readout: in spikes.
    """

    layer: Layer
    scanner: Scanner
    recall: Recall
    margin: float

    @classmethod
    def of(cls, layer: Layer, data: Dataset, settings: Settings, recalled: int) -> Self:
        """``recalled``: bytes of spikes to remember."""
        scanner = layer.scanner()
        spikes = (scanner.phases(data.images[:COUNTED]) != SILENT).sum(axis=1).mean()
        recall = Recall(scanner, data.images, settings.shift, recalled)
        return cls(layer, scanner, recall, settings.margin * max(float(spikes), 1.0))  # 0 would divide


def layer_of(state: State, geometry: Geometry, settings: Settings) -> Layer:
    """What was learned, in integers."""
    bits = settings.feature_bits
    learned = state["features"], state["feature_thresholds"]
    return Layer(geometry, *rounded(*learned, bits, settings.signed), bits)
