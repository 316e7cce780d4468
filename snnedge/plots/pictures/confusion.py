"""Confusion matrix: which class got which answer; numbers are samples, colours their share of the class."""

from typing import TYPE_CHECKING

import numpy as np

from ...measure.accuracy import accuracy, confusion
from ..figure import Subject

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEEDS = ("run",)
PALEST = 5e-4  # share of a class with the palest colour
NUMBERED = 20  # most classes with space for numbers


def obstacle(subject: Subject) -> str:
    return ""


def draw(figure: "Figure", subject: Subject) -> None:
    from matplotlib.colors import LogNorm

    assert subject.run
    data, outcome = subject.run.data, subject.run.outcome
    classes = max(data.classes, subject.graph.readout.classes)
    counts = confusion(outcome.labels, data.labels, classes)
    undecided = bool(counts[:, classes].any())
    counts = counts[:, : classes + undecided]
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure.set_size_inches(5.6, 5.0)
    axes = figure.subplots()
    image = axes.imshow(np.where(counts, share, np.nan), cmap="Blues", norm=LogNorm(PALEST, 1, clip=True))
    step = -(-classes // NUMBERED)
    ticks = range(0, classes - (step - 1) * undecided, step)  # "none" needs space
    axes.set_xticks([*ticks, *[classes] * undecided], [*map(str, ticks), *["none"] * undecided])
    axes.set_yticks(list(ticks))
    right = 100 * accuracy(outcome.labels, data.labels)
    axes.set_title(f"{right:.2f} % right of {len(data):,} samples of {data.name}, {data.split}")
    axes.set(xlabel="Answer", ylabel="True class")
    bar = figure.colorbar(image, ax=axes, shrink=0.7, label="Share of the class", pad=0.02)
    bar.set_ticks([0.001, 0.01, 0.1, 1], labels=["0.1 %", "1 %", "10 %", "100 %"])
    if classes <= NUMBERED:
        _write_numbers(axes, counts, share)


def _write_numbers(axes: "Axes", counts: np.ndarray, share: np.ndarray) -> None:
    for (row, column), n in np.ndenumerate(counts):
        if n:
            colour = "white" if share[row, column] > 0.1 else "black"
            axes.text(column, row, f"{n}", ha="center", va="center", fontsize=7, color=colour)
