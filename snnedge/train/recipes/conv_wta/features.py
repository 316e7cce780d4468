"""Layer 1 of `conv_wta`: patches to learn from, the rounding of what was learned, and its spikes.

The spikes come from the integer core: features are rounded before layer 2 is trained, so what it learns
from is what every target will fire, and the core scans an image in some microseconds.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....compiler.quantize import quantize
from ....kinds import encoder, neuron, synapse
from ....kinds.neurons.conv_wta import cells
from ....kinds.neurons.if_race import NEVER
from ....model.network import INPUT, Encoder, Network, Population, Projection, Readout
from ....model.weight_codes import WEIGHT_LIMITS
from ....runtime.runtime import Runtime
from ...rules.margin_race.simulator import SILENT

FEATURES, OUTPUT = "features", "output"  # names of the populations
DT = 1e-3  # seconds per step of the model
STEPS = 16  # phases of the scan
TRIES = 100  # places looked at for a patch with anything on it


@dataclass(frozen=True)
class Geometry:
    """``shape`` (height, width) of the images; the others as in ``conv_settings.Settings``."""

    shape: tuple[int, int]
    maps: int
    patch: int
    least: int
    pool: int
    stride: int
    threshold: int
    crop: int = 0
    spacing: int = 1

    @property
    def positions(self) -> tuple[int, int]:
        """Rows and columns of places where a patch is laid."""
        rows, columns = ((side - 2 * self.crop - self.patch) // self.spacing + 1 for side in self.shape)
        return rows, columns

    @property
    def layout(self) -> dict[str, int]:
        """Scalar parameters of the population."""
        rows, columns = self.positions
        sizes = {"maps": self.maps, "rows": rows, "columns": columns, "line": self.shape[1]}
        sizes |= {"first": self.crop * self.shape[1] + self.crop, "spacing": self.spacing}
        return sizes | {"pool": self.pool, "stride": min(self.stride, self.pool)}

    @property
    def units(self) -> int:
        """Neurons of the pooled maps."""
        return self.maps * cells(self.layout, "rows") * cells(self.layout, "columns")


def draw_patches(
    geometry: Geometry, images: np.ndarray, order: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """A random place in each of the images ``order`` int (n,), with at least ``least`` pixels on.

    Returns y and x of the upper left corners, int (n, 2); in an image without such a place, any.
    """
    corners = np.zeros((len(order), 2), np.int64)
    waiting = np.arange(len(order))
    for _ in range(TRIES):
        at = rng.integers(0, geometry.positions, (len(waiting), 2))
        corners[waiting] = geometry.crop + geometry.spacing * at
        pixels = patches(geometry, images, order[waiting], corners[waiting])
        waiting = waiting[pixels.sum(axis=1) < geometry.least]
        if not len(waiting):
            break
    return corners


def patches(geometry: Geometry, images: np.ndarray, order: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Pixels that are on in the patches at ``corners`` (n, 2) of the images ``order``: bool (n, pixels)."""
    y, x = np.indices((geometry.patch, geometry.patch)).reshape(2, -1)
    gray = images[order[:, None], corners[:, :1] + y, corners[:, 1:] + x]
    return np.asarray(gray >= geometry.threshold)


