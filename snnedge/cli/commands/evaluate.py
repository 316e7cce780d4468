"""Measure accuracy on labelled data with any back end.

Back ends: host, c, reference, onnx, board:NAME (integers, equal to the bit); float (the trained network in
float64, every kind) and brian2 (where it was trained). For the last two MODEL is a model.pkl, or --float
names one. Synaptic additions: weights that source spikes add to sums, up to the decision, per sample.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ..model_arguments import (
    add_data,
    add_network_options,
    add_quantization,
    is_network,
    load_data,
    open_integer,
    quantized,
    read_network,
    refuse_quantization,
)

if TYPE_CHECKING:
    import numpy as np

    from ...backends import Backend
    from ...data import Dataset
    from ...model.integer_model import IntegerModel
    from ...model.network import Graph, Network
    from ...model.outcome import Outcome

EXAMPLE = "snnedge evaluate digits --backend host --float model.pkl"
TIMED = ("host", "c")  # back ends whose time per sample means something to a user
TIMED_CALLS = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    said = "model.safetensors, a folder from snnedge export, zoo:NAME, or a model.pkl"
    parser.add_argument("model", metavar="MODEL", help=said)
    parser.add_argument("--backend", default="host", metavar="NAME", help="default: host")
    parser.add_argument("--float", metavar="FILE", help="model.pkl to compare labels and spikes with")
    add_quantization(parser)
    add_data(parser, samples=None)
    add_network_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ...backends import open_backend
    from ...measure.accuracy import evaluation

    model, network = _open(args)
    dataset = load_data(args, model)
    backend = open_backend(args.backend, model, network)
    outcome = backend.run(dataset.images)
    return {
        **evaluation(outcome, dataset.labels, max(dataset.classes, model.readout.classes)),
        **_against_float(args.backend, model, network, dataset, outcome),
        **_work(args.backend, model, dataset.images, outcome),
        "latency_us": _latency(args.backend, backend, dataset.images),
        "backend": args.backend,
        "data": f"{dataset.name} {dataset.split}",
        "hash": model.hash_text,
    }


def show(result: dict[str, Any]) -> str:
    low, high = result["ci95"]
    steps = result["steps"]
    lines = [
        f"{result['backend']} on {result['data']}, model {result['hash']}",
        f"  accuracy   {result['accuracy']:.2%} of {result['n']}  (95 % interval {low:.2%} to {high:.2%})",
        f"  undecided  {result['undecided']}",
        f"  same as float  {_comparison(result)}",
        f"  steps to the decision  median {steps['median']:g}, {steps['min']} to {steps['max']}",
        f"  input spikes  {result['input_spikes_mean']:.0f} per sample",
        f"  saturations   {result['saturations']}",
    ]
    if result["additions"] is not None:
        parts = " + ".join(f"{name} {n:,.0f}" for name, n in result["additions_by_projection"].items())
        lines.append(f"  synaptic additions  {result['additions']:,.0f} per sample ({parts})")
    if result["latency_us"]:
        lines.append(
            "  latency    min {min:.1f}, median {median:.1f}, p99 {p99:.1f} us per sample"
            " (measured, one per call)".format(**result["latency_us"])
        )
    return "\n".join([*lines, "", _confusion_table(result["confusion"])])


def _comparison(result: dict[str, Any]) -> str:
    if result["accuracy_float"] is None:
        return "not compared (--float)"
    return (
        "{agreement_with_float:.2%} of labels, {same_spikes_as_float:.2%} of samples in every output spike;"
        " its accuracy {accuracy_float:.2%}".format(**result)
    )


def _confusion_table(counts: list[list[int]]) -> str:
    classes = [str(c) for c in range(len(counts))]
    rows = [["true\\answer", *classes, "none"]]
    rows += [[c, *(str(n or ".") for n in row)] for c, row in zip(classes, counts, strict=True)]
    width = max(5, *(len(cell) for row in rows[1:] for cell in row))
    return "\n".join("  " + row[0].ljust(12) + "".join(c.rjust(width) for c in row[1:]) for row in rows)


def _open(args: argparse.Namespace) -> tuple["IntegerModel", "Network | None"]:
    """The integer model, and the float network that it came from when that is known."""
    from ...errors import InputError

    if is_network(args.model):
        network = read_network(args.model, vars(args))
        return quantized(args, network), network
    refuse_quantization(args)
    model = open_integer(args.model)
    network_or_none = read_network(args.float, vars(args)) if args.float else None
    if network_or_none and _signature(network_or_none) != _signature(model):
        raise InputError(
            f"--float {args.float}: another network than {args.model} (inputs, neurons, classes)"
        )
    return model, network_or_none


def _signature(graph: "Graph") -> tuple[object, ...]:
    """What a network keeps when it is exported."""
    sizes = tuple(p.size for p in graph.populations)
    return tuple(graph.encoder.shape), sizes, graph.readout.classes, graph.steps


def _against_float(
    name: str, model: "IntegerModel", network: "Network | None", dataset: "Dataset", outcome: "Outcome"
) -> dict[str, float | None]:
    """Shares of samples on which the float64 network on the same time grid is right, and on which it has
    the same label, and the same spikes of every readout neuron (number and first step)."""
    from ...backends import open_backend
    from ...measure.accuracy import accuracy

    if network is None:
        return dict.fromkeys(("accuracy_float", "agreement_with_float", "same_spikes_as_float"))
    other = outcome if name == "float" else open_backend("float", model, network).run(dataset.images)
    same = (outcome.spike_counts == other.spike_counts) & (outcome.first_spikes == other.first_spikes)
    return {
        "accuracy_float": accuracy(other.labels, dataset.labels),
        "agreement_with_float": accuracy(outcome.labels, other.labels),
        "same_spikes_as_float": float(same.all(axis=1).mean()),
    }


def _work(name: str, model: "IntegerModel", images: "np.ndarray", outcome: "Outcome") -> dict[str, Any]:
    """Synaptic additions of the integer model: every integer back end makes the same."""
    from ...measure.synops import synaptic_operations
    from ...runtime.runtime import Runtime
    from ...support import plugins

    if not plugins.load("backends", name.partition(":")[0]).INTEGER:
        return {"additions": None, "additions_by_projection": None}
    counts = synaptic_operations(Runtime(model), images, outcome.steps)
    return {"additions": sum(counts.values()), "additions_by_projection": counts}


def _latency(name: str, backend: "Backend", images: "np.ndarray") -> dict[str, float] | None:
    from ...measure.latency import per_sample_us, summary

    return summary(per_sample_us(backend, images, TIMED_CALLS)) if name in TIMED else None
