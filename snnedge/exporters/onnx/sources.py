"""Inputs of a graph: images, which it encodes, or input spikes. This module does not import onnx."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ...model.integer_model import IntegerModel
from ...model.network import INPUT
from .lowering import lowering

if TYPE_CHECKING:
    from .tensor import Graph, State, Tensor


class Source(Protocol):
    """An input of the graph. ``zero``: int32 (n, 1), for n samples."""

    zero: "Tensor"

    def initial(self) -> "State":
        """Return the state before the first step."""
        ...

    def step(self, state: "State", step: "Tensor") -> "Tensor":
        """Advance ``state`` by one step; return the input spikes, bool (n, size)."""
        ...


class Images:
    """The input of images, uint8 (n, *shape), which the graph encodes."""

    def __init__(self, graph: "Graph", model: IntegerModel) -> None:
        self.encoder = model.encoder
        self.kind = lowering("encoders", self.encoder.kind.name)
        images = graph.input("images", "uint8", ("n", *self.encoder.shape))
        gray = images.reshape(0, -1).to(np.int32)
        self.zero = gray.slice(0, 1, axis=1) * 0
        self.levels = self.kind.levels(self.encoder, gray)

    def initial(self) -> "State":
        """Return the encoder's state before the first step."""
        state: State = self.kind.initial(self.encoder, self.zero)
        return state

    def step(self, state: "State", step: "Tensor") -> "Tensor":
        """Advance ``state`` by one step; return the input spikes, bool (n, size)."""
        spikes: Tensor = self.kind.step(self.encoder, self.levels, state, step)
        return spikes


class Spikes:
    """The input of spikes, bool (n, steps, inputs), as ``Runtime.trace(images, "input")`` returns them."""

    def __init__(self, graph: "Graph", model: IntegerModel) -> None:
        shape = (model.steps, model.encoder.size)
        self.spikes = graph.input(INPUT, "bool", ("n", *shape))
        first = self.spikes.slice(0, 1, axis=1).slice(0, 1, axis=2)
        self.zero = first.reshape(0, -1).to(np.int32) * 0

    def initial(self) -> "State":
        """Return an empty state."""
        return {}

    def step(self, state: "State", step: "Tensor") -> "Tensor":
        """Return the input spikes of ``step``, bool (n, size)."""
        return self.spikes.take(step, 1)


SOURCES: dict[str, Callable[["Graph", IntegerModel], Source]] = {"image": Images, "spikes": Spikes}
