"""Measure accuracy on labelled data with any back end.

Back ends: host, c, reference, onnx, board:NAME (integers, equal to the bit); float (the trained network
in float64, every kind) and brian2 (where it was trained). For the last two MODEL is a model.pkl, or
--float names one. Synaptic operations: weights that source spikes add to sums, up to the decision, per
sample.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ..model_arguments import add_data, add_network_options, add_quantization, samples, supplied

if TYPE_CHECKING:
    from ...api.evaluate import EvaluateResult

EXAMPLE = "snnedge evaluate digits --backend host --float model.pkl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    said = "model.safetensors, a folder from snnedge export, zoo:NAME, or a model.pkl"
    parser.add_argument("model", metavar="MODEL", help=said)
    parser.add_argument("--backend", default="host", metavar="NAME", help="default: host")
    parser.add_argument("--float", metavar="FILE", help="model.pkl to compare labels and spikes with")
    add_quantization(parser)
    add_data(parser, "all")
    add_network_options(parser)


def run(args: argparse.Namespace) -> "EvaluateResult":
    from ...api.evaluate import evaluate

    return evaluate(
        args.model,
        samples(args),
        backend=args.backend,
        network=args.float or None,
        bits=args.bits,
        clip=args.clip,
        supplied=supplied(args),
    )


def show(result: dict[str, Any]) -> str:
    low, high = result["ci95"]
    steps = result["steps"]
    lines = [
        f"{result['backend']} on {result['data']}, model {result['hash']}",
        f"  accuracy   {result['accuracy']:.2%} of {result['n']}  (95 % interval {low:.2%} to {high:.2%})",
        f"  undecided  {result['undecided']}",
        f"  same as snnedge float model  {_comparison(result)}",
        f"  steps to the decision  median {steps['median']:g}, {steps['min']} to {steps['max']}",
        f"  input spikes  {result['input_spikes_mean']:.0f} per sample",
        f"  saturations   {result['saturations']}",
    ]
    if result["synaptic_operations"] is not None:
        shares = result["synaptic_operations_by_projection"]
        parts = " + ".join(f"{name} {n:,.0f}" for name, n in shares.items())
        lines.append(f"  synaptic operations  {result['synaptic_operations']:,.0f} per sample ({parts})")
    if result["latency_us"]:
        lines.append(
            "  latency    min {min:.1f}, median {median:.1f}, p99 {p99:.1f} us per sample"
            " (measured, one per call)".format(**result["latency_us"])
        )
    return "\n".join([*lines, "", _confusion_table(result["confusion"], _names(result))])


def _comparison(result: dict[str, Any]) -> str:
    if result["accuracy_float"] is None:
        return "not compared (--float)"
    return (
        "{agreement_with_float:.2%} of labels, {same_spikes_as_float:.2%} of samples in every output spike;"
        " its accuracy {accuracy_float:.2%}".format(**result)
    )


def _names(result: dict[str, Any]) -> list[str]:
    """Return the names of the classes: numbers, unless all that occur in the samples are named."""
    numbers = [str(c) for c in range(len(result["confusion"]))]
    names: list[str] = result.get("class_names", [])
    return names if len(names) == len(numbers) else numbers


def _confusion_table(counts: list[list[int]], classes: list[str]) -> str:
    rows = [["true\\answer", *classes, "none"]]
    rows += [[c, *(str(n or ".") for n in row)] for c, row in zip(classes, counts, strict=True)]
    first = max(12, *(len(name) + 1 for name in classes))
    width = max(5, *(len(cell) + 1 for row in rows for cell in row[1:]))
    return "\n".join("  " + row[0].ljust(first) + "".join(c.rjust(width) for c in row[1:]) for row in rows)
