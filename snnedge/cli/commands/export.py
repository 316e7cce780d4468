"""Turn a trained network into fixed-point C and a safetensors file, or into ONNX.

MODEL is a float network (model.pkl), which is quantised. A model of integers (model.safetensors, an
exported folder, zoo:NAME) is taken as it is.

--format c writes a folder with portable C99, its tables and build files, and model.safetensors for the
Python runtime. --format onnx writes one file for onnxruntime and others, which takes images;
onnx:spikes one that takes input spikes. The output states what quantisation cost on named data.
"""

import argparse
from typing import TYPE_CHECKING, Any

from ..argument_types import positive
from ..model_arguments import (
    add_data,
    add_network_options,
    add_quantization,
    samples,
    supplied,
)

if TYPE_CHECKING:
    from ...api.export import ExportResult

EXAMPLE = "snnedge export model.pkl -o digits --bits 4"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from ...support import plugins

    parser.add_argument(
        "model", metavar="MODEL", help="model.pkl, or integers: model.safetensors, zoo:NAME"
    )
    parser.add_argument(
        "-o", "--output", metavar="DIR|FILE", help="what to write (default: MODEL-export, or MODEL.onnx)"
    )
    add_quantization(parser)
    parser.add_argument("--format", default="c", help=f"one of {', '.join(plugins.names('exporters'))}")
    parser.add_argument(
        "--storage",
        metavar="auto|dense|sparse",
        help="how weights lie in flash: sparse is smaller with many zeros, and slower on small processors;"
        " auto: sparse where it saves a quarter (default: what MODEL says, else auto)",
    )
    parser.add_argument("--name", help="name of the model in the C code (default: the network's)")
    parser.add_argument(
        "--decision", help="first-spike, margin:M or all-steps (default: what the network says)"
    )
    add_data(parser, "1000")
    parser.add_argument(
        "--calibrate",
        type=positive,
        metavar="N",
        help="training samples to see ranges on (1000)",
    )
    add_network_options(parser)


def run(args: argparse.Namespace) -> "ExportResult":
    from ...api.export import export

    return export(
        args.model,
        args.output,
        format=args.format,
        bits=args.bits,
        clip=args.clip,
        storage=args.storage,
        name=args.name,
        decision=args.decision,
        data=samples(args),
        calibrate=args.calibrate,
        supplied=supplied(args),
    )


def show(result: dict[str, Any]) -> str:
    from ...exporters import find

    seen, clip = result["calibration"], result["clip"]
    clipped = f", the largest code at the {clip:g} quantile" if clip < 1 else ""
    written, details = find(result["format"])[0].show(result)
    lines = [
        f"{result['path']}: {written}",
        f"  model hash  {result['hash']}",
        f"  weights     {result['bits']} bits{clipped}",
        f"  calibration {seen['samples']} samples of {seen['data']}" if seen else "  calibration none",
        *(f"  {line}" for line in details),
    ]
    lines += _assumed(result.get("assumed", {}))
    if result["samples"]:
        both = "snnedge float model {accuracy_float:.2%}, same label {agreement:.2%}, "
        compared = both.format(**result) if result["accuracy_float"] is not None else ""
        of = f"({result['samples']} samples of {result['data']})"
        lines.append(f"  accuracy    {compared}integer {result['accuracy_int']:.2%} {of}")
        lines.append(f"  saturations {result['saturations']}")
    else:
        lines.append("  accuracy    not measured, for want of data")
    return "\n".join(lines)


def _assumed(subjects: dict[str, str]) -> list[str]:
    """Return the block of what the file of a user's network left open; empty for other models."""
    lines = [f"    {subject}: {text}" for subject, text in subjects.items()]
    return ["  assumed", *lines] if lines else []
