"""`onnx`: the ONNX graph of the model in onnxruntime.

``onnx:FILE`` takes the file as it is; without an argument the graph is made, for images, in memory.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, ToolError
from ..exporters.onnx import MARK, REMEDY, proto
from ..model.integer_model import IntegerModel
from ..model.network import INPUT
from ..model.outcome import Outcome, Trace, empty
from ..runtime.runtime import Runtime

INTEGER = True
ARGUMENT = True
BATCH_BYTES = 2**25  # of the spikes and membranes of a batch in all steps


def open(model: IntegerModel, argument: str | None = None) -> "Onnx":
    """Open the graph of ``model``, from the file ``argument`` or freshly made. Raises ``InputError``."""
    if not argument:
        return Onnx(model, proto(model).SerializeToString(), "the graph")
    try:
        return Onnx(model, Path(argument).read_bytes(), argument)
    except OSError as error:
        raise InputError(f"cannot read {argument}: {error.strerror or error}") from error


class Onnx:
    """The ``graph`` (bytes) called ``name``; raises ``InputError`` if its hash is not that of ``model``."""

    def __init__(self, model: IntegerModel, graph: bytes, name: str) -> None:
        self.model = model
        self._session = _session(graph, name)
        found = self._session.get_modelmeta().custom_metadata_map.get(f"{MARK}.hash")
        if found != model.hash_text:
            raise InputError(
                f"{name} has model hash {found}, the model has {model.hash_text}; export again"
            )

    def run(self, images: np.ndarray) -> Outcome:
        """Answer uint8 ``images`` (n, *shape)."""
        result = empty(len(images), len(self.model.readout.labels))
        for rows, answer in self._answers(images, list(vars(result))):
            for name, values in vars(result).items():
                values[rows] = answer[name]
        return result

    def trace(self, images: np.ndarray) -> Trace:
        """Record every spike and membrane of the readout population: see ``Trace``."""
        name, size = self.model.readout.population, len(self.model.readout.labels)
        spikes = np.zeros((len(images), self.model.steps, size), bool)
        membrane = np.zeros(spikes.shape, np.int16)
        for rows, answer in self._answers(images, ["spikes", "membrane"]):
            spikes[rows], membrane[rows] = answer["spikes"], answer["membrane"]
        return Trace(spikes, membrane, self.model.scales[name], self.model.dt)

    def _answers(
        self, images: np.ndarray, names: list[str]
    ) -> Iterator[tuple[slice, dict[str, np.ndarray]]]:
        """Yield the rows of each batch and its outputs called ``names``."""
        model = self.model
        bytes_each = model.steps * (8 * len(model.readout.labels) + model.encoder.size)
        size = max(1, BATCH_BYTES // bytes_each)
        (source,) = (i.name for i in self._session.get_inputs())
        for first in range(0, len(images), size):
            rows = slice(first, first + size)
            samples = images[rows].reshape(-1, *model.encoder.shape)
            given = samples if source != INPUT else Runtime(model).trace(samples, INPUT).spikes
            answer = self._session.run(names, {source: given})
            yield rows, dict(zip(names, answer, strict=True))


def _session(graph: bytes, name: str) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise ToolError(f"no onnxruntime: {REMEDY}") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # nodes are too small for several threads
    try:
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have no common class
        line = str(error).partition("\n")[0]
        raise InputError(f"{name}: onnxruntime cannot read it ({line}); export it again") from error
