"""The driver of every training: chunks, checkpoints, progress, provenance. What is learned is a recipe's.

A training can be killed at any time and resumed, with the same result to the bit.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..brian2_program import compile
from ..data import Dataset
from ..errors import InputError
from ..frontends.pkl.schema import to_content, to_network
from ..model.network import Network
from ..support.progress import Progress
from . import checkpoint, diagnostics
from .checkpoint import Checkpoint
from .early_stopping import Watch
from .recipe import Recipe, Report, Settings, State

log = logging.getLogger("snnedge")

CHUNKS = 10  # a short training has at least so many checkpoints

Observer = Callable[[Checkpoint, Report], None]  # sees every chunk


@dataclass(frozen=True)
class Trained:
    """``network``; ``samples`` presented; seconds of training and labelling, summed over resumed parts;
    seconds of compiling in this call; share of right answers on the validation images, if there were any;
    ``history`` as in ``Checkpoint``."""

    network: Network
    samples: int
    train_seconds: float
    compile_seconds: float
    accuracy_validation: float | None
    history: np.ndarray


def train(
    recipe: Recipe,
    origin: dict[str, Any],
    output: Path,
    *,
    validation: Dataset | None = None,
    patience: int = 0,
    every: int | None = None,
    resume: bool = False,
    observers: Sequence[Observer] = (),
    constants: Mapping[str, Any] | None = None,
) -> Trained:
    """Train, with a checkpoint beside ``output`` after each ``every`` samples at most.

    ``origin`` (``describe``) becomes the network's provenance. ``resume`` goes on from the checkpoint, if
    there is one. The caller removes the checkpoint. Raises ``InputError`` when it belongs to another
    training, and for a network that could not be written in the end; ``health.Unhealthy``.
    ``patience``: see ``stopping.Watch``; ``constants``: the preset, for advice on what to change.
    """
    watch = Watch(validation, patience, recipe.stops[-1])
    at = _start(recipe, origin, output, resume)
    path = checkpoint.place(output)
    doctor = diagnostics.Doctor(recipe.beginning(), constants or {}, recipe.stops[-1])
    with recipe:
        with Progress(recipe.stops[-1], "train", done=at.position) as bar:
            for last in _ends(recipe, at.position, every, watch.checks):
                if watch.over(at.history):
                    break
                done = last - at.position
                at, report = _advance(recipe, at, last)
                doctor.examine(report, at.state, done)
                at = watch.look(recipe, at)
                checkpoint.save(path, at, origin)
                for observe in observers:
                    observe(at, report)
                bar.advance(done, _note(report))
        start = _clock(recipe)
        state = recipe.finish(at.best or at.state)
        seconds = at.seconds + _clock(recipe) - start
        accuracy = _accuracy(recipe, state, validation) if validation else None
    network = recipe.network(state, origin)
    return Trained(network, at.position, seconds, recipe.compile_seconds, accuracy, at.history)


def describe(
    preset: str, recipe: str, data: Dataset, settings: Settings, patience: int = 0
) -> dict[str, Any]:
    """All that the trained network depends on, as plain values: its provenance. Raises ``ToolError``."""
    images = hashlib.blake2b(data.images.tobytes(), digest_size=8)
    images.update(data.labels.tobytes())
    return {
        "preset": preset,
        "recipe": recipe,
        "data": data.name,
        "images": len(data),
        "images_hash": images.hexdigest(),
        "patience": patience,
        "supervised": settings.supervised,
        **settings.as_dict(),
        "brian2": compile.version(),
        "numpy": np.__version__,
    }


def _start(recipe: Recipe, origin: dict[str, Any], output: Path, resume: bool) -> Checkpoint:
    begin, path = recipe.beginning(), checkpoint.place(output)
    _check(recipe, begin, output)  # now rather than after the training
    found = checkpoint.load(path, begin, recipe.stops[-1], origin) if resume else None
    if found:
        with checkpoint.remedy():
            _check(recipe, found.state, path)
    elif resume:
        log.warning("--resume: there is no checkpoint %s; the training begins anew", path)
    return found or checkpoint.beginning(begin)


def _check(recipe: Recipe, state: State, file: Path) -> None:
    """Raise the ``InputError``, naming ``file``, that a model.pkl in ``state`` would meet."""
    try:
        network = recipe.network(state, {})
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
    to_network(to_content(network), str(file))


def _ends(recipe: Recipe, position: int, every: int | None, checks: Sequence[int]) -> Iterator[int]:
    """Where the chunks after ``position`` end."""
    size = min(recipe.capacity, every or -(-recipe.stops[-1] // CHUNKS))
    for stop in sorted({*recipe.stops, *checks}):
        while position < stop:
            position = min(position + size, stop)
            yield position


def _advance(recipe: Recipe, at: Checkpoint, last: int) -> tuple[Checkpoint, Report]:
    start = _clock(recipe)
    state, report = recipe.advance(at.state, at.position, last)
    share = report.wins.max(initial=0) / max(report.wins.sum(), 1)
    accuracy = np.nan if report.accuracy is None else report.accuracy
    row = [[last, accuracy, report.silent, share, np.nan]]
    seconds = at.seconds + _clock(recipe) - start
    return replace(
        at, position=last, seconds=seconds, state=state, history=np.concatenate([at.history, row])
    ), report


def _clock(recipe: Recipe) -> float:
    """Seconds, which stand still while a program is compiled."""
    return time.perf_counter() - recipe.compile_seconds


def _note(report: Report) -> str:
    return "" if report.accuracy is None else f"accuracy {report.accuracy:.1%}"


def _accuracy(recipe: Recipe, state: State, data: Dataset) -> float:
    return float((recipe.answers(state, data) == data.labels).mean())
