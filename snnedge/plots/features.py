"""Features: the patches of weights that are laid on every place of the image."""

from typing import TYPE_CHECKING

import numpy as np

from ..network import Projection
from ..plot import Subject
from . import _tiles
from ._labels import weight_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NEEDS = ()
INCHES = 0.62  # of a patch, at most


def obstacle(subject: Subject) -> str:
    return "" if _shared(subject) else "no shared weights"


def draw(figure: "Figure", subject: Subject) -> None:
    found = _shared(subject)
    for axes, s in zip(np.atleast_1d(figure.subplots(len(found))), found, strict=True):
        maps, rows, columns = s.weights.shape
        across = _tiles.best_columns([maps], (rows, columns))
        canvas, _ = _tiles.mosaic([s.weights], across)
        _tiles.show(figure, axes, canvas, s.weights, weight_unit(subject.graph))
        axes.set_title(f"{s.source} to {s.target}: {maps} features of {rows} x {columns} pixels")
    figure.set_figwidth(min(across * INCHES / _tiles.WIDE, figure.get_figwidth()))
    _tiles.fit(figure, canvas.repeat(len(found), axis=0))


def _shared(subject: Subject) -> list[Projection]:
    return [s for s in subject.graph.projections if s.kind == "shared"]
