"""Weights: how the weights of each connection are distributed; the scale of the counts is logarithmic."""

from typing import TYPE_CHECKING

import numpy as np

from .. import histogram
from ..figure import Subject
from ..labels import weight_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NEEDS = ()


def obstacle(subject: Subject) -> str:
    return ""


def draw(figure: "Figure", subject: Subject) -> None:
    parts = {}
    for s in subject.graph.projections:
        if not s.weights.size:
            continue  # one weight for all of its synapses: no histogram
        zeros = 100 * float(np.mean(s.weights == 0))
        share = f", {zeros:.0f} % are 0" if zeros else ""
        parts[f"{s.source} to {s.target}: {s.weights.size:,} weights{share}"] = s.weights.ravel()
    histogram.draw(figure, parts, weight_unit(subject.graph), "weights")
