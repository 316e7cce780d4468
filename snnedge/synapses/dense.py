"""`dense`: every source reaches every target (docs/fixed-point.md, "dense")."""

from collections.abc import Mapping

import numpy as np

from .. import codes
from ..errors import InputError
from ..network import Graph, Projection, source_size
from ..parameters import Parameter

PARAMETERS: dict[str, Parameter] = {}
SCALARS = {"offset": (0, 128)}
ARRAYS: tuple[str, ...] = ()
PLACES = False


def check(graph: Graph, s: Projection) -> None:
    """Raise ``InputError`` unless the weights have the shape (sources, targets)."""
    expected = (source_size(graph, s.source), source_size(graph, s.target))
    if s.weights.shape != expected:
        where = f"projections.{s.source}->{s.target}.weights"
        raise InputError(f"model field {where!r}: shape {s.weights.shape}, expected {expected}")


def quantize(s: Projection, bits: int) -> Mapping[str, int]:
    """Integer parameters."""
    return {"offset": codes.offset(s.weights, bits)}


def bounds(weights: np.ndarray) -> int:
    """Largest magnitude of a target's sum when every source spikes: proves the range of the sum."""
    w = weights.astype(np.int64)
    return int(max(np.maximum(w, 0).sum(axis=0).max(), np.maximum(-w, 0).sum(axis=0).max()))


def rows(weights: np.ndarray) -> np.ndarray:
    """The weights as they are packed: shape (sources, targets)."""
    return weights


def operations(graph: Graph, s: Projection, spikes: np.ndarray, steps: np.ndarray) -> int:
    """Additions of a weight for ``spikes`` bool (n, steps, sources); ``steps`` (n,) were run."""
    return int(spikes.sum()) * int(s.weights.shape[1])
