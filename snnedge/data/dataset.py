"""Dataset: labelled grey images in memory, and the one way to part them."""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from ..errors import InputError


@dataclass(frozen=True)
class Dataset:
    """``n`` labelled images, all of one size.

    ``images``: uint8, shape (n, height, width), 0..255. ``labels``: int64, shape (n,), 0..classes-1.
    ``name`` and ``split`` say what the samples are wherever a result is reported. The arrays may be
    read-only. Raises ``InputError`` when the parts do not fit together.
    """

    name: str
    split: str
    images: np.ndarray
    labels: np.ndarray
    classes: int

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.ndim != 3:
            found = f"{self.images.dtype} {self.images.shape}"
            raise InputError(f"{self._where}: images are {found}, expected uint8 (n, h, w)")
        if self.labels.shape != (len(self.images),):
            counts = f"{len(self.images)} images but labels of shape {self.labels.shape}"
            raise InputError(f"{self._where}: {counts}; take both files from the same source")
        if len(self) and not 0 <= self.labels.min() <= self.labels.max() < self.classes:
            raise InputError(f"{self._where}: labels are outside 0..{self.classes - 1}")

    def __len__(self) -> int:
        return len(self.images)

    @property
    def shape(self) -> tuple[int, int]:
        """(height, width) of one image in pixels."""
        return self.images.shape[1], self.images.shape[2]

    @property
    def _where(self) -> str:
        return f"data set {self.name!r}, {self.split}"

    def take(self, chosen: slice | np.ndarray) -> Self:
        """The samples at ``chosen``, in that order."""
        return replace(self, images=self.images[chosen], labels=self.labels[chosen])


def split(dataset: Dataset, validation: float = 0.2, seed: int = 0) -> tuple[Dataset, Dataset]:
    """Part ``dataset`` at random into (train, validation); both keep the order of the samples.

    ``validation`` is the fraction held out, rounded up to whole samples; 0 holds out none. The same
    seed parts a data set the same way on every machine and numpy version: only the raw stream of
    a numpy bit generator is promised to stay. Raises ``InputError``.
    """
    if not 0 <= validation < 1:
        raise InputError(f"validation fraction {validation} is outside 0..1; 0.2 holds out a fifth")
    if seed < 0:
        raise InputError(f"seed {seed} is negative; give 0 or more")
    held = math.ceil(len(dataset) * validation)
    if held == len(dataset):
        raise InputError(f"{len(dataset)} samples are too few to hold out {validation} of them")
    order = np.argsort(np.random.PCG64(seed).random_raw(len(dataset)), kind="stable")
    train, kept_back = (dataset.take(np.sort(part)) for part in (order[held:], order[:held]))
    return replace(train, split="train"), replace(kept_back, split="validation")
