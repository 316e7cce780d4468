"""Measure the latency of a model on this machine, on one core, and compare it with other programs.

Every sample is answered by itself, through Python, encoder included; then all at once. With --compare
other installed programs answer the same samples in turn on the same core. Spiking ones run the same
network on the same input spikes for all its steps. Artificial ones are 8-bit networks, trained on the
same images.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ..argument_types import positive
from ..model_arguments import add_data, add_model, samples

if TYPE_CHECKING:
    from ...api.bench import BenchResult

EXAMPLE = "snnedge bench zoo:digits --compare numpy"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    said = "times that each sample is measured; comparisons take the best (5)"
    parser.add_argument("--repeat", type=positive, default=5, metavar="N", help=said)
    said = "measure other programs as well: these peers, or all that are installed"
    parser.add_argument("--compare", nargs="*", metavar="PEER", help=said)
    said = "measure every SIMD level that this processor has (SNNEDGE_KERNEL chooses one)"
    parser.add_argument("--levels", action="store_true", help=said)
    said = "measure a batch on N cores as well, by the clock on the wall (1)"
    parser.add_argument("--threads", type=positive, default=1, metavar="N", help=said)
    add_data(parser, "500, 100 with --compare")


def run(args: argparse.Namespace) -> "BenchResult":
    from ...api.bench import bench

    return bench(
        args.model,
        samples(args),
        repeat=args.repeat,
        compare="all" if args.compare == [] else args.compare,
        levels=args.levels,
        threads=args.threads,
    )


def show(result: dict[str, Any]) -> str:
    one, batch, machine = result["latency_us"], result["batch_us"], result["machine"]
    lines = [
        f"model {result['hash']}, {result['data']}, SIMD level {result['simd_level']}, 1 thread"
        f" on core {result['core']}",
        f"  latency  min {one['min']:.1f}, median {one['median']:.1f}, p99 {one['p99']:.1f} us per sample"
        f" (measured, {result['samples']} samples x {result['repeat']}, one per call, encoder included)",
        f"  batch    min {batch['min']:.1f}, median {batch['median']:.1f} us per sample"
        f" ({result['samples']} in one call)",
        f"  steps    {result['steps']:.1f} per sample, {result['steps_per_second']:,.0f} per second",
        f"  synaptic operations  {result['synops_per_sample']:,.0f} per sample,"
        f" {result['synops_per_second']:,.0f} per second",
        f"  {machine['cpu']}; C code by {machine['compiler']}; Python {machine['python']},"
        f" numpy {machine['numpy']}; {machine['date']}",
    ]
    if result["threads_us"]:
        one, many = result["threads_us"].values()
        said = (
            f"{one:.2f} us per sample with 1, {many:.2f} with {result['threads']}, by the clock on the wall"
        )
        lines.insert(3, f"  threads  {said}: {result['speedup']:.2f} times as fast")
    return "\n".join(lines + (_table(result["compared"]) if result["compared"] else []))


def _table(compared: dict[str, Any]) -> list[str]:
    """Return the comparison as lines of text."""
    head = ("", "one by one", "ratio", "in a batch", "ratio", "ratio of", "same label", "accuracy")
    rows = [head, *(_cells(row) for row in compared["rows"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  " + "  ".join(cell.ljust(w) if k == 0 else cell.rjust(w) for k, (cell, w) in enumerate(line))
        for line in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    title = "us per sample, minima of {repeat} rounds of {samples} samples in turn, on core {core}"
    notes = [f"  {row['name']}: {row['note']}" for row in compared["rows"] if row["note"]]
    unfit = [f"  {item['name']}: not measured: {item['why']}" for item in compared["unfit"]]
    absent = [f"  {item['name']}: not installed: {item['install']}" for item in compared["absent"]]
    return ["", title.format(**compared), *lines, *notes, *unfit, *absent]


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    def said(key: str, form: str) -> str:
        return "-" if row[key] is None else form.format(row[key])

    return (
        row["name"],
        said("single_us", "{:,.1f}"),
        said("single_ratio", "{:,.2f}"),
        said("batch_us", "{:,.1f}"),
        said("batch_ratio", "{:,.2f}"),
        row["against"],
        said("same_labels", "{:.1%}"),
        said("accuracy", "{:.2%}"),
    )
