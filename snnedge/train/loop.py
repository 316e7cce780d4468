"""The training loop of all recipes: chunks, checkpoints, early stopping, progress, provenance.

A training can be killed at any time and resumed, with a result equal bit for bit.
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
from . import checkpoint
from .checkpoint import Checkpoint
from .diagnostics import Diagnostics
from .early_stopping import EarlyStopping
from .recipe import Recipe, Report, Settings, State

log = logging.getLogger("snnedge")

MIN_CHUNKS = 10  # and so checkpoints, of a whole training

Observer = Callable[[Checkpoint, Report], None]  # called after every chunk


@dataclass(frozen=True)
class Trained:
    """The result of a training.

    ``samples`` presented. ``train_seconds``: time of training and labelling, summed over resumed parts.
    ``compile_seconds``: of this call. ``accuracy_validation``: 0..1, or None without validation images.
    ``history``: as in ``Checkpoint``.
    """

    network: Network
    samples: int
    train_seconds: float
    compile_seconds: float
    accuracy_validation: float | None
    history: np.ndarray


@dataclass(frozen=True)
class _Run:
    """The constants of a call of ``train``; the arguments of the same names are explained there."""

    recipe: Recipe
    origin: dict[str, Any]
    path: Path
    every: int | None
    stopping: EarlyStopping
    diagnostics: Diagnostics
    observers: Sequence[Observer]


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
    """Train, and write a checkpoint beside ``output`` at least every ``every`` samples.

    ``origin`` (from ``describe``) becomes the network's provenance. ``resume`` continues from the
    checkpoint if there is one; the caller removes it in the end. ``patience``: of ``EarlyStopping``.
    ``constants``: the preset, for advice on settings to change. Raises ``InputError`` for the checkpoint of
    another training or a network that cannot be written, and ``diagnostics.Unhealthy``.
    """
    stopping = EarlyStopping(validation, patience, recipe.stops[-1])
    at = _start(recipe, origin, output, resume)
    watch = Diagnostics(recipe.initial_state(), constants or {}, recipe.stops[-1])
    run = _Run(recipe, origin, checkpoint.path_of(output), every, stopping, watch, observers)
    with recipe:
        at = _present_all(run, at)
        start = _clock(recipe)
        state = recipe.finish(at.best or at.state)
        seconds = at.seconds + _clock(recipe) - start
        accuracy = _accuracy(recipe, state, validation) if validation else None
    network = recipe.network(state, origin)
    return Trained(network, at.position, seconds, recipe.compile_seconds, accuracy, at.history)


def describe(
    preset: str, recipe: str, data: Dataset, settings: Settings, patience: int = 0
) -> dict[str, Any]:
    """Return everything that the trained network depends on, as plain values: its provenance.

    Raises ``ToolError`` when Brian2 or its compiler is missing.
    """
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


def chunk_ends(
    recipe: Recipe, position: int, every: int | None, checks: Sequence[int] = ()
) -> Iterator[int]:
    """Yield the positions after ``position`` at which chunks end, including all stops and ``checks``."""
    size = min(recipe.capacity, every or -(-recipe.stops[-1] // MIN_CHUNKS))
    for stop in sorted({*recipe.stops, *checks}):
        while position < stop:
            position = min(position + size, stop)
            yield position


def _start(recipe: Recipe, origin: dict[str, Any], output: Path, resume: bool) -> Checkpoint:
    """Return the checkpoint to continue from, or the beginning of the training."""
    begin, path = recipe.initial_state(), checkpoint.path_of(output)
    _check(recipe, begin, output)  # now rather than after the training
    found = checkpoint.load(path, begin, recipe.stops[-1], origin) if resume else None
    if found:
        with checkpoint.remedy():
            _check(recipe, found.state, path)
    elif resume:
        log.warning("--resume: there is no checkpoint %s; the training begins anew", path)
    return found or checkpoint.beginning(begin)


def _check(recipe: Recipe, state: State, file: Path) -> None:
    """Raise the ``InputError``, naming ``file``, that a model.pkl of ``state`` would cause."""
    try:
        network = recipe.network(state, {})
    except InputError as error:
        raise InputError(f"{file}: {error}") from error
    to_network(to_content(network), str(file))


def _present_all(run: _Run, at: Checkpoint) -> Checkpoint:
    """Present all chunks after ``at``, unless the training stops early; return the last checkpoint."""
    samples = run.recipe.stops[-1]
    with Progress(samples, "train", done=at.position) as bar:
        for last in chunk_ends(run.recipe, at.position, run.every, run.stopping.checks):
            if run.stopping.is_over(at.history):
                break
            done = last - at.position
            at, report = _advance(run.recipe, at, last)
            run.diagnostics.examine(report, at.state, done)
            at = run.stopping.update(run.recipe, at)
            checkpoint.save(run.path, at, run.origin)
            for observe in run.observers:
                observe(at, report)
            bar.advance(done, _note(report))
    return at


def _advance(recipe: Recipe, at: Checkpoint, last: int) -> tuple[Checkpoint, Report]:
    """Present the chunk from ``at`` to ``last``; return the checkpoint and the report after it."""
    start = _clock(recipe)
    state, report = recipe.advance(at.state, at.position, last)
    seconds = at.seconds + _clock(recipe) - start
    history = np.concatenate([at.history, _history_row(last, report)])
    return replace(at, position=last, seconds=seconds, state=state, history=history), report


def _history_row(position: int, report: Report) -> np.ndarray:
    """Return the row (1, 5) of ``Checkpoint.history`` for a chunk that ended at ``position``."""
    share = report.spike_counts.max(initial=0) / max(report.spike_counts.sum(), 1)
    accuracy = np.nan if report.accuracy is None else report.accuracy
    return np.array([[position, accuracy, report.silent_share, share, np.nan]])


def _clock(recipe: Recipe) -> float:
    """Return a time in seconds that excludes the compilation of programs."""
    return time.perf_counter() - recipe.compile_seconds


def _note(report: Report) -> str:
    return "" if report.accuracy is None else f"accuracy {report.accuracy:.1%}"


def _accuracy(recipe: Recipe, state: State, data: Dataset) -> float:
    return float((recipe.predict(state, data) == data.labels).mean())
