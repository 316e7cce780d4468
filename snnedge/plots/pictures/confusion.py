"""Confusion matrix: which class got which answer; numbers are samples, colours their share of the class."""

from typing import TYPE_CHECKING

import numpy as np

from ...measure.accuracy import accuracy, confusion
from ...model.network import UNDECIDED
from ..figure import Subject
from ..labels import class_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEEDS = ("run",)
PALEST = 5e-4  # share of a class with the palest colour
UPRIGHT = 4  # most letters of a name that is written horizontally below its column
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
    _write_classes(axes, list(ticks), classes if undecided else None, subject.graph.readout.class_names)
    right = 100 * accuracy(outcome.labels, data.labels)
    axes.set_title(f"{right:.2f} % right of {len(data):,} samples of {data.name}, {data.split}")
    axes.set(xlabel="Answer", ylabel="True class")
    bar = figure.colorbar(image, ax=axes, shrink=0.7, label="Share of the class", pad=0.02)
    bar.set_ticks([0.001, 0.01, 0.1, 1], labels=["0.1 %", "1 %", "10 %", "100 %"])
    if classes <= NUMBERED:
        _write_numbers(axes, counts, share)


def _write_classes(axes: "Axes", ticks: list[int], undecided: int | None, names: tuple[str, ...]) -> None:
    """Write the classes ``ticks`` at both axes, and at the column ``undecided`` that these samples are."""
    words = [class_name(k, names) for k in ticks]
    turned = 90 if max(map(len, words)) > UPRIGHT else 0
    axes.set_yticks(ticks, words, parse_math=False)
    if undecided is not None:
        ticks, words = [*ticks, undecided], [*words, class_name(UNDECIDED)]
    axes.set_xticks(ticks, words, parse_math=False, rotation=turned)


def _write_numbers(axes: "Axes", counts: np.ndarray, share: np.ndarray) -> None:
    for (row, column), n in np.ndenumerate(counts):
        if n:
            colour = "white" if share[row, column] > 0.1 else "black"
            axes.text(column, row, f"{n}", ha="center", va="center", fontsize=7, color=colour)
