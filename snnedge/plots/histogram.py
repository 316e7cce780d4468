"""Histograms side by side, one for each part of a network."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BINS = 60  # at most
ACROSS = 2  # histograms in a row


def draw(figure: "Figure", parts: dict[str, np.ndarray], unit: str, what: str) -> None:
    """Draw a histogram for each of ``parts``, title -> values; the values are ``what`` in ``unit``."""
    from matplotlib.ticker import MaxNLocator

    across = min(len(parts), ACROSS)
    down = -(-len(parts) // across)
    figure.set_size_inches(1.2 + 2.7 * across, 0.7 + 2.1 * down)
    grid = figure.subplots(down, across, squeeze=False).ravel()
    for axes, (title, values) in zip(grid, parts.items(), strict=False):
        axes.hist(values, bins=edges(values), color="C0")
        axes.set(title=title, xlabel=f"{what[:-1].capitalize()} ({unit})", ylabel=f"Number of {what}")
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        if what == "weights":
            axes.set_yscale("log")
            axes.set_ylim(0.7, None)  # a single weight shows
    for axes in grid[len(parts) :]:
        axes.remove()


def edges(values: np.ndarray) -> np.ndarray:
    """Return the edges of the bins: more for more ``values``, and around integers if all are integers."""
    low, high = float(values.min()), float(values.max())
    bins = min(BINS, 4 + round(2 * len(values) ** 0.5))
    if high == low:
        return low + 0.02 * max(abs(low), 1) * np.array([-1.5, -0.5, 0.5, 1.5])
    if (values == np.rint(values)).all():
        step = -(-int(high - low + 1) // bins)
        return np.arange(low, high + step + 1, step) - 0.5
    return np.linspace(low, high, bins + 1)
