"""Turn a trained network into fixed-point C and a safetensors file.

Writes a folder with portable C99, its tables and build files, and model.safetensors for the Python
runtime, and says what quantisation cost on named data.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._model import (
    add_data,
    add_network_options,
    add_quantization,
    load_data,
    positive,
    quantized,
    read_network,
)

if TYPE_CHECKING:
    from ..data import Dataset
    from ..integer_model import IntegerModel
    from ..network import Network

EXAMPLE = "snnedge export model.pkl -o digits --bits 4"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from .. import registry

    parser.add_argument("model", metavar="MODEL", help="model.pkl")
    parser.add_argument("-o", "--output", metavar="DIR", help="folder to write (default: MODEL-export)")
    add_quantization(parser)
    parser.add_argument("--format", default="c", help=f"one of {', '.join(registry.names('exporters'))}")
    parser.add_argument("--name", help="name of the model in the C code (default: the network's)")
    parser.add_argument(
        "--decision", help="first-spike, margin:M or all-steps (default: what the network says)"
    )
    add_data(parser, samples=1000)
    parser.add_argument(
        "--calibrate",
        type=positive,
        default=1000,
        metavar="N",
        help="training samples to see ranges on (1000)",
    )
    add_network_options(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from .. import registry
    from ..files import refuse_foreign, replacing
    from ..integer_model import MODEL_FILE

    exporter = registry.load("exporters", args.format)
    network = _network(args)
    folder = Path(args.output or Path(args.model).with_suffix("").name + "-export")
    refuse_foreign(folder, exporter.ENTRIES, MODEL_FILE)
    calibration, cost = _measure(args, network)
    model = quantized(args, network, calibration)
    with replacing(folder) as scratch:
        scratch.mkdir()
        exporter.write(model, scratch)
    return {
        "path": str(folder),
        "model": str(folder / MODEL_FILE),
        "calibration": calibration and {"data": calibration.data, "samples": calibration.samples},
        "hash": model.hash_text,
        "bits": model.bits,
        "clip": model.provenance["clip"],
        "flash_bytes": exporter.table_bytes(model),
        "ram_bytes": exporter.workspace_bytes(model),
        "wide": sorted(name for name, wide in model.wide.items() if wide),
        **cost(model),
    }


def show(result: dict[str, Any]) -> str:
    seen, clip = result["calibration"], result["clip"]
    clipped = f", the largest code at the {clip:g} quantile" if clip < 1 else ""
    lines = [
        f"{result['path']}: C99 sources and {Path(result['model']).name}",
        f"  model hash  {result['hash']}",
        f"  weights     {result['bits']} bits{clipped}",
        f"  calibration {seen['samples']} samples of {seen['data']}" if seen else "  calibration none",
        f"  flash       {result['flash_bytes']:,} bytes of tables (code comes on top: snnedge build)",
        f"  RAM         {result['ram_bytes']:,} bytes of workspace",
    ]
    if result["samples"]:
        lines.append(
            f"  accuracy    float {result['accuracy_float']:.2%}, integer {result['accuracy_int']:.2%},"
            f" same label {result['agreement']:.2%} ({result['samples']} samples of {result['data']})"
        )
        lines.append(f"  saturations {result['saturations']}")
    else:
        lines.append("  accuracy    not measured, for want of data")
    return "\n".join(lines)


def _network(args: argparse.Namespace) -> "Network":
    from dataclasses import replace

    from ..decision import exit_margin

    network = read_network(args.model, vars(args))
    if args.name:
        network = replace(network, name=args.name)
    if args.decision:
        readout = replace(network.readout, exit_margin=exit_margin(args.decision))
        network = replace(network, readout=readout)
    return network


def _measure(args: argparse.Namespace, network: "Network") -> tuple[Any, Any]:
    """Calibrate on training data; return also the function that measures an integer model's cost."""
    import logging

    from ..calibrate import calibrate
    from ..errors import InputError

    try:
        test = load_data(args, network)
        train = load_data(args, network, "train", args.calibrate)
    except InputError as error:
        if args.dataset or args.data:
            raise
        logging.getLogger("snnedge").warning("no accuracy and no calibration: %s", error)
        return None, lambda model: {"samples": 0, "accuracy_float": None, "accuracy_int": None}
    calibration, _ = calibrate(network, train.images, f"{train.name} {train.split}")
    _, answers = calibrate(network, test.images, f"{test.name} {test.split}")
    return calibration, lambda model: _cost(model, test, answers.labels)


def _cost(model: "IntegerModel", test: "Dataset", float_labels: Any) -> dict[str, Any]:
    from ..measure.accuracy import accuracy
    from ..runtime import Runtime

    outcome = Runtime(model).run(test.images)
    return {
        "data": f"{test.name} {test.split}",
        "samples": len(test),
        "accuracy_float": accuracy(float_labels, test.labels),
        "accuracy_int": accuracy(outcome.labels, test.labels),
        "agreement": accuracy(outcome.labels, float_labels),
        "saturations": int(outcome.saturations.sum()),
    }
