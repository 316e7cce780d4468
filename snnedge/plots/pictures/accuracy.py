"""Accuracy over samples: how the training went, chunk by chunk."""

from typing import TYPE_CHECKING

import numpy as np

from ..figure import Subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEEDS = ("history",)


def obstacle(subject: Subject) -> str:
    assert subject.history is not None
    return "" if len(subject.history) else "the training has not begun"


def draw(figure: "Figure", subject: Subject) -> None:
    assert subject.history is not None
    samples, right, silent, busiest, checked = subject.history.T
    figure.set_size_inches(6.0, 4.6)
    above, below = figure.subplots(2, sharex=True, height_ratios=(3, 2))
    _line(above, samples, {"right answers": right})
    if np.isfinite(checked).any():
        above.plot(samples, checked, "s", markersize=4, label="validation images")
        above.legend(loc="best")
    each = f"Each point: {_sizes(samples)} samples, answered by the labels known before them"
    above.set(ylabel="Right answers", title=each)
    above.set_ylim(0, 1.02)
    _line(below, samples, {"samples without a spike": silent, "spikes that one neuron fired": busiest})
    below.set(xlabel="Training samples", ylabel="Share", title="Health: both lines should be low")
    below.set_ylim(0, max(0.1, 1.1 * float(subject.history[:, 2:4].max())))


def _sizes(ends: np.ndarray) -> str:
    """Return the number of samples per point, for points after ``ends`` samples."""
    counts = np.diff(ends, prepend=0).astype(int)
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _line(axes: "Axes", samples: np.ndarray, shares: dict[str, np.ndarray]) -> None:
    from matplotlib.ticker import PercentFormatter, StrMethodFormatter

    for name, values in shares.items():
        axes.plot(samples, values, marker="o", markersize=2.5, clip_on=False, label=name)
    if len(shares) > 1:
        axes.legend(loc="best")
    axes.set_xlim(0, 1.02 * samples[-1])
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.grid(axis="y", color="0.9", linewidth=0.6)
