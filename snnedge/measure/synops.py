"""Synaptic additions: the work of an answer, counted from its spikes.

One addition is one weight that one source spike adds to one sum (NeuroBench calls them synaptic
operations). How many of them a kernel does with one instruction does not count, nor do comparisons and the
encoder. A sample is counted up to its decision.
"""

import numpy as np

from ..model import network
from ..model.integer_model import IntegerModel
from ..model.network import INPUT, Projection
from ..runtime.runtime import Runtime

TRACE_BYTES = 2**25  # a trace holds every step: a few samples at a time


def additions(runtime: Runtime, images: np.ndarray, steps: np.ndarray | None = None) -> dict[str, float]:
    """Mean additions per sample of uint8 ``images`` (n, *shape), by projection: "input->output".

    ``steps``: int (n,), of each sample until its decision, if a run has told them already.
    """
    model = runtime.model
    steps = (runtime.run(images).steps if steps is None else steps).astype(np.int64)
    sources = list(dict.fromkeys(s.source for s in model.projections))
    batch = max(1, TRACE_BYTES // (model.steps * max(network.source_size(model, name) for name in sources)))
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
    """Steps after their own in which the spikes of ``s`` arrive."""
    order = [p.name for p in model.populations]
    later = s.source != INPUT and order.index(s.source) >= order.index(s.target)
    return int(s.delay) + int(later)
