"""`sparse`: the synapses that exist; a weight of 0 is none (integer-contract.md, "sparse").

``weights``: shape (sources, targets), as for ``dense``, with which it shares all but the kernel's table.
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
bounds = dense.bounds
sums = dense.sums


def largest_scale(s: Projection, bits: int, clip: float) -> float:
    """The largest scale at which the existing weights up to the quantile ``clip`` have a code."""
    return weight_codes.largest_scale(s.weights[s.weights != 0], bits, clip)


def pack(s: Projection, bits: int) -> np.ndarray:
    """The kernel's table, uint8: where each row begins and the last ends (uint32), then the entries.

    An entry is a code in its lowest bits and, above it, how many targets lie between it and the one before:
    two bytes for 8 stored bits, else one. Where the gap is too wide, entries of weight 0 bridge it.
    """
    stored, offset = weight_codes.stored_bits(bits), s.params["offset"]
    reach = 2 ** (8 if stored == 8 else 8 - stored)  # targets that one entry can go on by
    source, target = np.nonzero(s.weights)
    before = np.concatenate([[-1], target[:-1]])
    before[np.concatenate([[True], source[1:] != source[:-1]])[: len(before)]] = -1
    bridges, gap = np.divmod(target - before[: len(target)] - 1, reach)
    last = np.cumsum(bridges + 1)
    entries = np.full(last[-1] if len(last) else 0, (reach - 1) << stored | offset, np.uint16)
    entries[last - 1] = gap << stored | (s.weights[source, target].astype(np.int64) + offset)
    size = 2 if stored == 8 else 1
    rows = np.concatenate([[0], last])[np.searchsorted(source, np.arange(len(s.weights) + 1))]
    starts = 4 * len(rows) + size * rows
    return np.concatenate([starts.astype("<u4").view(np.uint8), entries.astype(f"<u{size}").view(np.uint8)])


def operations(graph: Graph, s: Projection, spikes: np.ndarray, steps: np.ndarray) -> int:
    """Additions of a weight for ``spikes`` bool (n, steps, sources); ``steps`` (n,) were run."""
    return int(spikes.sum(axis=(0, 1)) @ (s.weights != 0).sum(axis=1))


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
    stored_as=("dense", "sparse"),
)
