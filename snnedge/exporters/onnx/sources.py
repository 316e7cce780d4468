"""What a graph is given: images, which it encodes, or input spikes. Needs no onnx to be imported."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ...model.integer_model import IntegerModel
from ...model.network import INPUT
from .lowering import lowering

if TYPE_CHECKING:
    from .tensor import Graph, State, Tensor


class Source(Protocol):
    """``zero``: int32 (n, 1), for n samples."""

    zero: "Tensor"

    def initial(self) -> "State":
        """State at the start of a sample."""
        ...

    def step(self, state: "State", step: "Tensor") -> "Tensor":
        """Advance ``state`` by one step; return the input spikes, bool (n, size)."""
        ...


class Images:
    """uint8 (n, *shape), encoded inside."""

    def __init__(self, graph: "Graph", model: IntegerModel) -> None:
        self.encoder = model.encoder
        self.kind = lowering("encoders", self.encoder.kind.name)
        images = graph.input("images", "uint8", ("n", *self.encoder.shape))
        gray = images.reshape(0, -1).to(np.int32)
        self.zero = gray.slice(0, 1, axis=1) * 0
        self.levels = self.kind.levels(self.encoder, gray)

    def initial(self) -> "State":
        state: State = self.kind.initial(self.encoder, self.zero)
        return state

    def step(self, state: "State", step: "Tensor") -> "Tensor":
        spikes: Tensor = self.kind.step(self.encoder, self.levels, state, step)
        return spikes


class Spikes:
    """bool (n, steps, inputs), as ``Runtime.trace(images, "input")`` has them."""

    def __init__(self, graph: "Graph", model: IntegerModel) -> None:
        shape = (model.steps, model.encoder.size)
        self.spikes = graph.input(INPUT, "bool", ("n", *shape))
        first = self.spikes.slice(0, 1, axis=1).slice(0, 1, axis=2)
        self.zero = first.reshape(0, -1).to(np.int32) * 0

    def initial(self) -> "State":
        return {}

    def step(self, state: "State", step: "Tensor") -> "Tensor":
        return self.spikes.take(step, 1)


GIVEN: dict[str, Callable[["Graph", IntegerModel], Source]] = {"image": Images, "spikes": Spikes}
