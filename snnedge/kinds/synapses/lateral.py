"""`lateral`: source i reaches every target but i, all with one weight (integer-contract.md).

Lateral inhibition in O(N): each target gets the total of all sources less that of its own source.
"""

import numpy as np

from ...model.kind import SynapseKind
from ...model.network import Graph, Projection, unit_count
from ...simulator.arithmetic import FloatingPoint
from . import one_to_one

PARAMETERS = one_to_one.PARAMETERS
SCALARS = one_to_one.SCALARS

check = one_to_one.check
largest_scale = one_to_one.largest_scale
quantize = one_to_one.quantize
pack = one_to_one.pack


def bound(s: Projection, targets: int) -> int:
    """Return the largest magnitude of a synaptic sum, when every source spikes."""
    return (targets - 1) * one_to_one.bound(s, targets)


def sums(s: Projection, spikes: np.ndarray, arithmetic: FloatingPoint) -> np.ndarray:
    """Return the synaptic sums (n, targets) of ``spikes`` bool (n, sources)."""
    own = spikes.astype(arithmetic.dtype)
    return np.asarray((own.sum(axis=1, keepdims=True) - own) * s.params["weight"])


def operations(graph: Graph, s: Projection, spikes: np.ndarray, steps: np.ndarray) -> int:
    """Return the synaptic operations for ``spikes`` bool (n, steps, sources).

    A step with spikes adds its total to each target, and each spike is subtracted once.
    """
    return int(spikes.any(axis=2).sum()) * unit_count(graph, s.target) + int(spikes.sum())


KIND = SynapseKind(
    module=__name__,
    wire="all_but_self",
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
