"""Weights as small images side by side."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .labels import class_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GAP = 1  # dots between two tiles
MIN_DOTS = 16  # of a tile: pixels become squares of dots, so that gaps are narrow
GROUP_GAP = 0.1  # additional, between two groups, in heights of a tile
ASPECT = 1.35  # width : height that is aimed at for a mosaic
HEIGHTS = (1.6, 6.6)  # inches, of a figure with a mosaic
MIN_WIDTH = 3.2  # inches, for the caption
MOSAIC_SHARE = 0.78  # of the width of a figure; the rest is for its colour bar
HEAD = 0.8  # inches for title and caption


def zoom(tile: tuple[int, int]) -> int:
    """Return the dots along each side of a pixel."""
    return -(-MIN_DOTS // max(tile))


def best_columns(sizes: Sequence[int], tile: tuple[int, int]) -> int:
    """Return the tiles in a row for which groups of ``sizes`` tiles come nearest to ``ASPECT``."""
    height, width = (side * zoom(tile) + GAP for side in tile)
    columns = np.arange(1, max(sizes) + 1)
    rows = sum(-(-size // columns) for size in sizes)
    shape = columns * width / (rows * height + _group_gap(height) * (len(sizes) - 1))
    return int(columns[np.abs(np.log(shape / ASPECT)).argmin()])


def mosaic(groups: Sequence[np.ndarray], columns: int) -> tuple[np.ndarray, list[float]]:
    """Arrange ``groups`` of tiles, each (n, height, width), below each other; NaN between the tiles.

    Returns the picture, float (height, width) in dots, and the middle row of each group.
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


def draw(
    figure: "Figure",
    axes: "Axes",
    groups: Mapping[int, np.ndarray],
    unit: str,
    names: Sequence[str] = (),
) -> np.ndarray:
    """Draw a mosaic with its colour bar, ``groups`` being the tiles of each class; return the mosaic.

    ``names``: of the classes, or empty for their numbers. Colours: viridis from 0, or blue - white - red
    around it.
    """
    tiles = list(groups.values())
    canvas, middles = mosaic(tiles, best_columns([len(t) for t in tiles], tiles[0].shape[1:]))
    signed, top = bool((canvas < 0).any()), float(np.nanmax(np.abs(canvas))) or 1.0
    colours, bottom = ("RdBu_r", -top) if signed else ("viridis", 0.0)
    image = axes.imshow(canvas, cmap=colours, vmin=bottom, vmax=top)
    axes.set_facecolor("0.75" if signed else "white")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    if len(groups) > 1:
        axes.set_yticks(middles, [class_name(label, names) for label in groups], parse_math=False)
        axes.tick_params(left=False)
        axes.set_ylabel("Class of the neurons")
    bar = figure.colorbar(image, ax=axes, label=unit, shrink=0.6, aspect=25, pad=0.02)
    bar.outline.set_visible(False)  # type: ignore[operator]
    return canvas


def fit(figure: "Figure", canvases: Sequence[np.ndarray]) -> None:
    """Set the figure's size to that of the mosaics, and its dots per inch so that each dot is drawn."""
    ratio = sum(canvas.shape[0] / canvas.shape[1] for canvas in canvases)
    head = HEAD * len(canvases)
    width = min(figure.get_figwidth(), (HEIGHTS[1] - head) / ratio / MOSAIC_SHARE)
    width = max(width, MIN_WIDTH)
    figure.set_size_inches(width, float(np.clip(width * MOSAIC_SHARE * ratio + head, *HEIGHTS)))
    dots = max(max(canvas.shape) for canvas in canvases)
    figure.set_dpi(max(figure.get_dpi(), dots / (MOSAIC_SHARE * width)))


def by_class(tiles: np.ndarray, labels: np.ndarray) -> dict[int, np.ndarray]:
    """Return the tiles of each class that has some, unassigned ones last."""
    present = sorted(set(labels.tolist()), key=lambda label: (label < 0, label))
    return {label: tiles[labels == label] for label in present}
