"""Compile an exported folder and compare its spikes with the runtime's, bit for bit.

Every spike and membrane of every step of the readout population, and the answers, must be the same in
the exported C (system compiler, cffi), in the runtime and in the numpy reference.
"""

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._model import add_data, load_data, open_integer, refuse_network

if TYPE_CHECKING:
    import numpy as np

    from ..integer_model import IntegerModel

EXAMPLE = "snnedge verify digits --samples 200"
TRACE_BYTES = 2**26  # a trace holds every step: a few samples at a time


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder from snnedge export, or zoo:NAME")
    add_data(parser, samples=200)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from .. import zoo
    from ..errors import InputError
    from ..integer_model import load
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
    from ..backend import open_backend
    from ..progress import Progress

    model = open_integer(str(folder))
    images, data = _samples(args, model)
    exported = open_backend(f"c:{folder}", model)
    host = open_backend("host", model)
    reference = open_backend("reference", model)
    changed = _changed_sources(model, folder / "src")
    size = max(1, TRACE_BYTES // (3 * model.steps * len(model.readout.labels)))
    mismatches = 0
    with Progress(len(images), "verify") as bar:
        for first in range(0, len(images), size):
            batch = images[first : first + size]
            mismatches += _differing(batch, host, exported, reference)
            bar.advance(len(batch))
    return {
        "ok": mismatches == 0 and not changed,
        "samples": len(images),
        "mismatches": mismatches,
        "changed": changed,
        "hash": model.hash_text,
        "data": data,
    }


def show(result: dict[str, Any]) -> str:
    verdict = "equal bit for bit" if not result["mismatches"] else f"{result['mismatches']} samples DIFFER"
    lines = [
        f"exported C, runtime and numpy reference: {verdict}"
        f" ({result['samples']} samples of {result['data']}, model {result['hash']})"
    ]
    lines += [f"src/{path} is NOT what snnedge writes for this model" for path in result["changed"]]
    return "\n".join(lines)


def _changed_sources(model: "IntegerModel", source: Path) -> list[str]:
    """Files that differ from a fresh export: a sample may not reach an edited table."""
    from ..exporters.c import sources

    fresh = {path: text.encode() for path, text in sources(model).items()}
    return [path for path, data in fresh.items() if not _holds(source / path, data)]


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _differing(images: "np.ndarray", host: Any, exported: Any, reference: Any) -> int:
    """Number of samples on which answers, spikes or membranes differ anywhere."""
    from ..outcome import differing

    expected, traced = host.run(images), host.trace(images)
    differs = differing(expected, reference.run(images)) | differing(expected, exported.run(images))
    other = exported.trace(images)
    differs |= (traced.spikes != other.spikes).any(axis=(1, 2))
    differs |= (traced.membrane != other.membrane).any(axis=(1, 2))
    return int(differs.sum())


def _samples(args: argparse.Namespace, model: "IntegerModel") -> tuple["np.ndarray", str]:
    """Test samples of the model's data set; without data, seeded noise, and it is called so."""
    import numpy as np

    from ..errors import InputError

    try:
        dataset = load_data(args, model)
    except InputError:
        if args.dataset or args.data:
            raise
        rng = np.random.default_rng(0)
        shape = (args.samples, *model.encoder.shape)
        return rng.integers(0, 256, shape, np.uint8), "random noise (no data set found)"
    return dataset.images, f"{dataset.name} {dataset.split}"
