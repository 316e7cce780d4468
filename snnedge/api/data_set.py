"""Describe a data set; fetch MNIST if it is missing."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import data
from ..data import folder_of, mnist
from ..data.download import download
from .result import Result


@dataclass(frozen=True)
class DataSetResult(Result):
    """A data set: its ``files`` in ``folder``, None for the bundled digits.

    ``train``, ``test``: numbers of images; ``shape``: (height, width) of one.
    """

    name: str
    folder: Path | None
    files: tuple[Path, ...]
    train: int
    test: int
    shape: tuple[int, int]
    classes: int


def data_set(
    name: str, folder: str | os.PathLike[str] | None = None, mirrors: Sequence[str] = ()
) -> DataSetResult:
    """Return what the data set ``name`` holds; "mnist" is fetched if it is missing.

    ``folder``: where data sets lie; None: $SNNEDGE_DATA, else ~/.cache/snnedge. ``mirrors``: addresses
    to fetch MNIST from. Raises ``InputError``.

        api.data_set("digits").classes
    """
    if name == "mnist":
        download(mnist.FILES, mirrors or mnist.MIRRORS, folder_of("mnist", folder))
    train, test = (data.load(name, split, folder) for split in ("train", "test"))
    found = None if name == "digits" else data.locate(name, folder)
    return DataSetResult(
        name=train.name,
        folder=found.folder if found else None,
        files=tuple(found.files()) if found else (),
        train=len(train),
        test=len(test),
        shape=train.shape,
        classes=train.classes,
    )
