"""Inputs: what a population may ask of the projections into it, in one step (``snnedge/inputs.py``)."""

import numpy as np

from ...model.integer_model import IntegerModel, sum_bound
from ...model.integers import INT16_MAX, INT16_MIN
from ...model.kind import RECEPTORS
from ...model.network import Population, inputs_of
from .lowering import lowering
from .tensor import INT32, Tensor


class Inputs:
    """The synaptic sums of the population ``p``; ``n`` samples at once.

    ``step``: its number, int64, shape (). ``arriving``: for each projection into ``p``, in the model's
    order, bool (n, sources): its spikes that arrive now, or the map that it reads. ``events``: int32 (n, 1)
    each, the saturations so far.
    """

    def __init__(self, model: IntegerModel, p: Population, step: Tensor, arriving: list[Tensor]) -> None:
        self.p, self.step = p, step
        self._projections = list(zip(inputs_of(model, p.name), arriving, strict=True))
        self._proved = sum_bound(model, p.name) <= INT16_MAX  # no sum can saturate
        self.events: list[Tensor] = []

    def drive(self, receptor: str = RECEPTORS[0]) -> Tensor:
        """The saturated sums at ``receptor`` of the spikes that arrive in this step, int32 (n, size)."""
        total = self.step.graph.constant(np.zeros((1, self.p.size)), INT32)
        for s, spikes in self._projections:
            if s.receptor == receptor:
                total = total + lowering("synapses", s.kind.name).sums(s, spikes)
        return total if self._proved else self.saturate(total)

    def drive_at(self, places: Tensor, sums: int) -> tuple[Tensor, Tensor]:
        """Saturated sums at ``places`` (k,) of the maps, int32 (n, k, sums); spikes delivered, int32
        (n, k, 1). A place below 0 is none: nothing is there."""
        total, delivered = (self.step.graph.constant(np.zeros((1, 1, k)), INT32) for k in (sums, 1))
        for s, seen in self._projections:
            patches = lowering("synapses", s.kind.name).patches(s, seen, places)
            total = total + patches @ s.weights.reshape(sums, -1).T
            delivered = delivered + patches.to(INT32).sum(2)
        return (total if self._proved else self.saturate(total)), delivered

    def saturate(self, x: Tensor) -> Tensor:
        """sat16, counting every value that it changes."""
        return self.counted(x, x.clip(INT16_MIN, INT16_MAX))

    def counted(self, x: Tensor, clipped: Tensor) -> Tensor:
        """``clipped``, counting every value in which it differs from ``x``, of the same type."""
        changed = (~clipped.equals(x)).to(INT32)
        self.events.append(changed.reshape(0, -1).sum(1))
        return clipped
