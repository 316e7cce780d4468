"""Turn a trained network into fixed-point C and a safetensors file, or into ONNX.

MODEL is a float network (model.pkl), which is quantised, or a model of integers (model.safetensors, an
exported folder, zoo:NAME), which is taken as it is.

Writes a folder with portable C99, its tables and build files, and model.safetensors for the Python
runtime (--format c); or one file for onnxruntime and others, which takes images (--format onnx) or input
spikes (--format onnx:spikes). Says what quantisation cost on named data.
"""

import argparse
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..model_arguments import (
    add_data,
    add_network_options,
    add_quantization,
    load_data,
    network_options,
    open_integer,
    positive,
    quantized,
    read_network,
    refuse_quantization,
)

if TYPE_CHECKING:
    from ...compiler.calibrate import Calibration
    from ...data import Dataset
    from ...model.integer_model import IntegerModel
    from ...model.network import Network

CALIBRATE = 1000  # training samples
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
    add_data(parser, samples=1000)
    parser.add_argument(
        "--calibrate",
        type=positive,
        metavar="N",
        help=f"training samples to see ranges on ({CALIBRATE})",
    )
    add_network_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from dataclasses import replace

    from ... import zoo
    from ...errors import InputError
    from ...support import plugins

    exporter, _ = _exporter(args.format)
    if args.storage is not None:
        if not exporter.STORAGES:
            raise InputError(f"--storage {args.storage}: {args.format} has one way to store weights")
        plugins.choose(args.storage, exporter.STORAGES, "--storage")
    source = _source(args)
    stem = Path(args.model.removeprefix(zoo.PREFIX)).with_suffix("").name
    path = Path(args.output or exporter.default_path(stem))
    exporter.check_path(path)
    train, test = _samples(args, source)
    model, calibration = _integers(args, source, train)
    model = replace(model, storage=args.storage or model.storage)
    write(model, path, args.format)
    return {
        "path": str(path),
        "format": args.format,
        **exporter.facts(model, path),
        "calibration": calibration and {"data": calibration.data, "samples": calibration.samples},
        "hash": model.hash_text,
        "bits": model.bits,
        "clip": model.provenance.get("clip", 1.0),
        "wide": sorted(name for name, wide in model.wide.items() if wide),
        **_cost(model, source, test),
    }


def write(model: "IntegerModel", path: Path, format: str) -> None:
    """Make the folder or file ``path``, or replace it if an export made it. Raises ``InputError``."""
    from ...support.files import replacing

    exporter, argument = _exporter(format)
    exporter.check_path(path)
    with replacing(path) as scratch:
        exporter.write(model, scratch, argument)


def show(result: dict[str, Any]) -> str:
    seen, clip = result["calibration"], result["clip"]
    clipped = f", the largest code at the {clip:g} quantile" if clip < 1 else ""
    written, details = _exporter(result["format"])[0].show(result)
    lines = [
        f"{result['path']}: {written}",
        f"  model hash  {result['hash']}",
        f"  weights     {result['bits']} bits{clipped}",
        f"  calibration {seen['samples']} samples of {seen['data']}" if seen else "  calibration none",
        *(f"  {line}" for line in details),
    ]
    if result["samples"]:
        both = "float {accuracy_float:.2%}, same label {agreement:.2%}, "
        compared = both.format(**result) if result["accuracy_float"] is not None else ""
        of = f"({result['samples']} samples of {result['data']})"
        lines.append(f"  accuracy    {compared}integer {result['accuracy_int']:.2%} {of}")
        lines.append(f"  saturations {result['saturations']}")
    else:
        lines.append("  accuracy    not measured, for want of data")
    return "\n".join(lines)


def _exporter(format: str) -> tuple[ModuleType, str | None]:
    """The exporter of ``format`` ("c", "onnx:spikes"), and its argument. Raises ``InputError``."""
    from ...errors import InputError
    from ...support import plugins

    name, _, argument = format.partition(":")
    exporter = plugins.load("exporters", name)
    if argument and argument not in exporter.ARGUMENTS:
        known = ", ".join(f"{name}:{known}" for known in exporter.ARGUMENTS) or "no argument"
        raise InputError(f"--format {format}: {name} takes {known}")
    return exporter, argument or None


def _source(args: argparse.Namespace) -> "Network | IntegerModel":
    """The float network, or what is integers already, with the name and decision of the options."""
    from dataclasses import replace

    from ... import zoo
    from ...model.exit_rule import exit_margin

    integers = zoo.is_ours(args.model) or Path(args.model).is_dir() or args.model.endswith(".safetensors")
    if integers:
        refuse_quantization(args, ("calibrate", *network_options()))
    source = open_integer(args.model) if integers else read_network(args.model, vars(args))
    if args.name:
        source = replace(source, name=args.name)
    if args.decision:
        readout = replace(source.readout, exit_margin=exit_margin(args.decision))
        source = replace(source, readout=readout)
    return source


def _samples(
    args: argparse.Namespace, source: "Network | IntegerModel"
) -> tuple["Dataset | None", "Dataset | None"]:
    """Training data to calibrate a float network on, and test data; None for want of data."""
    import logging

    from ...errors import InputError
    from ...model.network import Network

    try:
        test = load_data(args, source)
        train = (
            load_data(args, source, "train", args.calibrate or CALIBRATE)
            if isinstance(source, Network)
            else None
        )
    except InputError as error:
        if args.dataset or args.data:
            raise
        logging.getLogger("snnedge").warning("no accuracy and no calibration: %s", error)
        return None, None
    return train, test


def _integers(
    args: argparse.Namespace, source: "Network | IntegerModel", train: "Dataset | None"
) -> tuple["IntegerModel", "Calibration | None"]:
    from ...compiler.calibrate import calibrate
    from ...model.network import Network

    if not isinstance(source, Network):
        return source, None
    calibration = None
    if train:
        calibration, _ = calibrate(source, train.images, f"{train.name} {train.split}")
    return quantized(args, source, calibration), calibration


def _cost(
    model: "IntegerModel", source: "Network | IntegerModel", test: "Dataset | None"
) -> dict[str, Any]:
    """Accuracy of ``model``, and of the float network it was made from, if it was."""
    from ...backends import open_backend
    from ...measure.accuracy import accuracy
    from ...model.network import Network
    from ...runtime.runtime import Runtime

    if test is None:
        return {"samples": 0, "accuracy_float": None, "accuracy_int": None}
    outcome = Runtime(model).run(test.images)
    cost = {
        "data": f"{test.name} {test.split}",
        "samples": len(test),
        "accuracy_float": None,
        "accuracy_int": accuracy(outcome.labels, test.labels),
        "agreement": None,
        "saturations": int(outcome.saturations.sum()),
    }
    if isinstance(source, Network):
        expected = open_backend("float", model, source).run(test.images).labels
        cost |= {
            "accuracy_float": accuracy(expected, test.labels),
            "agreement": accuracy(outcome.labels, expected),
        }
    return cost
