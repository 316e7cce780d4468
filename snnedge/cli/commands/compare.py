"""Compare a model with spikes that you recorded in your simulator.

The recording is an .npz with input_i, input_t, output_i, output_t, dt and sample_offsets; times are in
steps. The model gets the input spikes, and its own output spikes are compared with the recorded ones.
Coincidence: the share of spikes that have a partner of the same neuron within 1 step.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ..model_arguments import add_model

if TYPE_CHECKING:
    from ...api.compare import CompareResult

EXAMPLE = "snnedge compare digits --spikes recorded.npz"
SHOWN = 20  # samples


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--spikes", metavar="FILE.npz", required=True, help="the recording")


def run(args: argparse.Namespace) -> "CompareResult":
    from ...api.compare import compare

    return compare(args.model, args.spikes)


def show(result: dict[str, Any]) -> str:
    same = result["same_label"]
    lines = [
        f"model {result['hash']} and your simulator, {result['samples']} samples",
        f"  coincidence  {result['mean_coincidence']:.2%} of spikes within 1 step",
        f"  same counts  {result['same_count']:.2%} of samples, in every neuron",
        f"  same label   {'no neuron has a label' if same is None else f'{same:.2%} of samples'}",
        "  sample  coincidence  spikes: yours  model's  label: yours  model's",
    ]
    columns = ("coincidence", "recorded_spikes", "model_spikes", "recorded_labels", "model_labels")
    rows = list(zip(*(result[name] for name in columns), strict=True))
    lines += [
        f"  {n:6d}  {share:11.2%}  {a:13d}  {b:7d}  {x:12d}  {y:7d}"
        for n, (share, a, b, x, y) in enumerate(rows[:SHOWN])
    ]
    return "\n".join([*lines, *([f"  ... (all {len(rows)} with --json)"] if len(rows) > SHOWN else [])])
