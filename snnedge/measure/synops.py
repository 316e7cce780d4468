"""Synaptic operations: the work of an answer, counted from its spikes.

One operation adds one weight to one sum for one source spike, as in NeuroBench. The count is independent of
the kernel's instructions, and leaves out comparisons and the encoder. A sample counts up to its decision.
"""

import numpy as np

from ..model import network
from ..model.integer_model import IntegerModel
from ..model.network import INPUT, Projection
from ..runtime.runtime import Runtime

TRACE_BYTES = 2**25  # of the traces of a batch, which hold every step


def synaptic_operations(
    runtime: Runtime, images: np.ndarray, steps: np.ndarray | None = None
) -> dict[str, float]:
    """Count the mean operations per sample of uint8 ``images`` (n, *shape), by projection: "input->output".

    ``steps``: int (n,), of each sample until its decision, if they are known from a run.
    """
    model = runtime.model
    steps = (runtime.run(images).steps if steps is None else steps).astype(np.int64)
    sources = list(dict.fromkeys(s.source for s in model.projections))
    batch = max(1, TRACE_BYTES // (model.steps * max(network.unit_count(model, name) for name in sources)))
    counts = {f"{s.source}->{s.target}": 0 for s in model.projections}
    for source in sources:
        for first in range(0, len(images), batch):
            spikes = runtime.trace(images[first : first + batch], source).spikes
            for s in (s for s in model.projections if s.source == source):
                counts[f"{s.source}->{s.target}"] += _count(model, s, spikes, steps[first : first + batch])
    return {name: count / len(images) for name, count in counts.items()}


def _count(model: IntegerModel, s: Projection, spikes: np.ndarray, steps: np.ndarray) -> int:
    arrives = np.arange(spikes.shape[1]) < steps[:, None] - _lag(model, s)
    return s.kind.operations(model, s, spikes & arrives[:, :, None], steps)


def _lag(model: IntegerModel, s: Projection) -> int:
    """Return the steps between a spike of ``s`` and its arrival."""
    order = [p.name for p in model.populations]
    later = s.source != INPUT and order.index(s.source) >= order.index(s.target)
    return int(s.delay) + int(later)
