"""Checkpoints: the state of an interrupted training, from which it continues bit for bit.

A checkpoint is one .npz beside the model, replaced as a whole after every chunk. It holds position, state,
history, and everything that the result depends on, which is compared before a training continues.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..support.checked import Fields
from ..support.files import replacing
from .recipe import State

VERSION = 3
MAX_SECONDS = 1e9
HISTORY_COLUMNS = 5
VALIDATION = 4  # the column of a history with the accuracy on validation images
REMEDY = "remove it, or train without --resume"


@dataclass(frozen=True)
class Checkpoint:
    """A training after ``position`` presentations, which took ``seconds``.

    ``history``: float64 (chunks, 5), one row for each chunk. Column 0 is the position at which it ended.
    Column 1 is the accuracy 0..1, or NaN while neurons have no labels. Column 2 is the share of silent
    samples. Column 3 is the share of all spikes that the most active neuron fired. Column 4 is the accuracy
    on validation images, or NaN without a check. ``best``: the state with the best
    validation accuracy, or empty.
    """

    position: int
    seconds: float
    state: State
    history: np.ndarray
    best: State


def path_of(model: Path) -> Path:
    """Return the path of the checkpoint of the file ``model``."""
    return model.with_name(model.name + ".checkpoint.npz")


def beginning(state: State) -> Checkpoint:
    """Return the checkpoint of a training that has not begun."""
    return Checkpoint(0, 0.0, state, np.empty((0, HISTORY_COLUMNS)), {})


def save(path: Path, checkpoint: Checkpoint, origin: dict[str, Any]) -> None:
    """Write ``checkpoint`` to ``path``. ``origin``: description of the training, a tree of plain values."""
    values: dict[str, Any] = {
        "version": VERSION,
        "origin": json.dumps(origin),
        "position": checkpoint.position,
        "seconds": checkpoint.seconds,
        "history": checkpoint.history,
    }
    state = {f"state.{name}": array for name, array in checkpoint.state.items()}
    best = {f"best.{name}": array for name, array in checkpoint.best.items()}
    with replacing(path) as scratch:
        np.savez(scratch, **values | state | best)


def load(path: Path, template: State, samples: int, origin: dict[str, Any]) -> Checkpoint | None:
    """Return the checkpoint at ``path`` of the training with ``origin``, or None when there is no file.

    Its arrays have the names, shapes and dtypes of ``template``, and finite values. Raises ``InputError``
    for a checkpoint that is damaged, impossible, or of another ``origin``.
    """
    if not path.exists():
        return None
    values = _values(path)
    with remedy():
        _compare(path, values.pop("saved"), origin)
        best = any(name.startswith("best.") for name in values)
        return _checkpoint(Fields(values, str(path)), template, samples, best)


@contextlib.contextmanager
def remedy() -> Iterator[None]:
    """Append the remedy to any ``InputError`` about a checkpoint."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{error}; {REMEDY}") from error


def _values(path: Path) -> dict[str, Any]:
    """Return the content of the file, scalars as Python's own types; ``saved``: the parsed origin."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        values = {name: array.item() if array.ndim == 0 else array for name, array in arrays.items()}
        return values | {"saved": dict(json.loads(values["origin"]))}
    except Exception as error:  # a damaged archive raises nearly anything, from zipfile, zlib and numpy
        reason = type(error).__name__
        raise InputError(f"{path}: damaged, or no checkpoint ({reason}); {REMEDY}") from error


def _checkpoint(file: Fields, template: State, samples: int, best: bool) -> Checkpoint:
    """Return the checkpoint in ``file``, checked; ``best``: the file has a best state."""
    file.integer("version", VERSION, VERSION)
    history = file.get("history")
    if not (
        isinstance(history, np.ndarray)
        and history.dtype == float
        and history.shape[1:] == (HISTORY_COLUMNS,)
    ):
        raise file.error("history", f"must be float64, shape (chunks, {HISTORY_COLUMNS})")
    return Checkpoint(
        position=_position(file, history, samples),
        seconds=file.number("seconds", 0, MAX_SECONDS),
        state=_state(file, "state", template),
        history=history,
        best=_state(file, "best", template) if best else {},
    )


def _position(file: Fields, history: np.ndarray, samples: int) -> int:
    """Return the position. Raises ``InputError`` unless the chunks of ``history`` lead to it."""
    position, ends = file.integer("position", 0, samples), history[:, 0]
    if not (np.diff(ends, prepend=0) > 0).all() or position != (ends[-1] if len(ends) else 0):
        raise file.error("position", f"is {position}, where the chunks of the history do not end")
    return position


def _state(file: Fields, prefix: str, template: State) -> State:
    return {name: _array(file, f"{prefix}.{name}", like) for name, like in template.items()}


def _array(file: Fields, key: str, like: np.ndarray) -> np.ndarray:
    """Return the array at ``key``, of the dtype and shape of ``like``, with finite values."""
    array = file.get(key)
    if not isinstance(array, np.ndarray) or (array.dtype, array.shape) != (like.dtype, like.shape):
        found = f"{array.dtype} {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
        raise file.error(key, f"is {found}; {like.dtype} {like.shape} is needed")
    if not np.isfinite(array).all():
        raise file.error(key, "has values that are not finite")
    return array


def _compare(path: Path, saved: dict[str, Any], origin: dict[str, Any]) -> None:
    """Raise ``InputError`` that names the first difference between two descriptions of a training."""
    for name in sorted(saved.keys() | origin.keys()):
        if saved.get(name) != origin.get(name):
            values = f"{name} = {saved.get(name)!r}, not {origin.get(name)!r}"
            raise InputError(f"{path}: made with {values}")
