"""Answer images with an integer model."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np

from ..data.contrast import as_trained
from ..data.idx import read_idx
from ..errors import InputError
from ..model.outcome import Outcome, confidence, votes
from ..runtime.runtime import Runtime
from ..support.files import unreadable
from .models import File, Integers, open_integer
from .result import HIDDEN, OPTIONAL, Result


@dataclass(frozen=True, eq=False, repr=False)
class PredictResult(Result):
    """Answers to n images.

    ``labels``: int16 (n,), -1 = undecided. ``steps``: uint16 (n,), time steps until the decision.
    ``hash``: of the model, 16 hexadecimal digits. ``class_names``: by label, empty if the model has
    none. ``confidence``: float64 (n,), (leading votes - next votes) / all votes, or 0 without a vote.
    ``votes``: uint16 (n, classes). ``outcome``: spike counts and first spikes as well.
    """

    labels: np.ndarray
    steps: np.ndarray
    confidence: np.ndarray
    hash: str
    class_names: Annotated[tuple[str, ...], OPTIONAL]
    votes: Annotated[np.ndarray, HIDDEN]
    outcome: Annotated[Outcome, HIDDEN]


def predict(model: Integers, images: np.ndarray | File) -> PredictResult:
    """Return the answers of ``model`` to ``images``, uint8 (n, *shape), or an .npy or IDX file of them.

    Contrast is enhanced as in the training; ``Runtime.predict`` takes images as they are. Raises
    ``InputError`` for a file; ``ShapeError`` for what is no uint8 array of the model's shape.

        api.predict("zoo:digits", images).labels
    """
    runtime = model if isinstance(model, Runtime) else Runtime(open_integer(model))
    if not isinstance(images, (str, os.PathLike)):
        return _answered(runtime, images)
    path = os.fspath(images)
    found = _read(path)
    try:
        return _answered(runtime, found)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _answered(runtime: Runtime, images: np.ndarray) -> PredictResult:
    outcome = runtime.run(as_trained(runtime.checked(images), runtime.model.provenance))
    counted = votes(outcome, runtime.model.readout)
    return PredictResult(
        labels=outcome.labels,
        steps=outcome.steps,
        confidence=confidence(counted),
        hash=runtime.hash_text,
        class_names=runtime.class_names,
        votes=counted,
        outcome=outcome,
    )


def _read(path: str) -> np.ndarray:
    if not path.endswith(".npy"):
        return read_idx(path)
    if Path(path).exists() and not Path(path).is_file():
        raise InputError(f"{path} is not a file; give images as .npy or IDX")
    try:
        return np.asarray(np.load(path, allow_pickle=False, mmap_mode="r"))
    except OSError as error:
        raise unreadable(path, error) from error
    except Exception as error:  # numpy's parser of headers lets through whatever its tokenizer raises
        raise InputError(f"{path}: not an npy file of plain numbers ({error})") from error
