"""Data sets as folders of IDX files named as MNIST's, of any image size and number of classes."""

import os
from pathlib import Path

import numpy as np

from ..errors import InputError
from .dataset import Dataset
from .idx import read_idx

PREFIXES = {"train": ("train",), "test": ("t10k", "test")}  # by split
RANKS = {"images": 3, "labels": 1}  # by kind of file


def load_folder(folder: Path, split: str, name: str) -> Dataset:
    """Return the ``split`` of the data set in ``folder``, under ``name``. Raises ``InputError``."""
    images = read_idx(find(folder, split, "images"), RANKS["images"])
    labels = read_idx(find(folder, split, "labels"), RANKS["labels"]).astype(np.int64)
    return Dataset(name, split, images, labels, count_classes(folder))


def count_classes(folder: Path) -> int:
    """Return 1 + the largest label over all splits in ``folder``; one split alone may lack a class."""
    paths = [path for split in PREFIXES if (path := _present(folder, split, "labels"))]
    return 1 + max(int(read_idx(path, RANKS["labels"]).max()) for path in paths)


def find(folder: Path, split: str, kind: str) -> Path:
    """Return the file of ``kind`` "images" or "labels", ``.gz`` first. Raises ``InputError``."""
    path = _present(folder, split, kind)
    if path is None:
        wanted = _spellings(split, kind)[0]
        raise InputError(f"{folder}: no {wanted} (nor unpacked, nor .idx in place of -idx)")
    return path


def files(folder: Path) -> list[Path]:
    """Return the files of the data set in ``folder``: images and labels of each split."""
    return [find(folder, split, kind) for split in PREFIXES for kind in RANKS]


def holds_idx(folder: Path) -> bool:
    """Return whether ``folder`` contains a file that is named like an IDX file."""
    try:
        return any("-ubyte" in name for name in os.listdir(folder))
    except (OSError, ValueError):
        return False


def _present(folder: Path, split: str, kind: str) -> Path | None:
    paths = (folder / name for name in _spellings(split, kind))
    return next((path for path in paths if os.path.exists(path)), None)


def _spellings(split: str, kind: str) -> list[str]:
    return [
        f"{prefix}-{kind}{separator}idx{RANKS[kind]}-ubyte{suffix}"
        for prefix in PREFIXES[split]
        for separator in "-."
        for suffix in (".gz", "")
    ]
