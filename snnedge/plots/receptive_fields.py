"""Receptive fields: the input weights of each neuron as an image, grouped by the class it stands for."""

from typing import TYPE_CHECKING

import numpy as np

from ..network import INPUT, UNASSIGNED, Projection
from ..plot import Subject
from . import _tiles
from ._labels import class_name, weight_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NEEDS = ()


def obstacle(subject: Subject) -> str:
    shape = subject.graph.encoder.shape
    if len(shape) != 2:
        return f"the input is no image (shape {tuple(shape)})"
    return "" if _dense(subject) else "no dense connection from the input"


def draw(figure: "Figure", subject: Subject) -> None:
    found = _dense(subject)
    canvases = []
    for axes, s in zip(np.atleast_1d(figure.subplots(len(found))), found, strict=True):
        groups = _groups(subject, s)
        tiles = list(groups.values())
        columns = _tiles.best_columns([len(t) for t in tiles], tiles[0].shape[1:])
        canvas, middles = _tiles.mosaic(tiles, columns)
        _tiles.show(figure, axes, canvas, s.weights, weight_unit(subject.graph))
        if len(groups) > 1:
            axes.set_yticks(middles, [class_name(label) for label in groups])
            axes.tick_params(left=False)
            axes.set_ylabel("Class of the neurons")
        axes.set_title(f"{s.source} to {s.target}: {s.weights.shape[1]} neurons")
        canvases.append(canvas)
    _tiles.fit(figure, np.concatenate([c[:, :1] for c in canvases]).repeat(canvases[0].shape[1], axis=1))


def _dense(subject: Subject) -> list[Projection]:
    return [s for s in subject.graph.projections if s.source == INPUT and s.kind == "dense"]


def _groups(subject: Subject, s: Projection) -> dict[int, np.ndarray]:
    """The tiles of each class that has neurons, unassigned ones last; hidden neurons make one group."""
    tiles = s.weights.T.reshape(-1, *subject.graph.encoder.shape)
    readout = subject.graph.readout
    if s.target != readout.population:
        return {UNASSIGNED: tiles}
    present = sorted(set(readout.labels.tolist()), key=lambda label: (label < 0, label))
    return {label: tiles[readout.labels == label] for label in present}
