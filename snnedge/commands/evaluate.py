"""Measure accuracy on labelled data with any back end.

Back ends: host, c, reference, board:NAME (integers, equal to the bit) and float (the trained network in
Brian2; MODEL must then be a model.pkl, or --float names one).
"""

import argparse
from typing import TYPE_CHECKING, Any

from ._model import (
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

    from ..backend import Backend
    from ..integer_model import IntegerModel
    from ..network import Graph, Network

EXAMPLE = "snnedge evaluate digits --backend host --float model.pkl"
TIMED = ("host", "c")  # back ends whose time per sample means something to a user
TIMED_CALLS = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", metavar="MODEL", help="model.safetensors, a folder from snnedge export, or a model.pkl"
    )
    parser.add_argument("--backend", default="host", metavar="NAME", help="default: host")
    parser.add_argument("--float", metavar="FILE", help="model.pkl to compare labels with")
    add_quantization(parser)
    add_data(parser, samples=None)
    add_network_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ..backend import open_backend
    from ..measure.accuracy import evaluation

    model, network = _open(args)
    dataset = load_data(args, model)
    backend = open_backend(args.backend, model, network)
    outcome = backend.run(dataset.images)
    return {
        **evaluation(outcome, dataset.labels, max(dataset.classes, model.readout.classes)),
        "agreement_with_float": _agreement(network, dataset.images, outcome.labels),
        "latency_us": _latency(args.backend, backend, dataset.images),
        "backend": args.backend,
        "data": f"{dataset.name} {dataset.split}",
        "hash": model.hash_text,
    }


def show(result: dict[str, Any]) -> str:
    low, high = result["ci95"]
    agreement = result["agreement_with_float"]
    steps = result["steps"]
    lines = [
        f"{result['backend']} on {result['data']}, model {result['hash']}",
        f"  accuracy   {result['accuracy']:.2%} of {result['n']}  (95 % interval {low:.2%} to {high:.2%})",
        f"  undecided  {result['undecided']}",
        f"  same label as float  {'not compared (--float)' if agreement is None else f'{agreement:.2%}'}",
        f"  steps to the decision  median {steps['median']:g}, {steps['min']} to {steps['max']}",
        f"  input spikes  {result['input_spikes_mean']:.0f} per sample",
        f"  saturations   {result['saturations']}",
    ]
    if result["latency_us"]:
        lines.append(
            "  latency    min {min:.1f}, median {median:.1f}, p99 {p99:.1f} us per sample"
            " (measured, one per call)".format(**result["latency_us"])
        )
    return "\n".join([*lines, "", _confusion_table(result["confusion"])])


def _confusion_table(counts: list[list[int]]) -> str:
    classes = [str(c) for c in range(len(counts))]
    rows = [["true\\answer", *classes, "none"]]
    rows += [[c, *(str(n or ".") for n in row)] for c, row in zip(classes, counts, strict=True)]
    width = max(5, *(len(cell) for row in rows[1:] for cell in row))
    return "\n".join("  " + row[0].ljust(12) + "".join(c.rjust(width) for c in row[1:]) for row in rows)


def _open(args: argparse.Namespace) -> tuple["IntegerModel", "Network | None"]:
    """The integer model, and the float network that it came from when that is known."""
    from ..errors import InputError

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


def _agreement(network: "Network | None", images: "np.ndarray", answers: "np.ndarray") -> float | None:
    """Fraction of samples with the label of the float64 network on the same time grid."""
    from ..calibrate import calibrate
    from ..measure.accuracy import accuracy

    if network is None:
        return None
    _, expected = calibrate(network, images, "")
    return accuracy(answers, expected.labels)


def _latency(name: str, backend: "Backend", images: "np.ndarray") -> dict[str, float] | None:
    from ..measure.latency import per_sample_us, summary

    return summary(per_sample_us(backend, images, TIMED_CALLS)) if name in TIMED else None
