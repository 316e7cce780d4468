"""Readout fields: where ink speaks for (red) or against (blue) a readout neuron, by way of the features."""

import math
from typing import TYPE_CHECKING

import numpy as np

from ...kinds.neurons.conv_wta import cells
from ...model.network import Projection, inputs_of, population
from ...simulator import scan_order
from .. import tiles
from ..figure import Subject

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NEEDS = ()


def obstacle(subject: Subject) -> str:
    return "" if _path(subject) else "no readout behind shared features"


def draw(figure: "Figure", subject: Subject) -> None:
    path = _path(subject)
    assert path
    images = fields(subject, *path)
    axes = figure.subplots()
    readout = subject.graph.readout
    groups = tiles.by_class(images, readout.labels)
    canvas = tiles.draw(figure, axes, groups, "Sum of weight x weight", readout.class_names)
    axes.set_title(f"{path[0].source} to {path[1].target}: {len(images)} neurons")
    tiles.fit(figure, [canvas])


def fields(subject: Subject, patch: Projection, dense: Projection) -> np.ndarray:
    """Return the patches on the image, weighted by the readout, float (neurons, height, width).

    The weight of a pooled unit is divided evenly among the positions of its window.
    """
    p = population(subject.graph, patch.target).params
    neurons = dense.weights.shape[1]
    rows, columns = cells(p, "rows"), cells(p, "columns")
    units = dense.weights.reshape(rows, columns, p["maps"], neurons).astype(float)
    at = np.zeros((neurons, p["maps"], p["rows"], p["columns"]))
    for row, column in np.ndindex(rows, columns):
        y, x = p["stride"] * row, p["stride"] * column
        window = at[:, :, y : y + p["pool"], x : x + p["pool"]]
        window += units[row, column].T[:, :, None, None] / window[0, 0].size
    shape = subject.graph.encoder.shape
    image, positions = (
        np.zeros((neurons, math.prod(shape))),
        scan_order.first_pixels(p, *np.indices(at.shape[2:])),
    )
    for (r, c), weights in zip(np.ndindex(patch.weights.shape[1:]), _pixels(patch), strict=True):
        image[:, positions + r * p["image_width"] + c] += np.einsum("k,nkyx->nyx", weights, at)
    return image.reshape(neurons, *shape)


def _pixels(patch: Projection) -> np.ndarray:
    """Return the weights of all maps for each pixel of the patch."""
    return patch.weights.reshape(len(patch.weights), -1).T.astype(float)


def _path(subject: Subject) -> tuple[Projection, Projection] | None:
    """Find the projections from the image to shared features, and from there to the readout."""
    for dense in inputs_of(subject.graph, subject.graph.readout.population):
        for patch in inputs_of(subject.graph, dense.source):
            if patch.kind == "patch" and dense.kind == "dense" and len(subject.graph.encoder.shape) == 2:
                return patch, dense
    return None