def rounded(
    weights: np.ndarray, thresholds: np.ndarray, bits: int, signed: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Features (pixels, maps) and their thresholds (maps,) as integers of ``bits``, 4 or 1, in float64."""
    if bits == 1:
        ones = (weights >= 0.5).astype(float)
        return ones, ones.sum(axis=0) / 2
    top = WEIGHT_LIMITS[bits][signed]
    return np.clip(np.rint(top * weights), -top if signed else 0, top), np.rint(top * thresholds)


@dataclass(frozen=True)
class Layer:
    """The rounded layer: ``weights`` (pixels, maps), ``thresholds`` (maps,), of ``bits``."""

    geometry: Geometry
    weights: np.ndarray
    thresholds: np.ndarray
    bits: int

    def network(self, race: dict[str, Any], weights: np.ndarray, readout: Readout, **rest: Any) -> Network:
        """The whole network: this layer, then an `if_race` population with ``weights`` (units, neurons)."""
        g = self.geometry
        layout = g.layout | {"threshold": self.thresholds}
        patch = self.weights.T.reshape(g.maps, g.patch, g.patch)
        shared = {"line": g.shape[1], "least": g.least}
        return Network(
            dt=DT,
            steps=STEPS,
            encoder=Encoder(encoder("flash"), g.shape, {"threshold": g.threshold}),
            populations=(
                Population(FEATURES, neuron("conv_wta"), g.units, layout),
                Population(OUTPUT, neuron("if_race"), weights.shape[1], race),
            ),
            projections=(
                Projection(INPUT, FEATURES, synapse("shared"), patch, shared, self.bits),
                Projection(FEATURES, OUTPUT, synapse("dense"), weights),
            ),
            readout=readout,
            **rest,
        )

    def same(self, other: "Layer") -> bool:
        """Whether ``other`` fires the same spikes."""
        pairs = [(self.weights, other.weights), (self.thresholds, other.thresholds)]
        return all(np.array_equal(one, two) for one, two in pairs)

    def scanner(self) -> "Scanner":
        """The layer on the integer core."""
        race = {"bias": np.zeros(1), "threshold": np.full(1, NEVER)}
        anybody = Readout(OUTPUT, np.zeros(1, np.int16), classes=1)
        weights = np.ones((self.geometry.units, 1))
        return Scanner(Runtime(quantize(self.network(race, weights, anybody, name=FEATURES))))


@dataclass(frozen=True)
class Scanner:
    """Gives the spikes of a layer."""

    runtime: Runtime

    @property
    def units(self) -> int:
        """Neurons of the layer."""
        return self.runtime.model.populations[0].size

    def phases(self, images: np.ndarray) -> np.ndarray:
        """The step at which each unit spikes, or ``SILENT``: int8 (n, units), of uint8 images."""
        first = self.runtime.first_spikes(images, FEATURES)
        return np.asarray(np.minimum(first, SILENT).astype(np.int8))


class Recall:
    """What ``scanner`` gives for shifted ``images``: each is scanned once, if ``limit`` bytes hold all.

    ``reach``: pixels of the largest shift.
    """

    def __init__(self, scanner: Scanner, images: np.ndarray, reach: int, limit: int) -> None:
        self._scanner, self._images, self._reach = scanner, images, reach
        places, units = len(images) * (2 * reach + 1) ** 2, scanner.units
        self._known = np.zeros(places if places * units <= limit else 0, bool)
        self._phases = np.empty((len(self._known), units), np.int8)

    def phases(self, order: np.ndarray, by: np.ndarray) -> np.ndarray:
        """Phases, int8 (n, units), of the images ``order`` int (n,), each shifted ``by`` (n, 2) pixels."""
        if not len(self._known):
            return self._scanner.phases(shifted(self._images[order], by))
        side = 2 * self._reach + 1
        place = order * side**2 + (by.astype(int) + self._reach) @ (side, 1)
        new = np.flatnonzero(~self._known[place])
        self._phases[place[new]] = self._scanner.phases(shifted(self._images[order[new]], by[new]))
        self._known[place[new]] = True
        return np.asarray(self._phases[place])


def shifted(images: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Each image (n, height, width) moved by its own ``by`` (n, 2) pixels down and right, 0 coming in."""
    moved = np.zeros_like(images)
    height, width = images.shape[1:]
    for dy, dx in np.unique(by, axis=0).tolist():  # plain ints: an image may have more than 127 rows
        rows, columns = slice(max(dy, 0), height + min(dy, 0)), slice(max(dx, 0), width + min(dx, 0))
        old_rows, old_columns = (
            slice(max(-dy, 0), height - max(dy, 0)),
            slice(max(-dx, 0), width - max(dx, 0)),
        )
        chosen = np.flatnonzero((by == (dy, dx)).all(axis=1))
        moved[chosen, rows, columns] = images[chosen, old_rows, old_columns]
    return moved
