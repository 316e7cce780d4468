"""Perceptrons with one hidden layer in 8 bits, in onnxruntime: artificial networks for comparison.

Scikit-learn trains them on the training images. They are quantised to uint8 activations and int8 weights
(QDQ), which onnxruntime fuses into integer products. The cache, $XDG_CACHE_HOME/snnedge/mlp, else
~/.cache/snnedge/mlp, holds them as ONNX files and can be deleted. Images are uint8, without quantisation.
"""

import hashlib
import logging
import os
from pathlib import Path
from typing import Any

import numpy as np

from ...data import Dataset
from ...support.files import replacing
from ..accuracy import accuracy
from ..contender import Contender, Task

PACKAGES = ("onnx", "onnxruntime", "scikit-learn")
INSTALL = "pip install 'snnedge[bench]'"
SPIKING = False
BATCH = True
FITS = ((1e-3, 1_200_000), (1e-4, 600_000))  # learning rates, and images shown at most
ALPHA = (
    0.03  # L2; of 1e-4 (the library's own) and 0.03 the better on 5,000 held-out images: 98.06, not 97.74 %
)
OPSET = 18
FULL = 255.0
Layer = tuple[np.ndarray, np.ndarray]  # weights (inputs, outputs), bias (outputs,)

log = logging.getLogger("snnedge")


class Perceptron(Contender):
    """A quantised perceptron of ``width`` hidden neurons. ``accuracy``: on all test images."""

    accuracy: float

    def __init__(self, task: Task, width: int) -> None:
        self.images = _flat(task.images)
        train, test = task.load("train"), task.load("test")
        self._run = session(graph(train, width)).run
        self.accuracy = accuracy(self._labels(_flat(test.images)), test.labels)
        self.note = f"{self.images.shape[1]}-{width}-{train.classes}, trained on {len(train):,} images"

    def answer(self, part: slice) -> np.ndarray:
        return self._labels(self.images[part])

    def _labels(self, images: np.ndarray) -> np.ndarray:
        return np.asarray(self._run(None, {"image": images})[0])


def session(model: bytes) -> Any:
    """Open an onnxruntime session on one thread, with all optimisations."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def graph(train: Dataset, width: int) -> bytes:
    """Return the ONNX file of a perceptron trained on ``train``, from the cache if it is there."""
    path = _cache() / f"{_key(train, width)}.onnx"
    if path.is_file():
        return path.read_bytes()
    log.info("training a perceptron with %d hidden neurons on %d images (once)", width, len(train))
    images = _flat(train.images)
    found = quantized(_trained(images, train.labels, width), images)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as scratch:
        scratch.write_bytes(found)
    return found


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(home) / "snnedge" / "mlp"


def _key(train: Dataset, width: int) -> str:
    """Hash all that determines the file: data, sizes, training and format."""
    digest = hashlib.blake2b(repr((width, FITS, ALPHA, OPSET, train.images.shape)).encode(), digest_size=16)
    for part in (train.images, train.labels):
        digest.update(part.tobytes())
    return digest.hexdigest()


def _flat(images: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(images.reshape(len(images), -1))


def _trained(images: np.ndarray, labels: np.ndarray, width: int) -> list[Layer]:
    """Train both layers, float32, by Adam: first with large steps, then with small ones."""
    from sklearn.neural_network import MLPClassifier

    net = MLPClassifier((width,), alpha=ALPHA, random_state=0, warm_start=True)
    pixels = images.astype(np.float32) / FULL
    for rate, shown in FITS:
        net.set_params(learning_rate_init=rate, max_iter=max(1, shown // len(images))).fit(pixels, labels)
    layers = zip(net.coefs_, net.intercepts_, strict=True)
    return [(w.astype(np.float32), b.astype(np.float32)) for w, b in layers]


def quantized(layers: list[Layer], images: np.ndarray) -> bytes:
    """Return the ONNX file: uint8 image -> integer products -> label.

    Activations are scaled by their maximum over ``images``.
    """
    import onnx

    first, second = layers
    hidden = np.maximum(images.astype(np.float32) / FULL @ first[0] + first[1], 0)
    answers = hidden @ second[0] + second[1]
    writer = _Writer()
    value = writer.layer("image", first, 1 / FULL)
    value = writer.codes(writer.node("Relu", [value]), float(hidden.max()) / FULL, 0)
    value = writer.layer(value, second, float(hidden.max()) / FULL)
    low, high = min(float(answers.min()), 0), max(float(answers.max()), 0)
    step = (high - low) / FULL
    value = writer.codes(value, step, round(-low / step))
    value = writer.decoded(value, step, np.uint8(round(-low / step)))
    model = writer.model(writer.node("ArgMax", [value], axis=1, keepdims=0), images.shape[1])
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


class _Writer:
    """An ONNX graph, written node by node; names are numbers in the order of writing."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []

    def layer(self, codes: str, layer: Layer, scale: float) -> str:
        """Write a layer of integer weights with input uint8 ``codes`` x ``scale``; return its sums."""
        (weights, bias), own = layer, float(np.abs(layer[0]).max()) / 127
        w = self.decoded(self.constant(np.rint(weights / own).astype(np.int8)), own, np.int8(0))
        b = self.constant(np.rint(bias / (own * scale)).astype(np.int32))
        b = self.decoded(b, own * scale, np.int32(0))
        return self.node("Gemm", [self.decoded(codes, scale, np.uint8(0)), w, b])

    def codes(self, value: str, scale: float, zero: int) -> str:
        """Quantise ``value`` to uint8."""
        numbers = [self.constant(np.float32(scale)), self.constant(np.uint8(zero))]
        return self.node("QuantizeLinear", [value, *numbers])

    def decoded(self, codes: str, scale: float, zero: np.generic) -> str:
        return self.node("DequantizeLinear", [codes, self.constant(np.float32(scale)), self.constant(zero)])

    def constant(self, value: np.ndarray | np.generic) -> str:
        from onnx import numpy_helper

        self.tensors.append(numpy_helper.from_array(np.asarray(value), f"c{len(self.tensors)}"))
        return str(self.tensors[-1].name)

    def node(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [f"n{len(self.nodes)}"], **attributes))
        return str(self.nodes[-1].output[0])

    def model(self, label: str, inputs: int) -> Any:
        from onnx import TensorProto, helper

        image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", inputs])
        answer = helper.make_tensor_value_info(label, TensorProto.INT64, ["n"])
        graph = helper.make_graph(self.nodes, "perceptron", [image], [answer], self.tensors)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
