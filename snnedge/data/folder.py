"""Data sets as IDX files named as MNIST's, of any image size and number of classes.

EMNIST's files have a prefix (``emnist-letters-train-images-idx3-ubyte``); archives may put a file into a
folder of its own name.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import InputError
from .dataset import Dataset
from .idx import read_idx

PREFIXES = {"train": ("train",), "test": ("t10k", "test")}  # by split
RANKS = {"images": 3, "labels": 1}  # by kind of file
IMAGES = re.compile(r"(?P<prefix>.*?)(train|t10k|test)-images[-.]idx3-ubyte(\.gz)?")
TRANSPOSED = "emnist-"  # prefix of files whose images have rows and columns exchanged
MAX_LISTED, MAX_DEPTH = 1000, 2  # of a folder: entries that are read, levels below it


@dataclass(frozen=True)
class IdxSet:
    """The IDX files of one data set: those in ``folder`` whose names begin with ``prefix``."""

    folder: Path
    prefix: str = ""

    def __str__(self) -> str:
        return str(self.folder / self.prefix) if self.prefix else str(self.folder)

    def find(self, split: str, kind: str) -> Path:
        """Return the file of ``kind`` "images" or "labels", ``.gz`` first. Raises ``InputError``."""
        path = self._present(split, kind)
        if path is None:
            wanted = self.prefix + _spellings(split, kind)[0]
            raise InputError(f"{self.folder}: no {wanted} (nor unpacked, nor .idx in place of -idx)")
        return path

    def files(self) -> list[Path]:
        """Return images and labels of each split. Raises ``InputError`` when one is missing."""
        return [self.find(split, kind) for split in PREFIXES for kind in RANKS]

    def count_classes(self) -> int:
        """Return 1 + the largest label over all splits; one split alone may lack a class."""
        paths = [path for split in PREFIXES if (path := self._present(split, "labels"))]
        return 1 + max(int(read_idx(path, RANKS["labels"]).max()) for path in paths)

    def load(self, split: str, name: str) -> Dataset:
        """Return the ``split`` of this data set, under ``name``. Raises ``InputError``."""
        images = read_idx(self.find(split, "images"), RANKS["images"])
        labels = read_idx(self.find(split, "labels"), RANKS["labels"]).astype(np.int64)
        if self.prefix.startswith(TRANSPOSED):
            images = np.ascontiguousarray(images.transpose(0, 2, 1))
        return Dataset(name, split, images, labels, self.count_classes())

    def _present(self, split: str, kind: str) -> Path | None:
        names = (self.prefix + spelling for spelling in _spellings(split, kind))
        paths = [path for name in names for path in (self.folder / name, *_nested(self.folder / name))]
        return next((path for path in paths if path.is_file()), None)


def _nested(path: Path) -> Iterator[Path]:
    """Yield the files in the folder ``path`` that have its name, however they spell it."""
    if path.is_dir():
        yield from (path / name for name in _listing(path) if _plain(name) == _plain(path.name))


def _plain(name: str) -> str:
    return name.replace(".idx", "-idx").removesuffix(".gz")


def sets_in(folder: Path) -> list[IdxSet]:
    """Return the data sets at the top of ``folder``, by prefix."""
    found = (IMAGES.fullmatch(name) for name in _listing(folder))
    prefixes = sorted({match["prefix"] for match in found if match})
    sets = [IdxSet(folder, prefix) for prefix in prefixes]
    return [one for one in sets if one._present("train", "images") or one._present("test", "images")]


def sets_below(folder: Path, depth: int = MAX_DEPTH) -> list[IdxSet]:
    """Return the data sets in folders below ``folder``, at most ``depth`` levels down."""
    found: list[IdxSet] = []
    for name in _listing(folder) if depth else ():
        inner = folder / name
        if inner.is_dir() and not inner.is_symlink():
            found += sets_in(inner) or sets_below(inner, depth - 1)
    return found


def _listing(folder: Path) -> list[str]:
    """Return the first names in ``folder``, sorted; none if it cannot be read."""
    try:
        return sorted(os.listdir(folder))[:MAX_LISTED]
    except (OSError, ValueError):
        return []


def _spellings(split: str, kind: str) -> list[str]:
    return [
        f"{prefix}-{kind}{separator}idx{RANKS[kind]}-ubyte{suffix}"
        for prefix in PREFIXES[split]
        for separator in "-."
        for suffix in (".gz", "")
    ]
