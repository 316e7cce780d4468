"""Compile an exported folder and compare its spikes with the runtime's, bit for bit.

Every spike and membrane of every step of the readout population, and the answers, must be the same in
the exported C (system compiler, cffi), in the runtime and in the numpy reference; and in every other back
end that --backend names.
"""

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model_arguments import add_data, load_data, open_integer, refuse_network

if TYPE_CHECKING:
    import numpy as np

    from ...model.integer_model import IntegerModel

EXAMPLE = "snnedge verify digits --samples 200"
TRACE_BYTES = 2**26  # a trace holds every step: a few samples at a time


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder from snnedge export, or zoo:NAME")
    parser.add_argument(
        "--backend",
        action="append",
        default=[],
        metavar="NAME",
        help="compare this back end, too (host:scalar, onnx, onnx:FILE, board:NAME); may be given again",
    )
    add_data(parser, samples=200)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ... import zoo
    from ...errors import InputError
    from ...model_file import load
    from .export import write

    refuse_network(args.folder)
    if not zoo.is_ours(args.folder):
        if Path(args.folder).is_file():
            raise InputError(f"{args.folder} is a file: give the folder that snnedge export wrote")
        return _verify(args, Path(args.folder))
    model = load(args.folder)
    with tempfile.TemporaryDirectory(prefix="snnedge-") as scratch:
        write(model, Path(scratch) / "zoo", "c")
        return _verify(args, Path(scratch) / "zoo")


def _verify(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from ...backends import open_backend
    from ...support.progress import Progress

    model = open_integer(str(folder))
    images, data = _samples(args, model)
    names = [f"c:{folder}", "reference", *_integers(args.backend)]
    host, *others = (open_backend(name, model) for name in ("host", *names))
    changed = _changed_sources(model, folder / "src")
    size = max(1, TRACE_BYTES // (3 * model.steps * len(model.readout.labels)))
    mismatches = 0
    with Progress(len(images), "verify") as bar:
        for first in range(0, len(images), size):
            batch = images[first : first + size]
            mismatches += _differing(batch, host, others)
            bar.advance(len(batch))
    return {
        "ok": mismatches == 0 and not changed,
        "samples": len(images),
        "mismatches": mismatches,
        "changed": changed,
        "hash": model.hash_text,
        "backends": args.backend,
        "data": data,
    }


def show(result: dict[str, Any]) -> str:
    verdict = "equal bit for bit" if not result["mismatches"] else f"{result['mismatches']} samples DIFFER"
    more: list[str] = result["backends"]
    *names, last = ("exported C", "runtime", "numpy reference", *more)
    lines = [
        f"{', '.join(names)} and {last}: {verdict}"
        f" ({result['samples']} samples of {result['data']}, model {result['hash']})"
    ]
    lines += [f"src/{path} is NOT what snnedge writes for this model" for path in result["changed"]]
    if result["changed"]:
        lines.append("somebody has edited the folder, or another snnedge wrote it: export the model again")
    return "\n".join(lines)


def _changed_sources(model: "IntegerModel", source: Path) -> list[str]:
    """Files that differ from a fresh export: a sample may not reach an edited table."""
    from ...exporters.c import sources

    fresh = {path: text.encode() for path, text in sources(model).items()}
    return [path for path, data in fresh.items() if not _holds(source / path, data)]


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _integers(names: list[str]) -> list[str]:
    """``names`` of back ends. Raises ``InputError`` for one that does not run integers."""
    from ...errors import InputError
    from ...support import plugins

    for name in names:
        if not plugins.load("backends", name.partition(":")[0]).INTEGER:
            raise InputError(f"--backend {name} runs floats: snnedge evaluate compares those with integers")
    return names


def _differing(images: "np.ndarray", host: Any, others: list[Any]) -> int:
    """Number of samples on which answers, or traces of back ends that have any, differ anywhere."""
    from ...model.outcome import differing

    expected, traced = host.run(images), host.trace(images)
    differs = differing(expected, expected)
    for other in others:
        differs |= differing(expected, other.run(images))
        if hasattr(other, "trace"):
            trace = other.trace(images)
            differs |= (traced.spikes != trace.spikes).any(axis=(1, 2))
            differs |= (traced.membrane != trace.membrane).any(axis=(1, 2))
    return int(differs.sum())


def _samples(args: argparse.Namespace, model: "IntegerModel") -> tuple["np.ndarray", str]:
    """Test samples of the model's data set; without data, seeded noise, and it is called so."""
    import numpy as np

    from ...errors import InputError

    try:
        dataset = load_data(args, model)
    except InputError:
        if args.dataset or args.data:
            raise
        rng = np.random.default_rng(0)
        shape = (args.samples, *model.encoder.shape)
        return rng.integers(0, 256, shape, np.uint8), "random noise (no data set found)"
    return dataset.images, f"{dataset.name} {dataset.split}"
