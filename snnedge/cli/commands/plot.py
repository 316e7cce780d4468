"""Draw a model: its weights and thresholds, its answers, and what one sample does in it.

A model.pkl is drawn in floats; what runs is the integer model that it is quantised to. Pictures that cannot
be drawn of a model are left out, and the reason is told.
"""

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model_arguments import (
    add_data,
    add_network_options,
    add_quantization,
    dataset_name,
    is_network,
    load_data,
    open_integer,
    quantized,
    read_network,
    refuse_quantization,
)

if TYPE_CHECKING:
    from ...model.integer_model import IntegerModel
    from ...model.network import Network
    from ...plots.figure import Run, Subject

log = logging.getLogger("snnedge")

EXAMPLE = "snnedge plot digits.pkl -o plots --only receptive_fields race --sample 3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from ...support import plugins

    known, add = ", ".join(plugins.names("plots")), parser.add_argument
    add("model", metavar="MODEL", help="model.pkl, model.safetensors, an exported folder, or zoo:NAME")
    add("-o", "--output", default="plots", metavar="DIR", help="folder of the pictures (default plots)")
    add("--only", nargs="+", metavar="NAME", help=f"of {known} (default: all that can be drawn)")
    add("--format", default="png", metavar="png|svg", help="default png")
    add("--sample", type=int, default=0, metavar="K", help="test sample to look at, from 0 (default 0)")
    add_quantization(parser)
    add_data(parser, samples=None)
    add_network_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ...errors import InputError
    from ...plots import figure
    from ...support import plugins

    plugins.choose(args.format, figure.FORMATS, "--format")
    names = [plugins.choose(n, plugins.names("plots"), "--only") for n in args.only or ()]
    subject = _subject(args)
    obstacles = {n: figure.obstacle(n, subject) for n in names or plugins.names("plots")}
    skipped = {n: reason for n, reason in obstacles.items() if reason}
    if args.only and skipped:
        raise InputError("; ".join(f"--only {n}: {reason}" for n, reason in skipped.items()))
    drawn = [n for n in obstacles if n not in skipped]
    files = figure.write(subject, Path(args.output), drawn, args.format)
    return {
        "folder": args.output,
        "pictures": {n: {"file": str(f), "caption": figure.caption(n, subject)} for n, f in files.items()},
        "skipped": skipped,
        "data": subject.run and f"{subject.run.data.name} {subject.run.data.split}",
        "hash": subject.run and subject.run.model.hash_text,
    }


def show(result: dict[str, Any]) -> str:
    lines = [f"{p['file']}: {p['caption']}" for p in result["pictures"].values()]
    return "\n".join([*lines, *(f"left out {n}: {reason}" for n, reason in result["skipped"].items())])


def _subject(args: argparse.Namespace) -> "Subject":
    from ...plots.figure import Subject

    if is_network(args.model):
        network = read_network(args.model, vars(args))
        return Subject(network, _run(args, network))
    refuse_quantization(args)
    model = open_integer(args.model)
    return Subject(model, _run(args, model))


def _run(args: argparse.Namespace, graph: "IntegerModel | Network") -> "Run | None":
    from ...errors import InputError, SnnedgeError
    from ...model.integer_model import IntegerModel
    from ...plots.figure import Run

    if args.dataset is None and dataset_name(graph) is None:
        return None
    try:
        data = load_data(args, graph)
    except SnnedgeError as error:
        if args.dataset or args.only:
            raise
        log.warning("%s; what needs samples is left out", error)
        return None
    if not 0 <= args.sample < len(data):
        raise InputError(f"--sample {args.sample}: there are {len(data)} samples, 0..{len(data) - 1}")
    model = graph if isinstance(graph, IntegerModel) else quantized(args, graph)
    return Run(model, data, args.sample)
