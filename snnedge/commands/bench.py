"""Measure the latency of a model on this machine: one sample per call, through Python, on one core."""

import argparse
from typing import Any

from ._model import add_data, add_model, load_data, open_integer, positive

EXAMPLE = "snnedge bench digits --calls 2000"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--calls", type=positive, default=2000, metavar="N", help="timed calls (2000)")
    add_data(parser, samples=500)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ..measure.additions import additions
    from ..measure.latency import per_sample_us, pinned, summary
    from ..measure.machine import describe
    from ..runtime import Runtime, kernel

    runtime = Runtime(open_integer(args.model))
    dataset = load_data(args, runtime.model)
    with pinned() as core:
        latency = summary(per_sample_us(runtime, dataset.images, args.calls))
    steps = float(runtime.run(dataset.images).steps.mean())
    operations = sum(additions(runtime, dataset.images).values())
    return {
        "latency_us": latency,
        "calls": args.calls,
        "source": "measured",
        "kernel": kernel(),
        "threads": 1,
        "core": core,
        "steps": steps,
        "steps_per_second": steps / latency["median"] * 1e6,
        "synops_per_sample": operations,
        "synops_per_second": operations / latency["median"] * 1e6,
        "data": f"{dataset.name} {dataset.split}",
        "hash": runtime.model.hash_text,
        "machine": describe(),
    }


def show(result: dict[str, Any]) -> str:
    latency = result["latency_us"]
    machine = result["machine"]
    return "\n".join(
        [
            f"model {result['hash']}, {result['data']}, kernel {result['kernel']}, 1 thread"
            f" on core {result['core']}",
            f"  latency  min {latency['min']:.1f}, median {latency['median']:.1f}, p99 {latency['p99']:.1f}"
            f" us per sample (measured, {result['calls']} calls of one sample, encoder included)",
            f"  steps    {result['steps']:.1f} per sample, {result['steps_per_second']:,.0f} per second",
            f"  synaptic additions  {result['synops_per_sample']:,.0f} per sample,"
            f" {result['synops_per_second']:,.0f} per second",
            f"  {machine['cpu']}; Python {machine['python']}, numpy {machine['numpy']}; {machine['date']}",
        ]
    )
