"""Answer images with an integer model."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from ..data.contrast import as_trained
from ..data.fitting import fitted
from ..data.readers import reader_of
from ..errors import InputError
from ..model.outcome import Outcome, confidence, votes
from ..runtime.runtime import Runtime
from .models import File, Integers, open_integer
from .result import HIDDEN, OPTIONAL, Result


@dataclass(frozen=True, eq=False, repr=False)
class PredictResult(Result):
    """Answers to n images.

    ``labels``: int16 (n,), -1 = undecided. ``steps``: uint16 (n,), time steps until the decision.
    ``hash``: of the model, 16 hexadecimal digits. ``class_names``: by label, empty if the model has
    none. ``files``: of each image, if they come from several. ``confidence``: float64 (n,), (leading
    votes - next votes) / all votes, or 0 without a vote. ``votes``: uint16 (n, classes). ``outcome``:
    spike counts and first spikes as well. ``images``: what the network saw, uint8 (n, *shape).
    """

    labels: np.ndarray
    steps: np.ndarray
    confidence: np.ndarray
    hash: str
    class_names: Annotated[tuple[str, ...], OPTIONAL]
    files: Annotated[tuple[str, ...], OPTIONAL]
    votes: Annotated[np.ndarray, HIDDEN]
    outcome: Annotated[Outcome, HIDDEN]
    images: Annotated[np.ndarray, HIDDEN]


def predict(model: Integers, images: np.ndarray | File | Sequence[File]) -> PredictResult:
    """Return the answers of ``model`` to ``images``: uint8 (n, *shape), or one or more files.

    Files are .npy, IDX, PNG or JPEG. A picture is fitted to the model's shape, polarity and contrast, as
    MNIST was made. Contrast is enhanced as in the training; ``Runtime.predict`` takes images as they are.
    Raises ``InputError`` for a file; ``ShapeError`` for what is no uint8 array of the model's shape.

        api.predict("zoo:digits", images).labels
    """
    runtime = model if isinstance(model, Runtime) else Runtime(open_integer(model))
    if isinstance(images, (str, os.PathLike)):
        return _answered(runtime, *_read(runtime, [images]))
    if isinstance(images, np.ndarray) or not isinstance(images, Sequence):
        return _answered(runtime, images)
    if images and all(isinstance(one, (str, os.PathLike)) for one in images):
        return _answered(runtime, *_read(runtime, images))
    return _answered(runtime, images)  # type: ignore[arg-type]  # refused there


def _answered(runtime: Runtime, images: np.ndarray, files: tuple[str, ...] = ()) -> PredictResult:
    samples = as_trained(runtime.checked(images), runtime.model.provenance)
    outcome = runtime.run(samples)
    counted = votes(outcome, runtime.model.readout)
    return PredictResult(
        labels=outcome.labels,
        steps=outcome.steps,
        confidence=confidence(counted),
        hash=runtime.hash_text,
        class_names=runtime.class_names,
        files=files,
        votes=counted,
        outcome=outcome,
        images=samples,
    )


def _read(runtime: Runtime, files: Sequence[File]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the images in ``files``, and the file of each if there are several files."""
    arrays = [_images(runtime, os.fspath(file)) for file in files]
    names = [os.fspath(file) for file, array in zip(files, arrays, strict=True) for _ in array]
    return np.concatenate(arrays), tuple(names) if len(files) > 1 else ()


def _images(runtime: Runtime, path: str) -> np.ndarray:
    reader = reader_of(path)
    found = reader.read(path)
    try:
        return runtime.checked(fitted(found, runtime.model.encoder.shape) if reader.PICTURES else found)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
