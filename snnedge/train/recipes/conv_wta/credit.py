"""What a spike of each feature at each position is worth to a readout: what the features learn from."""

import numpy as np

from ....kinds.neurons.conv_wta import windows
from ....simulator import scan_order
from ...rules.feedback.simulator import Lessons
from .features import Layer

FAR = 4  # widths: from here on a win is so sure that next to nothing is learned


def lessons(layer: Layer, images: np.ndarray, gain: np.ndarray, rate: np.ndarray, width: float) -> Lessons:
    """Lessons from ``images`` (n, height, width), whole ones, position by position.

    ``gain`` (n, units): what a spike of each unit adds to the lead of the right class; ``rate`` (n,). A win
    is worth the gain of the units that hear of it, but only of those that no other position makes fire.
    """
    g = layer.geometry
    pixels = _pixels(layer, images)
    headroom = 2 * (pixels @ layer.weights - layer.thresholds)
    found = pixels.sum(axis=2) >= g.least
    won = (np.arange(g.maps) == headroom.argmax(axis=2)[:, :, None]) & found[:, :, None]
    credit = np.zeros(won.shape)
    for k, inside in enumerate(windows(g.layout, *_positions(layer))):
        unit = slice(k * g.maps, (k + 1) * g.maps)
        others = won[:, inside].sum(axis=1, keepdims=True) - won[:, inside]
        credit[:, inside] += gain[:, None, unit] * (others == 0)
    first, second = -np.partition(-headroom, 1, axis=2)[:, :, :2].transpose(2, 0, 1)
    useful = found & (first - second < FAR * width) & credit.any(axis=2)
    return Lessons(pixels[useful], credit[useful], np.broadcast_to(rate[:, None], useful.shape)[useful])


def _pixels(layer: Layer, images: np.ndarray) -> np.ndarray:
    """Pixels that are on in the patch at each position: bool (n, positions, pixels)."""
    g = layer.geometry
    y, x = _positions(layer)
    r, c = np.indices((g.patch, g.patch)).reshape(2, -1)
    at = scan_order.places(g.layout, y, x)[:, None] + r * g.shape[1] + c
    return np.asarray((images >= g.threshold).reshape(len(images), -1)[:, at])


def _positions(layer: Layer) -> np.ndarray:
    """y and x of all positions: int (2, positions)."""
    layout = layer.geometry.layout
    return np.indices((layout["rows"], layout["columns"])).reshape(2, -1)
