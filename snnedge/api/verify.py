"""Compile an exported folder and compare its spikes with those of all integer back ends."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import backends, exporters, zoo
from ..backends import open_backend
from ..errors import InputError
from ..exporters.c import sources
from ..model.integer_model import IntegerModel
from ..model.outcome import differing
from ..support.progress import Progress
from .models import File, open_integer, refuse_network
from .result import Result
from .samples import Data, choice, described, load

SAMPLES = 200
TRACE_BYTES = 2**26  # a trace holds every step: a few samples at a time


@dataclass(frozen=True)
class VerifyResult(Result):
    """``ok``: no sample differs and no file was changed.

    ``mismatches``: samples on which an answer, spike or membrane differs anywhere. ``changed``: files
    below src/ that a fresh export would write otherwise. ``hash``: of the model, 16 hexadecimal digits.
    ``backends``: those compared besides the exported C, the runtime and the numpy reference. ``data``:
    the samples.
    """

    ok: bool
    samples: int
    mismatches: int
    changed: tuple[str, ...]
    hash: str
    backends: tuple[str, ...]
    data: str


def verify(folder: File | IntegerModel, data: Data = None, *, backends: Sequence[str] = ()) -> VerifyResult:
    """Compile the exported ``folder`` and compare its spikes and membranes with the runtime's.

    A model, or zoo:NAME, is exported to a temporary folder first. ``data``: the samples to
    compare on. None loads the first 200 test samples of the data set that the model was trained on.
    Where that is absent, seeded noise replaces them. ``backends``: more integer
    back ends, as ``evaluate`` names them. Raises ``InputError``; ``ToolError`` without a C compiler.

        assert api.verify("digits", backends=["host:scalar"]).ok
    """
    if isinstance(folder, IntegerModel):
        return _exported(folder, data, backends)
    refuse_network(folder)
    if zoo.is_zoo_name(folder):
        return _exported(open_integer(folder), data, backends)
    if Path(folder).is_file():
        raise InputError(f"{folder} is a file: give the folder that snnedge export wrote")
    return _compared(open_integer(folder), Path(folder), data, backends)


def _exported(model: IntegerModel, data: Data, names: Sequence[str]) -> VerifyResult:
    with tempfile.TemporaryDirectory(prefix="snnedge-") as scratch:
        folder = Path(scratch) / "zoo"
        exporters.write(model, folder, "c")
        return _compared(model, folder, data, names)


def _compared(model: IntegerModel, folder: Path, data: Data, names: Sequence[str]) -> VerifyResult:
    images, source = _samples(model, data)
    _refuse_floats(names)
    opened = [open_backend(name, model) for name in ("host", f"c:{folder}", "reference", *names)]
    changed = _changed_sources(model, folder / "src")
    mismatches = _mismatches(model, images, *opened)
    return VerifyResult(
        ok=mismatches == 0 and not changed,
        samples=len(images),
        mismatches=mismatches,
        changed=changed,
        hash=model.hash_text,
        backends=tuple(names),
        data=source,
    )


def _samples(model: IntegerModel, data: Data) -> tuple[np.ndarray, str]:
    """Return test samples of the model's data set; without data, seeded noise, and the name says so."""
    chosen = choice(data)
    try:
        dataset = load(model, data, SAMPLES)
    except InputError:
        if chosen.chosen:
            raise
        rng = np.random.default_rng(0)
        shape = (chosen.count or SAMPLES, *model.encoder.shape)
        return rng.integers(0, 256, shape, np.uint8), "random noise (no data set found)"
    return dataset.images, described(dataset)


def _refuse_floats(names: Sequence[str]) -> None:
    """Raise ``InputError`` for a back end that does not run integers."""
    for name in names:
        if not backends.runs_integers(name):
            raise InputError(f"--backend {name} runs floats: snnedge evaluate compares those with integers")


def _changed_sources(model: IntegerModel, source: Path) -> tuple[str, ...]:
    """Return the files that differ from a fresh export: a sample may not reach an edited table."""
    fresh = {path: text.encode() for path, text in sources(model).items()}
    return tuple(path for path, data in fresh.items() if not _holds(source / path, data))


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _mismatches(model: IntegerModel, images: np.ndarray, host: Any, *others: Any) -> int:
    """Return the number of samples on which ``others`` differ from ``host``."""
    size = max(1, TRACE_BYTES // (3 * model.steps * len(model.readout.labels)))
    found = 0
    with Progress(len(images), "verify") as bar:
        for first in range(0, len(images), size):
            batch = images[first : first + size]
            found += _differing(batch, host, others)
            bar.advance(len(batch))
    return found


def _differing(images: np.ndarray, host: Any, others: Sequence[Any]) -> int:
    """Return the number of samples on which answers, or traces of back ends that have any, differ."""
    expected, traced = host.run(images), host.trace(images)
    differs = differing(expected, expected)
    for other in others:
        differs |= differing(expected, other.run(images))
        if hasattr(other, "trace"):
            trace = other.trace(images)
            differs |= (traced.spikes != trace.spikes).any(axis=(1, 2))
            differs |= (traced.membrane != trace.membrane).any(axis=(1, 2))
    return int(differs.sum())
