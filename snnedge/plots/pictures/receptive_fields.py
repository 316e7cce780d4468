"""Receptive fields: the input weights of each neuron as an image, grouped by its class."""

from typing import TYPE_CHECKING

import numpy as np

from ...model.network import INPUT, UNASSIGNED, Projection
from .. import tiles as _tiles
from ..figure import Subject
from ..labels import weight_unit

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
        unit = f"Weight ({weight_unit(subject.graph)})"
        names = subject.graph.readout.class_names
        canvases.append(_tiles.draw(figure, axes, _groups(subject, s), unit, names))
        axes.set_title(f"{s.source} to {s.target}: {s.weights.shape[1]} neurons")
    _tiles.fit(figure, canvases)


def _dense(subject: Subject) -> list[Projection]:
    return [s for s in subject.graph.projections if s.source == INPUT and s.kind == "dense"]


def _groups(subject: Subject, s: Projection) -> dict[int, np.ndarray]:
    """Return the tiles of each class; hidden neurons form one group."""
    tiles = s.weights.T.reshape(-1, *subject.graph.encoder.shape)
    readout = subject.graph.readout
    return _tiles.by_class(tiles, readout.labels) if s.target == readout.population else {UNASSIGNED: tiles}
