"""Draw a model: its weights and thresholds, its answers, and what one sample does in it.

A model.pkl is drawn in floats; what runs is the integer model that it is quantised to. Pictures that
cannot be drawn of a model are left out, and the reason is stated.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ..model_arguments import add_data, add_network_options, add_quantization, samples, supplied

if TYPE_CHECKING:
    from ...api.plot import PlotResult

EXAMPLE = "snnedge plot digits.pkl -o plots --only receptive_fields race --sample 3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from ...support import plugins

    known, add = ", ".join(plugins.names("plots")), parser.add_argument
    add("model", metavar="MODEL", help="model.pkl, model.safetensors, an exported folder, or zoo:NAME")
    add("-o", "--output", default="plots", metavar="DIR", help="folder of the pictures (default plots)")
    add("--only", nargs="+", metavar="NAME", help=f"of {known} (default: all that can be drawn)")
    add("--format", default="png", metavar="png|svg", help="default png")
    add("--sample", type=int, default=0, metavar="K", help="test sample to draw, from 0 (default 0)")
    add_quantization(parser)
    add_data(parser, "all")
    add_network_options(parser)


def run(args: argparse.Namespace) -> "PlotResult":
    from ...api.plot import plot

    return plot(
        args.model,
        args.output,
        samples(args),
        only=args.only or (),
        format=args.format,
        sample=args.sample,
        bits=args.bits,
        clip=args.clip,
        supplied=supplied(args),
    )


def show(result: dict[str, Any]) -> str:
    lines = [f"{p['file']}: {p['caption']}" for p in result["pictures"].values()]
    return "\n".join([*lines, *(f"left out {n}: {reason}" for n, reason in result["skipped"].items())])
