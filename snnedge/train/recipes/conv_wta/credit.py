"""Credit assignment: how much a spike of each feature at each position adds to the right decision."""

import numpy as np

from ....kinds.neurons.conv_wta import windows
from ....simulator import scan_order
from ...rules.feedback.simulator import CreditedPatches
from .features import Layer

MAX_DISTANCE = 4  # in widths: beyond it a win is so clear that almost nothing is learned


def credited_patches(
    layer: Layer, images: np.ndarray, gain: np.ndarray, rate: np.ndarray, width: float
) -> CreditedPatches:
    """Return the patches of ``images`` (n, height, width) that features can learn from.

    ``gain`` (n, units): how much a spike of each unit adds to the lead of the right class. ``rate`` (n,):
    learning rate. The credit of a win is the gain of all units that pool its position, except units that
    another position makes fire too.
    """
    g = layer.geometry
    pixels = _pixels(layer, images)
    distance = 2 * (pixels @ layer.weights - layer.thresholds)  # to the threshold
    found = pixels.sum(axis=2) >= g.min_active
    won = (np.arange(g.maps) == distance.argmax(axis=2)[:, :, None]) & found[:, :, None]
    credit = _credit(layer, won, gain)
    first, second = -np.partition(-distance, 1, axis=2)[:, :, :2].transpose(2, 0, 1)
    useful = found & (first - second < MAX_DISTANCE * width) & credit.any(axis=2)
    rates = np.broadcast_to(rate[:, None], useful.shape)
    return CreditedPatches(pixels[useful], credit[useful], rates[useful])


def _credit(layer: Layer, won: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Return the credit of each map at each position, float (n, positions, maps); ``won`` is bool."""
    g, credit = layer.geometry, np.zeros(won.shape)
    for k, inside in enumerate(windows(g.layout, *_positions(layer))):
        unit = slice(k * g.maps, (k + 1) * g.maps)
        others = won[:, inside].sum(axis=1, keepdims=True) - won[:, inside]
        credit[:, inside] += gain[:, None, unit] * (others == 0)
    return credit


def _pixels(layer: Layer, images: np.ndarray) -> np.ndarray:
    """Return the binary patch at each position: bool (n, positions, pixels)."""
    g = layer.geometry
    y, x = _positions(layer)
    r, c = np.indices((g.patch, g.patch)).reshape(2, -1)
    at = scan_order.first_pixels(g.layout, y, x)[:, None] + r * g.shape[1] + c
    return np.asarray((images >= g.threshold).reshape(len(images), -1)[:, at])


def _positions(layer: Layer) -> np.ndarray:
    """Return y and x of all positions: int (2, positions)."""
    layout = layer.geometry.layout
    return np.indices((layout["rows"], layout["columns"])).reshape(2, -1)
