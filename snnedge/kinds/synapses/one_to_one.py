"""`one_to_one`: source i reaches target i, all with one weight (integer-contract.md, "one_to_one").

The weight is a parameter: it is not limited to the codes of a matrix, and nothing is stored per synapse.
"""

from collections.abc import Mapping

import numpy as np

from ...model.integers import INT16_MAX, INT16_MIN
from ...model.kind import SynapseKind
from ...model.network import Graph, Projection, require, source_size
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint

PARAMETERS = {"weight": Parameter("")}  # in units of the target's weights
SCALARS = {"weight": (INT16_MIN, INT16_MAX)}
LARGEST = 2**11 - 1  # that the quantiser makes of a weight: 16 spikes at once then fit int16


def check(graph: Graph, s: Projection) -> None:
    """Raise ``InputError`` unless source and target have the same size."""
    where = f"projections.{s.source}->{s.target}"
    sizes = (source_size(graph, s.source), source_size(graph, s.target))
    require(sizes[0] == sizes[1], f"{where}.kind", f"{s.kind} from {sizes[0]} to {sizes[1]} neurons")
    require(not s.weights.size, f"{where}.weights", f"{s.kind} has one weight, in its parameters")
    require(not s.bits, f"{where}.bits", f"{s.kind} has no bits")


def largest_scale(s: Projection, bits: int, clip: float) -> float:
    """The largest scale at which the weight has a place, with room for several spikes at once."""
    weight = abs(s.params["weight"])
    return LARGEST / weight if weight else np.inf


def quantize(s: Projection, scale: float, bits: int) -> Mapping[str, int]:
    """Integer parameters."""
    return {"weight": round(s.params["weight"] * scale)}


def bounds(s: Projection, targets: int) -> int:
    """Largest magnitude of a target's sum when every source spikes: proves the range of the sum."""
    return abs(int(s.params["weight"]))


def sums(s: Projection, spikes: np.ndarray, arithmetic: FloatingPoint) -> np.ndarray:
    """Synaptic sums (n, targets) of ``spikes`` bool (n, sources)."""
    return np.asarray(spikes.astype(arithmetic.dtype) * s.params["weight"])


def pack(s: Projection, bits: int) -> np.ndarray:
    """The kernel's table: there is none."""
    return np.zeros(0, np.uint8)


def operations(graph: Graph, s: Projection, spikes: np.ndarray, steps: np.ndarray) -> int:
    """Additions of a weight for ``spikes`` bool (n, steps, sources); ``steps`` (n,) were run."""
    return int(spikes.sum())


KIND = SynapseKind(
    module=__name__,
    parameters=PARAMETERS,
    scalars=SCALARS,
    check=check,
    largest_scale=largest_scale,
    quantize=quantize,
    bounds=bounds,
    pack=pack,
    operations=operations,
    sums=sums,
    has_weights=False,
)
