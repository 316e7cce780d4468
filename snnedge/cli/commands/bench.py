"""Measure the latency of a model on this machine, on one core, and compare it with other programs.

Every sample is given by itself, through Python, encoder included; then all at once. With --compare other
programs that are installed answer the same samples in turn on the same core: spiking ones run the same
network on the same input spikes for all its steps, artificial ones are 8-bit networks that were trained on
the same images.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ..model_arguments import add_data, add_model, load_data, open_integer, positive

if TYPE_CHECKING:
    from ...data import Dataset
    from ...model.integer_model import IntegerModel

EXAMPLE = "snnedge bench zoo:digits --compare numpy"
SAMPLES, SAMPLES_COMPARED = 500, 100  # peers may take a thousand times as long
ALL = 10**8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    said = "times that each sample is measured; comparisons take the best (5)"
    parser.add_argument("--repeat", type=positive, default=5, metavar="N", help=said)
    said = "measure other programs as well: these peers, or all that are installed"
    parser.add_argument("--compare", nargs="*", metavar="PEER", help=said)
    said = "measure every level of the kernel that this processor has (SNNEDGE_KERNEL chooses one)"
    parser.add_argument("--levels", action="store_true", help=said)
    said = "measure a batch on N cores as well, by the clock on the wall (1)"
    parser.add_argument("--threads", type=positive, default=1, metavar="N", help=said)
    add_data(parser, samples=None, count=f"{SAMPLES}, {SAMPLES_COMPARED} with --compare")


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ...measure.machine import describe
    from ...runtime.runtime import kernel

    _known(args.compare or ())
    _enough(args.threads)
    model = open_integer(args.model)
    compares = args.compare is not None or args.levels
    usual = SAMPLES_COMPARED if compares else SAMPLES
    dataset = load_data(args, model, samples=args.samples or usual)
    return {
        **_latency(model, dataset, args.repeat),
        **_by_threads(model, dataset, args),
        "compared": _compared(args, model, dataset) if compares else None,
        "model": model.name,
        "hash": model.hash_text,
        "data": f"{dataset.name} {dataset.split}",
        "kernel": kernel(),
        "source": "measured",
        "machine": describe(),
    }


def _known(peers: "list[str] | tuple[()]") -> None:
    """Raise ``UnknownName`` before anything takes its time."""
    from ...support import plugins

    for name in peers:
        plugins.choose(name, plugins.names("peers"), "peers")


def _enough(threads: int) -> None:
    """Raise ``InputError`` for more threads than cores, which would only wait for each other."""
    from ...errors import InputError
    from ...measure.latency import cores

    if threads > cores():
        raise InputError(
            f"--threads {threads}: this process may use {cores()} of the cores; give at most that"
        )


def _by_threads(model: "IntegerModel", dataset: "Dataset", args: argparse.Namespace) -> dict[str, Any]:
    """``threads_us``: microseconds per sample by number of threads; None with one."""
    from ...measure.latency import by_threads_us
    from ...runtime.runtime import Runtime

    n = args.threads
    if n == 1:
        return {"threads": 1, "threads_us": None, "speedup": None}
    found = by_threads_us(Runtime(model), dataset.images, args.repeat, n)
    return {"threads": n, "threads_us": found, "speedup": found["1"] / found[str(n)]}


def _latency(model: "IntegerModel", dataset: "Dataset", repeat: int) -> dict[str, Any]:
    from ...measure.latency import WARM_UP, batch_us, per_sample_us, pinned, summary
    from ...measure.synops import synaptic_operations
    from ...runtime.runtime import Runtime

    runtime, images = Runtime(model), dataset.images
    with pinned() as core:
        latency = summary(per_sample_us(runtime, images, len(images) * repeat))
        batch = summary(batch_us(runtime, images, repeat))
    steps = runtime.run(images).steps
    operations = sum(synaptic_operations(runtime, images, steps).values())
    return {
        "latency_us": latency,
        "batch_us": batch,
        "samples": len(images),
        "repeat": repeat,
        "warm_up": WARM_UP,
        "core": core,
        "steps": float(steps.mean()),
        "steps_per_second": float(steps.mean()) / latency["median"] * 1e6,
        "synops_per_sample": operations,
        "synops_per_second": operations / latency["median"] * 1e6,
    }


def _compared(args: argparse.Namespace, model: "IntegerModel", dataset: "Dataset") -> dict[str, Any]:
    from ...measure.comparison import compare
    from ...measure.contender import Task
    from ...runtime.runtime import kernels
    from ...support import plugins

    def load(split: str) -> "Dataset":
        return load_data(args, model, split, ALL)

    peers = plugins.names("peers") if args.compare == [] else args.compare or ()
    levels = kernels() if args.levels else ()
    return compare(Task(model, dataset, load), peers, levels, args.repeat)


def show(result: dict[str, Any]) -> str:
    one, batch, machine = result["latency_us"], result["batch_us"], result["machine"]
    lines = [
        f"model {result['hash']}, {result['data']}, kernel {result['kernel']}, 1 thread"
        f" on core {result['core']}",
        f"  latency  min {one['min']:.1f}, median {one['median']:.1f}, p99 {one['p99']:.1f} us per sample"
        f" (measured, {result['samples']} samples x {result['repeat']}, one per call, encoder included)",
        f"  batch    min {batch['min']:.1f}, median {batch['median']:.1f} us per sample"
        f" ({result['samples']} in one call)",
        f"  steps    {result['steps']:.1f} per sample, {result['steps_per_second']:,.0f} per second",
        f"  synaptic additions  {result['synops_per_sample']:,.0f} per sample,"
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
    """The comparison as people read it."""
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
