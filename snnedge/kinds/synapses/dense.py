"""`dense`: every source reaches every target (integer-contract.md, "dense")."""

from collections.abc import Mapping

import numpy as np

from ...errors import InputError
from ...model import weight_codes
from ...model.kind import SynapseKind
from ...model.network import Graph, Projection, unit_count
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint

PARAMETERS: dict[str, Parameter] = {}
SCALARS = {"zero_point": (0, 128)}
WIRE_NAMES = {"zero_point": "offset"}


def check(graph: Graph, s: Projection) -> None:
    """Raise ``InputError`` unless the weights have the shape (sources, targets)."""
    expected = (unit_count(graph, s.source), unit_count(graph, s.target))
    if s.weights.shape != expected:
        where = f"projections.{s.source}->{s.target}.weights"
        raise InputError(f"model field {where!r}: shape {s.weights.shape}, expected {expected}")


def largest_scale(s: Projection, bits: int, clip: float) -> float:
    """Return the largest scale at which the weights up to the quantile ``clip`` have a code."""
    return weight_codes.largest_scale(s.weights, bits, clip)


def quantize(s: Projection, scale: float, bits: int) -> Mapping[str, int]:
    """Return the integer parameters."""
    return {"zero_point": weight_codes.zero_point(s.weights, bits)}


def bound(s: Projection, targets: int) -> int:
    """Return the largest magnitude of a synaptic sum, when every source spikes."""
    w = s.weights.astype(np.int64)
    return int(max(np.maximum(w, 0).sum(axis=0).max(), np.maximum(-w, 0).sum(axis=0).max()))


def sums(s: Projection, spikes: np.ndarray, arithmetic: FloatingPoint) -> np.ndarray:
    """Return the synaptic sums (n, targets) of ``spikes`` bool (n, sources)."""
    return arithmetic.sum(spikes, s.weights)


def pack(s: Projection, bits: int) -> np.ndarray:
    """Return the kernel's table, uint8: one row per source."""
    return weight_codes.pack(s.weights, bits, s.params["zero_point"])


def operations(graph: Graph, s: Projection, spikes: np.ndarray, steps: np.ndarray) -> int:
    """Return the synaptic operations for ``spikes`` bool (n, steps, sources); ``steps`` (n,) were run."""
    return int(spikes.sum()) * int(s.weights.shape[1])


KIND = SynapseKind(
    module=__name__,
    wire_names=WIRE_NAMES,
    parameters=PARAMETERS,
    scalars=SCALARS,
    check=check,
    largest_scale=largest_scale,
    quantize=quantize,
    bound=bound,
    pack=pack,
    operations=operations,
    sums=sums,
    stored_as=("dense", "sparse"),
)
