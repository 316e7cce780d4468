"""`sparse`: only weights other than 0 are stored (integer-contract.md, "sparse").

``weights``: shape (sources, targets), as for ``dense``. The kernel's table is the only difference.
"""

import numpy as np

from ...model import weight_codes
from ...model.kind import SynapseKind
from ...model.network import Graph, Projection
from . import dense

PARAMETERS = dense.PARAMETERS
SCALARS = dense.SCALARS

check = dense.check
quantize = dense.quantize
bound = dense.bound
sums = dense.sums


def largest_scale(s: Projection, bits: int, clip: float) -> float:
    """Return the largest scale at which the weights but 0 up to the quantile ``clip`` have a code."""
    return weight_codes.largest_scale(s.weights[s.weights != 0], bits, clip)


def pack(s: Projection, bits: int) -> np.ndarray:
    """Return the kernel's table, uint8: where each row begins and the last ends (uint32), then the entries.

    An entry has a code in its lowest bits and above it the gap: the targets since the entry before.
    It takes two bytes for 8 stored bits, else one. Entries of weight 0 bridge a gap that is too wide.
    """
    stored, zero_point = weight_codes.stored_bits(bits), s.params["zero_point"]
    span = 2 ** (8 if stored == 8 else 8 - stored)  # targets that one entry can advance
    source, target = np.nonzero(s.weights)
    before = np.concatenate([[-1], target[:-1]])
    before[np.concatenate([[True], source[1:] != source[:-1]])[: len(before)]] = -1
    bridges, gap = np.divmod(target - before[: len(target)] - 1, span)
    last = np.cumsum(bridges + 1)
    entries = np.full(last[-1] if len(last) else 0, (span - 1) << stored | zero_point, np.uint16)
    entries[last - 1] = gap << stored | (s.weights[source, target].astype(np.int64) + zero_point)
    size = 2 if stored == 8 else 1
    rows = np.concatenate([[0], last])[np.searchsorted(source, np.arange(len(s.weights) + 1))]
    starts = 4 * len(rows) + size * rows
    return np.concatenate([starts.astype("<u4").view(np.uint8), entries.astype(f"<u{size}").view(np.uint8)])


def operations(graph: Graph, s: Projection, spikes: np.ndarray, steps: np.ndarray) -> int:
    """Return the synaptic operations for ``spikes`` bool (n, steps, sources); ``steps`` (n,) were run."""
    return int(spikes.sum(axis=(0, 1)) @ (s.weights != 0).sum(axis=1))


KIND = SynapseKind(
    module=__name__,
    wire_names=dense.WIRE_NAMES,
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
