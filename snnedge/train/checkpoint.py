"""Checkpoints: an interrupted training goes on where it was, to the same last bit.

One .npz beside the model, replaced as a whole after every chunk: position, weights, thresholds, labels
and everything that the result depends on, which is compared before going on.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..files import replacing
from ..frontends._fields import Fields
from ..network import UNASSIGNED
from .simulator import State
from .task import Task

VERSION = 1
MAX_SECONDS = 1e9
MAX_LABEL = 32766
REMEDY = "remove it, or train without --resume"


@dataclass(frozen=True)
class Checkpoint:
    """``position``: presentations done; ``seconds``: time they took."""

    position: int
    seconds: float
    state: State


def place(model: Path) -> Path:
    """Where the checkpoint of ``model`` lies."""
    return model.with_name(model.name + ".checkpoint.npz")


def save(path: Path, checkpoint: Checkpoint, origin: dict[str, Any]) -> None:
    """Write ``checkpoint`` of the training described by ``origin``, a tree of plain values."""
    with replacing(path) as scratch:
        np.savez(
            scratch,
            version=VERSION,
            origin=json.dumps(origin),
            position=checkpoint.position,
            seconds=checkpoint.seconds,
            weights=checkpoint.state.weights,
            thresholds=checkpoint.state.thresholds,
            labels=checkpoint.state.labels,
        )


def load(path: Path, task: Task, origin: dict[str, Any]) -> Checkpoint | None:
    """The checkpoint of ``task`` at ``path``, or None when there is no file.

    Raises ``InputError`` for one that is damaged, impossible, or of another ``origin``.
    """
    if not path.exists():
        return None
    values = _values(path)
    try:
        _compare(path, values.pop("saved"), origin)
        found = _checkpoint(Fields(values, str(path)), task.settings.samples)
        task.check(found.state, path)
    except InputError as error:
        raise InputError(f"{error}; {REMEDY}") from error
    return found


def _values(path: Path) -> dict[str, Any]:
    """What the file holds, numbers and texts as Python's own; ``saved``: the origin, parsed."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        values = {name: array.item() if array.ndim == 0 else array for name, array in arrays.items()}
        return values | {"saved": dict(json.loads(values["origin"]))}
    except Exception as error:  # a damaged archive raises nearly anything, from zipfile, zlib and numpy
        reason = type(error).__name__
        raise InputError(f"{path}: damaged, or no checkpoint ({reason}); {REMEDY}") from error


def _checkpoint(file: Fields, samples: int) -> Checkpoint:
    file.integer("version", VERSION, VERSION)
    labels = file.integers("labels", UNASSIGNED, MAX_LABEL).astype(np.int32)
    state = State(file.floats("weights"), file.floats("thresholds"), labels)
    return Checkpoint(file.integer("position", 0, samples), file.number("seconds", 0, MAX_SECONDS), state)


def _compare(path: Path, saved: dict[str, Any], origin: dict[str, Any]) -> None:
    for name in sorted(saved.keys() | origin.keys()):
        if saved.get(name) != origin.get(name):
            values = f"{name} = {saved.get(name)!r}, not {origin.get(name)!r}"
            raise InputError(f"{path}: made with {values}")
