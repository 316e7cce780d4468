"""`one_to_one`: source i reaches target i, all with one weight (integer-contract.md, "one_to_one").

The weight is a parameter: its range is not that of a code, and a synapse takes no memory.
"""

from collections.abc import Mapping

import numpy as np

from ...model.integers import INT16_MAX, INT16_MIN
from ...model.kind import SynapseKind
from ...model.network import Graph, Projection, require, unit_count
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint

PARAMETERS = {"weight": Parameter("")}  # in units of the target's weights
SCALARS = {"weight": (INT16_MIN, INT16_MAX)}
MAX_QUANTIZED = 2**11 - 1  # largest weight from the quantiser: 16 spikes at once fit int16


def check(graph: Graph, s: Projection) -> None:
    """Raise ``InputError`` unless source and target have the same size and there is one weight."""
    where = f"projections.{s.source}->{s.target}"
    sizes = (unit_count(graph, s.source), unit_count(graph, s.target))
    require(sizes[0] == sizes[1], f"{where}.kind", f"{s.kind} from {sizes[0]} to {sizes[1]} neurons")
    require(not s.weights.size, f"{where}.weights", f"{s.kind} has one weight, in its parameters")
    require(not s.bits, f"{where}.bits", f"{s.kind} has no bits")


def largest_scale(s: Projection, bits: int, clip: float) -> float:
    """Return the scale at which the weight becomes ``MAX_QUANTIZED``."""
    weight = abs(s.params["weight"])
    return MAX_QUANTIZED / weight if weight else np.inf


def quantize(s: Projection, scale: float, bits: int) -> Mapping[str, int]:
    """Return the integer parameters."""
    return {"weight": round(s.params["weight"] * scale)}


def bound(s: Projection, targets: int) -> int:
    """Return the largest magnitude of a synaptic sum, when every source spikes."""
    return abs(int(s.params["weight"]))


def sums(s: Projection, spikes: np.ndarray, arithmetic: FloatingPoint) -> np.ndarray:
    """Return the synaptic sums (n, targets) of ``spikes`` bool (n, sources)."""
    return np.asarray(spikes.astype(arithmetic.dtype) * s.params["weight"])


def pack(s: Projection, bits: int) -> np.ndarray:
    """Return an empty table: the kernel needs none."""
    return np.zeros(0, np.uint8)


def operations(graph: Graph, s: Projection, spikes: np.ndarray, steps: np.ndarray) -> int:
    """Return the synaptic operations for ``spikes`` bool (n, steps, sources); ``steps`` (n,) were run."""
    return int(spikes.sum())


KIND = SynapseKind(
    module=__name__,
    parameters=PARAMETERS,
    scalars=SCALARS,
    check=check,
    largest_scale=largest_scale,
    quantize=quantize,
    bound=bound,
    pack=pack,
    operations=operations,
    sums=sums,
    has_weights=False,
)
