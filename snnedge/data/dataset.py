"""Labelled gray images in memory, and the split into training and validation images."""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from ..errors import InputError
from ..model.network import check_class_names


@dataclass(frozen=True)
class Dataset:
    """A set of n labelled gray images of one size.

    ``images``: uint8, shape (n, height, width), 0..255. ``labels``: int64, shape (n,), 0..classes-1.
    ``name`` and ``split`` identify the samples in reports. The arrays may be read-only. ``class_names``: of
    labels 0, 1, ..., which a training writes to the model; empty where they are the numbers themselves.
    Raises ``InputError`` when shapes, dtypes, labels or names are inconsistent.
    """

    name: str
    split: str
    images: np.ndarray
    labels: np.ndarray
    classes: int
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.ndim != 3:
            found = f"{self.images.dtype} {self.images.shape}"
            raise InputError(f"{self._where}: images are {found}, expected uint8 (n, h, w)")
        if self.labels.shape != (len(self.images),):
            counts = f"{len(self.images)} images but labels of shape {self.labels.shape}"
            raise InputError(f"{self._where}: {counts}; take both files from the same source")
        if len(self) and not 0 <= self.labels.min() <= self.labels.max() < self.classes:
            raise InputError(f"{self._where}: labels are outside 0..{self.classes - 1}")
        check_class_names(self.class_names, self.classes)

    def __len__(self) -> int:
        return len(self.images)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of an image in pixels."""
        return self.images.shape[1], self.images.shape[2]

    @property
    def _where(self) -> str:
        return f"data set {self.name!r}, {self.split}"

    def take(self, chosen: slice | np.ndarray) -> Self:
        """Return the samples at ``chosen``, a slice or indices, in that order."""
        return replace(self, images=self.images[chosen], labels=self.labels[chosen])


def split(dataset: Dataset, validation: float = 0.2, seed: int = 0) -> tuple[Dataset, Dataset]:
    """Split ``dataset`` at random into (train, validation); both keep the order of the samples.

    ``validation``: fraction held out, 0 <= fraction < 1, rounded up to whole samples. The same ``seed``
    >= 0 gives the same split on every machine and numpy version. Raises ``InputError``.
    """
    if not 0 <= validation < 1:
        raise InputError(f"validation fraction {validation} is outside 0..1; 0.2 holds out a fifth")
    if seed < 0:
        raise InputError(f"seed {seed} is negative; give 0 or more")
    held = math.ceil(len(dataset) * validation)
    if held == len(dataset):
        raise InputError(f"{len(dataset)} samples are too few to hold out {validation} of them")
    # Only the raw stream of a bit generator is promised to stay the same between numpy versions.
    order = np.argsort(np.random.PCG64(seed).random_raw(len(dataset)), kind="stable")
    train, kept_back = (dataset.take(np.sort(part)) for part in (order[held:], order[:held]))
    return replace(train, split="train"), replace(kept_back, split="validation")
