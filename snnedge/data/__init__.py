"""Data sets: ``digits`` (bundled, no files), ``mnist``, or any folder of IDX files.

A name other than ``digits`` is a folder: DIR/name, then a path by itself. DIR is the folder given, or the
environment variable SNNEDGE_DATA, or ~/.cache/snnedge.
"""

import os
from pathlib import Path

from ..errors import InputError
from ..support.plugins import choose
from .dataset import Dataset, split
from .digits import load_digits
from .folder import PREFIXES, holds_idx, load_folder

__all__ = ["Dataset", "folder_of", "load", "locate", "root", "split"]

SPLITS = tuple(PREFIXES)
CACHE = "~/.cache/snnedge"


def load(
    name: str,
    split: str,
    folder: str | os.PathLike[str] | None = None,
    limit: int | None = None,
) -> Dataset:
    """Return the ``split`` ("train" or "test") of data set ``name``: its first ``limit`` samples, or all.

    ``folder``: parent of the data sets (see above). Raises ``InputError``, or ``ToolError`` when
    scikit-learn is missing for ``digits``.
    """
    choose(split, SPLITS, "split")
    if limit is not None and limit < 1:
        raise InputError(f"limit of {limit} samples; give 1 or more")
    if name == "digits":
        dataset = load_digits(split)
    else:
        path = locate(name, folder)
        dataset = load_folder(path, split, os.path.basename(os.path.abspath(name)))
    return dataset.take(slice(limit))


def root(folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the parent of all data sets: ``folder``, else $SNNEDGE_DATA, else ~/.cache/snnedge."""
    return Path(os.path.expanduser(folder or os.environ.get("SNNEDGE_DATA") or CACHE))


def locate(name: str, folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder with the IDX files of ``name``. Raises ``InputError`` when there is none."""
    found = folder_of(name, folder)
    if not holds_idx(found):
        remedy = "'snnedge data mnist' fetches MNIST, 'digits' needs none, a path names any other"
        raise InputError(f"no data set {name!r}: {found} holds no IDX files; {remedy}")
    return found


def folder_of(name: str, folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder with the IDX files of ``name``, or the one to create when there are none yet."""
    home = root(folder)
    candidates = [home / name, Path(os.path.expanduser(name))]
    if name == "mnist":
        candidates.insert(1, home)  # DIR may be MNIST's own folder; other names could be misspelt
    return next(filter(holds_idx, candidates), candidates[0])
