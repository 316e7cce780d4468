"""Layer 1 of `conv_wta` after rounding: its part of the network, and its spikes.

The integer core computes the spikes. Features are rounded before layer 2 is trained, so layer 2 learns from
the spikes of every target, and the core takes some microseconds for an image.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....compiler.quantize import quantize
from ....data.augment import shifted
from ....kinds import encoder, neuron, synapse
from ....kinds.neurons.if_ttfs import NEVER
from ....model.network import INPUT, Encoder, Network, Population, Projection, Readout
from ....model.weight_codes import WEIGHT_LIMITS
from ....runtime.runtime import Runtime
from ...rules.margin_race.simulator import SILENT
from .geometry import Geometry

FEATURES, OUTPUT = "features", "output"  # names of the populations
DT = 1e-3  # seconds per step of the model
STEPS = 16  # of a sample, each of which scans some positions


def rounded(
    weights: np.ndarray, thresholds: np.ndarray, bits: int, signed: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return features (pixels, maps) and thresholds (maps,) as integers of ``bits``, 4 or 1, in float64."""
    if bits == 1:
        ones = (weights >= 0.5).astype(float)
        return ones, ones.sum(axis=0) / 2
    top = WEIGHT_LIMITS[bits][signed]
    return np.clip(np.rint(top * weights), -top if signed else 0, top), np.rint(top * thresholds)


@dataclass(frozen=True)
class Layer:
    """The rounded layer: ``weights`` (pixels, maps) of ``bits`` each, ``thresholds`` (maps,)."""

    geometry: Geometry
    weights: np.ndarray
    thresholds: np.ndarray
    bits: int

    def network(self, race: dict[str, Any], weights: np.ndarray, readout: Readout, **rest: Any) -> Network:
        """Return the whole network: this layer, then an `if_ttfs` population with parameters ``race``.

        ``weights`` (units, neurons): of that population. ``rest``: other fields of ``Network``.
        """
        g = self.geometry
        layout = g.layout | {"threshold": self.thresholds}
        patch = self.weights.T.reshape(g.maps, g.patch, g.patch)
        window = {"image_width": g.shape[1], "min_active": g.min_active}
        return Network(
            dt=DT,
            steps=STEPS,
            encoder=Encoder(encoder("binary"), g.shape, {"threshold": g.threshold}),
            populations=(
                Population(FEATURES, neuron("conv_wta"), g.units, layout),
                Population(OUTPUT, neuron("if_ttfs"), weights.shape[1], race),
            ),
            projections=(
                Projection(INPUT, FEATURES, synapse("patch"), patch, window, self.bits),
                Projection(FEATURES, OUTPUT, synapse("dense"), weights),
            ),
            readout=readout,
            **rest,
        )

    def same(self, other: "Layer") -> bool:
        """Return whether ``other`` fires the same spikes."""
        pairs = [(self.weights, other.weights), (self.thresholds, other.thresholds)]
        return all(np.array_equal(one, two) for one, two in pairs)

    def scanner(self) -> "Scanner":
        """Return the layer on the integer core."""
        race = {"bias": np.zeros(1), "threshold": np.full(1, NEVER)}
        placeholder = Readout(OUTPUT, np.zeros(1, np.int16), classes=1)
        weights = np.ones((self.geometry.units, 1))
        return Scanner(Runtime(quantize(self.network(race, weights, placeholder, name=FEATURES))))


@dataclass(frozen=True)
class Scanner:
    """The spikes of a layer, computed by the integer core."""

    runtime: Runtime

    @property
    def units(self) -> int:
        """Number of neurons of the layer."""
        return self.runtime.model.populations[0].size

    def phases(self, images: np.ndarray) -> np.ndarray:
        """Return the step at which each unit spikes, or ``SILENT``: int8 (n, units), for uint8 images."""
        first = self.runtime.first_spikes(images, FEATURES)
        return np.asarray(np.minimum(first, SILENT).astype(np.int8))


class SpikeCache:
    """The spikes of ``scanner`` for shifted ``images``, each computed once if ``limit`` bytes hold all.

    ``reach``: largest shift in pixels.
    """

    def __init__(self, scanner: Scanner, images: np.ndarray, reach: int, limit: int) -> None:
        self._scanner, self._images, self._reach = scanner, images, reach
        variants, units = len(images) * (2 * reach + 1) ** 2, scanner.units
        self._known = np.zeros(variants if variants * units <= limit else 0, bool)
        self._phases = np.empty((len(self._known), units), np.int8)

    def phases(self, order: np.ndarray, by: np.ndarray) -> np.ndarray:
        """Return the phases, int8 (n, units), of the images ``order`` int (n,) shifted ``by`` (n, 2)."""
        if not len(self._known):
            return self._scanner.phases(shifted(self._images[order], by))
        side = 2 * self._reach + 1
        variant = order * side**2 + (by.astype(int) + self._reach) @ (side, 1)
        new = np.flatnonzero(~self._known[variant])
        self._phases[variant[new]] = self._scanner.phases(shifted(self._images[order[new]], by[new]))
        self._known[variant[new]] = True
        return np.asarray(self._phases[variant])
