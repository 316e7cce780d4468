"""Weights as small images side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GAP = 1  # dots between two tiles
FINE = 16  # dots that a tile has at least: pixels become squares of dots, so that gaps are narrow
GROUP_GAP = 0.1  # more between two groups, in heights of a tile
ASPECT = 1.35  # width : height that a mosaic comes near to
HEIGHTS = (1.6, 6.6)  # inches, of a figure with a mosaic
NARROWEST = 3.2  # inches: the caption needs them
WIDE = 0.78  # share of the width of a figure; its colour bar takes the rest
HEAD = 0.8  # inches for title and caption


def zoom(tile: tuple[int, int]) -> int:
    """Dots along each side of a pixel."""
    return -(-FINE // max(tile))


def best_columns(sizes: Sequence[int], tile: tuple[int, int]) -> int:
    """Tiles in a row, so that groups of ``sizes`` tiles make a mosaic about as wide as ``ASPECT`` asks."""
    height, width = (side * zoom(tile) + GAP for side in tile)
    columns = np.arange(1, max(sizes) + 1)
    rows = sum(-(-size // columns) for size in sizes)
    shape = columns * width / (rows * height + _group_gap(height) * (len(sizes) - 1))
    return int(columns[np.abs(np.log(shape / ASPECT)).argmin()])


def mosaic(groups: Sequence[np.ndarray], columns: int) -> tuple[np.ndarray, list[float]]:
    """``groups`` of tiles, each (n, height, width), below each other; NaN between the tiles.

    Returns the picture, float (height, width) in dots, and the row in the middle of each group.
    """
    bands = [_band(tiles, columns) for tiles in groups]
    blank = np.full((_group_gap(groups[0].shape[1] * zoom(groups[0].shape[1:])), bands[0].shape[1]), np.nan)
    parts, middles, top = [], [], 0
    for band in bands:
        middles.append(top + (len(band) - 1) / 2)
        parts += [band, blank]
        top += len(band) + len(blank)
    return np.concatenate(parts[:-1]), middles


def _group_gap(height: int) -> int:
    return GAP + round(height * GROUP_GAP)


def _band(tiles: np.ndarray, columns: int) -> np.ndarray:
    side = zoom(tiles.shape[1:])
    fine = tiles.repeat(side, axis=1).repeat(side, axis=2)
    n, height, width = fine.shape
    rows = -(-n // columns)
    cells = np.full((rows * columns, height + GAP, width + GAP), np.nan)
    cells[:n, :height, :width] = fine
    grid = cells.reshape(rows, columns, height + GAP, width + GAP).swapaxes(1, 2)
    return np.asarray(grid.reshape(rows * (height + GAP), -1)[:-GAP, :-GAP])


def show(figure: "Figure", axes: "Axes", canvas: np.ndarray, weights: np.ndarray, unit: str) -> None:
    """Draw a mosaic of ``weights`` with its colour bar: viridis from 0, or blue - white - red around it."""
    signed = bool((weights < 0).any())
    top = float(np.abs(weights).max()) or 1.0
    colours, bottom = ("RdBu_r", -top) if signed else ("viridis", 0.0)
    image = axes.imshow(canvas, cmap=colours, vmin=bottom, vmax=top)
    axes.set_facecolor("0.75" if signed else "white")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axes, label=f"Weight ({unit})", shrink=0.6, aspect=25, pad=0.02)
    bar.outline.set_visible(False)  # type: ignore[operator]


def fit(figure: "Figure", canvas: np.ndarray) -> None:
    """As large as the mosaic asks, and so many dots per inch that each of its dots is there."""
    ratio = canvas.shape[0] / canvas.shape[1]
    width = min(figure.get_figwidth(), (HEIGHTS[1] - HEAD) / ratio / WIDE)
    width = max(width, NARROWEST)
    figure.set_size_inches(width, float(np.clip(width * WIDE * ratio + HEAD, *HEIGHTS)))
    figure.set_dpi(max(figure.get_dpi(), max(canvas.shape) / (WIDE * width)))
