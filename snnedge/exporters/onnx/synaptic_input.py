"""Synaptic input in ONNX: the sums that the projections into a population deliver in one step."""

import numpy as np

from ...model.integer_model import IntegerModel, sum_bound
from ...model.integers import INT16_MAX, INT16_MIN
from ...model.kind import RECEPTORS
from ...model.network import Population, inputs_of
from .lowering import lowering
from .tensor import INT32, Tensor


class SynapticInput:
    """The synaptic sums of the population ``p``, for n samples.

    ``step``: its number, int64, shape (). ``arriving``: for each projection into ``p``, in the model's
    order, the spikes that arrive or the map that it reads, bool (n, sources). ``events``: the saturations,
    int32 (n, 1) each.
    """

    def __init__(self, model: IntegerModel, p: Population, step: Tensor, arriving: list[Tensor]) -> None:
        self.p, self.step = p, step
        self._projections = list(zip(inputs_of(model, p.name), arriving, strict=True))
        self._proved = sum_bound(model, p.name) <= INT16_MAX  # no sum can saturate
        self.events: list[Tensor] = []

    def current(self, receptor: str = RECEPTORS[0]) -> Tensor:
        """Return the input current, int32 (n, size): saturated sums of the spikes at ``receptor``."""
        total = self.step.graph.constant(np.zeros((1, self.p.size)), INT32)
        for s, spikes in self._projections:
            if s.receptor == receptor:
                total = total + lowering("synapses", s.kind.name).sums(s, spikes)
        return total if self._proved else self.saturate(total)

    def current_at(self, positions: Tensor, sums: int) -> tuple[Tensor, Tensor]:
        """Return the input current, int32 (n, k, sums), and the active pixels delivered, int32 (n, k, 1).

        ``positions``: first pixel of each patch, int64 (k,); -1 fills up and delivers nothing.
        """
        total, delivered = (self.step.graph.constant(np.zeros((1, 1, k)), INT32) for k in (sums, 1))
        for s, active in self._projections:
            patches = lowering("synapses", s.kind.name).patches(s, active, positions)
            total = total + patches @ s.weights.reshape(sums, -1).T
            delivered = delivered + patches.to(INT32).sum(2)
        return (total if self._proved else self.saturate(total)), delivered

    def saturate(self, x: Tensor) -> Tensor:
        """Return sat16(x) and count every value that it changes."""
        return self.counted(x, x.clip(INT16_MIN, INT16_MAX))

    def counted(self, x: Tensor, clipped: Tensor) -> Tensor:
        """Return ``clipped`` and count every value in which it differs from ``x``, of the same type."""
        changed = (~clipped.equals(x)).to(INT32)
        self.events.append(changed.reshape(0, -1).sum(1))
        return clipped
