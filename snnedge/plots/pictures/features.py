"""Features: the patches of weights that are applied at every position of the image."""

from typing import TYPE_CHECKING

import numpy as np

from ...model.network import UNASSIGNED, Projection
from .. import tiles
from ..figure import Subject
from ..labels import weight_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NEEDS = ()
MIN_DOTS_PER_INCH = 35  # as patches are small


def obstacle(subject: Subject) -> str:
    return "" if _shared(subject) else "no shared weights"


def draw(figure: "Figure", subject: Subject) -> None:
    found = _shared(subject)
    canvases = []
    for axes, s in zip(np.atleast_1d(figure.subplots(len(found))), found, strict=True):
        maps, rows, columns = s.weights.shape
        unit = f"Weight ({weight_unit(subject.graph)})"
        canvases.append(tiles.draw(figure, axes, {UNASSIGNED: s.weights}, unit))
        axes.set_title(f"{s.source} to {s.target}: {maps} features of {rows} x {columns} pixels")
    across = max(canvas.shape[1] for canvas in canvases) / MIN_DOTS_PER_INCH
    figure.set_figwidth(min(across / tiles.MOSAIC_SHARE, figure.get_figwidth()))
    tiles.fit(figure, canvases)


def _shared(subject: Subject) -> list[Projection]:
    return [s for s in subject.graph.projections if s.kind == "patch"]
