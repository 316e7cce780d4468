"""Measure the accuracy of a model on labelled samples, with any back end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from .. import backends
from ..backends import Backend, open_backend
from ..data import Dataset
from ..errors import InputError
from ..measure import latency
from ..measure.accuracy import accuracy, confusion, wilson_interval
from ..measure.synops import synaptic_operations
from ..model.integer_model import IntegerModel
from ..model.network import Graph, Network
from ..model.outcome import Outcome
from ..runtime.runtime import Runtime
from .models import Floats, Integers, Supplied, open_either, open_network, title
from .quantize import quantized
from .result import HIDDEN, OPTIONAL, FormerKey, Result
from .samples import Data, described, load

TIMED = ("host", "c")  # back ends whose time per sample means something to a user
TIMED_CALLS = 500


@dataclass(frozen=True)
class StepsUntilDecision:
    """Time steps until the decision, over the samples."""

    min: int
    median: float
    max: int


@dataclass(frozen=True, eq=False, repr=False)
class EvaluateResult(Result):
    """Answers to ``n`` labelled samples.

    ``accuracy``: share of right labels, undecided ones are wrong; ``ci95``: its 95 % interval (Wilson).
    ``confusion``: int64 (classes, classes + 1), row = true label, column = answer, the last =
    undecided. ``input_spikes_mean``: per sample; ``saturations``: int16 saturation events of all
    samples. ``accuracy_float``, ``agreement_with_float``, ``same_spikes_as_float``: shares of samples
    on which the float network is right, has the same label, has the same readout spikes; None without
    it. ``synaptic_operations``: per sample up to the decision, also by projection; None in floats.
    ``latency_us``: microseconds per sample, one per call; None for back ends that are not timed.
    ``class_names``: by label, empty if the model has none. ``outcome``: all answers.
    """

    accuracy: float
    n: int
    ci95: tuple[float, float]
    confusion: np.ndarray
    undecided: int
    steps: StepsUntilDecision
    input_spikes_mean: float
    saturations: int
    accuracy_float: float | None
    agreement_with_float: float | None
    same_spikes_as_float: float | None
    synaptic_operations: Annotated[float | None, FormerKey("additions")]
    synaptic_operations_by_projection: Annotated[
        Mapping[str, float] | None, FormerKey("additions_by_projection")
    ]
    latency_us: Mapping[str, float] | None
    backend: str
    data: str
    hash: str
    class_names: Annotated[tuple[str, ...], OPTIONAL]
    outcome: Annotated[Outcome, HIDDEN]


def evaluate(
    model: Integers | Floats,
    data: Data = None,
    *,
    backend: str = "host",
    network: Floats | None = None,
    bits: int | None = None,
    clip: float | None = None,
    supplied: Supplied = None,
) -> EvaluateResult:
    """Return how ``model`` answers the labelled samples ``data``.

    ``data``: None loads all test samples of the data set that ``model`` was trained on. ``backend``:
    host, host:LEVEL, c, reference, onnx, board:NAME, float or brian2. ``network``: the float network to
    compare with. A float ``model`` is compared with its integers; ``bits``, ``clip`` and ``supplied``
    as for ``quantize``. Raises ``InputError``; ``ToolError`` where a back end lacks a program.

        api.evaluate("model.pkl", "digits", bits=4).accuracy
    """
    integers, floats = _open(model, network, {"bits": bits, "clip": clip}, supplied)
    dataset = load(integers, data)
    opened = open_backend(backend, integers, floats)
    outcome = opened.run(dataset.images)
    return EvaluateResult(
        **_answers(outcome, dataset.labels, max(dataset.classes, integers.readout.classes)),
        **_against_float(backend, integers, floats, dataset, outcome),
        **_work(backend, integers, opened, dataset.images, outcome),
        latency_us=_latency(backend, opened, dataset.images),
        backend=backend,
        data=described(dataset),
        hash=integers.hash_text,
        class_names=integers.readout.class_names,
        outcome=outcome,
    )


def _open(
    model: Integers | Floats, network: Floats | None, options: Mapping[str, Any], supplied: Supplied
) -> tuple[IntegerModel, Network | None]:
    """Return the integer model, and the float network that it came from when that is known."""
    opened = open_either(model, options, supplied)
    if isinstance(opened, Network):
        return quantized(opened, title(model), **options), opened
    if network is None:
        return opened, None
    floats = open_network(network, supplied)
    if _signature(floats) != _signature(opened):
        raise InputError(
            f"--float {title(network)}: another network than {title(model)} (inputs, neurons, classes)"
        )
    return opened, floats


def _signature(graph: Graph) -> tuple[object, ...]:
    """Return what a network keeps when it is exported."""
    sizes = tuple(p.size for p in graph.populations)
    return tuple(graph.encoder.shape), sizes, graph.readout.classes, graph.steps


def _answers(outcome: Outcome, labels: np.ndarray, classes: int) -> dict[str, Any]:
    """Return the fields that follow from the answers and labels alone."""
    right, steps = int((outcome.labels == labels).sum()), outcome.steps
    return {
        "accuracy": accuracy(outcome.labels, labels),
        "n": len(labels),
        "ci95": wilson_interval(right, len(labels)),
        "confusion": confusion(outcome.labels, labels, classes),
        "undecided": int((outcome.labels == -1).sum()),
        "steps": StepsUntilDecision(int(steps.min()), float(np.median(steps)), int(steps.max())),
        "input_spikes_mean": float(outcome.input_spikes.mean()),
        "saturations": int(outcome.saturations.sum()),
    }


def _against_float(
    name: str, model: IntegerModel, network: Network | None, dataset: Dataset, outcome: Outcome
) -> dict[str, Any]:
    """Return how the float64 network on the same time grid does, and on what share both agree."""
    if network is None:
        return dict.fromkeys(("accuracy_float", "agreement_with_float", "same_spikes_as_float"))
    other = outcome if name == "float" else open_backend("float", model, network).run(dataset.images)
    same = (outcome.spike_counts == other.spike_counts) & (outcome.first_spikes == other.first_spikes)
    return {
        "accuracy_float": accuracy(other.labels, dataset.labels),
        "agreement_with_float": accuracy(outcome.labels, other.labels),
        "same_spikes_as_float": float(same.all(axis=1).mean()),
    }


def _work(
    name: str, model: IntegerModel, opened: Backend, images: np.ndarray, outcome: Outcome
) -> dict[str, Any]:
    """Return the synaptic operations of the integer model: every integer back end makes the same."""
    if not backends.runs_integers(name):
        return {"synaptic_operations": None, "synaptic_operations_by_projection": None}
    runtime = opened if isinstance(opened, Runtime) else Runtime(model)
    counts = synaptic_operations(runtime, images, outcome.steps)
    return {"synaptic_operations": sum(counts.values()), "synaptic_operations_by_projection": counts}


def _latency(name: str, opened: Backend, images: np.ndarray) -> dict[str, float] | None:
    if name not in TIMED:
        return None
    return latency.summary(latency.per_sample_us(opened, images, TIMED_CALLS))
