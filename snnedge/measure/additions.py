"""Synaptic additions: the work of an answer, counted from its spikes.

One addition is one weight that one source spike adds to one sum (NeuroBench calls them synaptic
operations). How many of them a kernel does with one instruction does not count, nor do comparisons and the
encoder. A sample is counted up to its decision.
"""

import numpy as np

from .. import network, registry
from ..network import INPUT, Projection
from ..runtime import Runtime

TRACE_BYTES = 2**25  # a trace holds every step: a few samples at a time


def additions(runtime: Runtime, images: np.ndarray) -> dict[str, float]:
    """Mean additions per sample of uint8 ``images`` (n, *shape), by projection: "input->output"."""
    model = runtime.model
    sizes = [network.source_size(model, s.source) for s in model.projections]
    batch = max(1, TRACE_BYTES // (model.steps * max(sizes)))
    counts = {f"{s.source}->{s.target}": 0 for s in model.projections}
    for first in range(0, len(images), batch):
        some = images[first : first + batch]
        steps = runtime.run(some).steps
        for s in model.projections:
            counts[f"{s.source}->{s.target}"] += _count(runtime, s, some, steps)
    return {name: count / len(images) for name, count in counts.items()}


def _count(runtime: Runtime, s: Projection, images: np.ndarray, steps: np.ndarray) -> int:
    spikes = runtime.trace(images, s.source).spikes
    if _arrives_later(runtime, s):  # what fires in the last step arrives nowhere
        spikes[np.arange(len(spikes)), steps.astype(np.int64) - 1] = False
    return int(registry.load("synapses", s.kind).operations(runtime.model, s, spikes, steps))


def _arrives_later(runtime: Runtime, s: Projection) -> bool:
    """Do the spikes of ``s`` arrive in the step after their own?"""
    order = [p.name for p in runtime.model.populations]
    return s.source != INPUT and order.index(s.source) >= order.index(s.target)
