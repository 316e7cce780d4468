"""Checkpoints: an interrupted training goes on where it was, to the same last bit.

One .npz beside the model, replaced as a whole after every chunk: position, weights, thresholds, labels
and everything that the result depends on, which is compared before going on.
"""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..files import replacing
from .simulator import State

VERSION = 1


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


def load(path: Path, origin: dict[str, Any]) -> Checkpoint | None:
    """The checkpoint at ``path``, or None. Raises ``InputError`` when it belongs to another ``origin``."""
    if not path.exists():
        return None
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            values = {name: file[name] for name in file.files}
        saved = json.loads(str(values["origin"]))
        state = State(values["weights"], values["thresholds"], values["labels"])
        found = Checkpoint(int(values["position"]), float(values["seconds"]), state)
        version = int(values["version"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: not a checkpoint ({error}); delete it to start anew") from error
    if version != VERSION:
        raise InputError(f"{path}: checkpoint version {version}, not {VERSION}; delete it to start anew")
    _compare(path, saved, origin)
    return found


def _compare(path: Path, saved: dict[str, Any], origin: dict[str, Any]) -> None:
    for name in sorted(saved.keys() | origin.keys()):
        if saved.get(name) != origin.get(name):
            values = f"{name} = {saved.get(name)}, not {origin.get(name)}"
            raise InputError(f"{path}: made with {values}; use that, or train without --resume")
