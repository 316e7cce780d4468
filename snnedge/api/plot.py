"""Draw pictures of a model: its weights and thresholds, its answers, and what one sample does in it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..data import Dataset
from ..errors import InputError, SnnedgeError
from ..model.integer_model import IntegerModel
from ..model.network import Network
from ..plots import figure
from ..plots.figure import Run, Subject
from ..support import plugins
from .models import File, Floats, Integers, Supplied, open_either, title
from .quantize import quantized
from .result import Result
from .samples import Data, choice, described, load, trained_on

log = logging.getLogger("snnedge")


@dataclass(frozen=True)
class Picture:
    """A picture's ``file`` and its ``caption``."""

    file: Path
    caption: str


@dataclass(frozen=True)
class PlotResult(Result):
    """``pictures`` by name, in ``folder``; ``skipped``: names of others, with the reason.

    ``data`` and ``hash``: the samples, and the integer model that ran them; None without samples.
    """

    folder: Path
    pictures: Mapping[str, Picture]
    skipped: Mapping[str, str]
    data: str | None
    hash: str | None


def plot(
    model: Integers | Floats,
    folder: File = "plots",
    data: Data = None,
    *,
    only: Sequence[str] = (),
    format: str = "png",
    sample: int = 0,
    bits: int | None = None,
    clip: float | None = None,
    supplied: Supplied = None,
) -> PlotResult:
    """Draw pictures of ``model`` into ``folder``: those named in ``only``, or all that can be drawn.

    ``data``: the samples to run for the pictures that need some. None loads all test samples of the
    data set that ``model`` was trained on; where that is absent, those pictures are left out.
    ``format``: png or svg. ``sample``: the number of the one to draw closely. ``bits``, ``clip``,
    ``supplied``: as for ``quantize``. Raises ``InputError``; ``ToolError`` without matplotlib.

        api.plot("model.pkl", "plots", only=["receptive_fields"]).pictures
    """
    plugins.choose(format, figure.FORMATS, "--format")
    names = [plugins.choose(n, plugins.names("plots"), "--only") for n in only]
    options = {"bits": bits, "clip": clip}
    graph = open_either(model, options, supplied)
    found = _samples(graph, data, bool(only))
    run = _run(graph, found, sample, options, title(model)) if found else None
    subject = Subject(graph, run)
    skipped = _skipped(subject, names)
    drawn = [n for n in names or plugins.names("plots") if n not in skipped]
    files = figure.write(subject, Path(folder), drawn, format)
    return PlotResult(
        folder=Path(folder),
        pictures={n: Picture(file, figure.caption(n, subject)) for n, file in files.items()},
        skipped=skipped,
        data=described(run.data) if run else None,
        hash=run.model.hash_text if run else None,
    )


def _skipped(subject: Subject, names: Sequence[str]) -> dict[str, str]:
    """Return the pictures that cannot be drawn. Raises ``InputError`` for any of ``names``."""
    obstacles = {n: figure.obstacle(n, subject) for n in names or plugins.names("plots")}
    skipped = {n: reason for n, reason in obstacles.items() if reason}
    if names and skipped:
        raise InputError("; ".join(f"--only {n}: {reason}" for n, reason in skipped.items()))
    return skipped


def _samples(graph: Network | IntegerModel, data: Data, needed: bool) -> Dataset | None:
    """Return the samples to run; None for want of samples that are not ``needed``."""
    chosen = choice(data)
    if chosen.name is None and trained_on(graph) is None:
        return None
    try:
        return load(graph, data)
    except SnnedgeError as error:
        if chosen.name or needed:
            raise
        log.warning("%s; what needs samples is left out", error)
        return None


def _run(
    graph: Network | IntegerModel, samples: Dataset, sample: int, options: Mapping[str, Any], called: str
) -> Run:
    """Return the integers of ``graph``, which messages call ``called``, with samples to run."""
    if not 0 <= sample < len(samples):
        raise InputError(f"--sample {sample}: there are {len(samples)} samples, 0..{len(samples) - 1}")
    integers = graph if isinstance(graph, IntegerModel) else quantized(graph, called, **options)
    return Run(integers, samples, sample)
