"""Data sets: ``digits`` (bundled, no files), ``mnist``, or any folder of IDX files.

A name other than ``digits`` is a folder: DIR/name, then a path by itself. DIR is the folder given, or the
environment variable SNNEDGE_DATA, or ~/.cache/snnedge. The last word may be the prefix of the files in
that folder, as in ``emnist/emnist-letters``.
"""

import logging
import os
from pathlib import Path

from ..errors import InputError
from ..support.plugins import choose
from .dataset import Dataset, split
from .digits import load_digits
from .folder import PREFIXES, IdxSet, sets_below, sets_in

__all__ = ["Dataset", "folder_of", "load", "locate", "root", "split"]

SPLITS = tuple(PREFIXES)
CACHE = "~/.cache/snnedge"
REMEDY = "'snnedge data mnist' fetches MNIST, 'digits' needs none, a path names any other"


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
        dataset = locate(name, folder).load(split, os.path.basename(os.path.abspath(name)))
    return dataset.take(slice(limit))


def root(folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the parent of all data sets: ``folder``, else $SNNEDGE_DATA, else ~/.cache/snnedge."""
    return Path(os.path.expanduser(folder or os.environ.get("SNNEDGE_DATA") or CACHE))


def locate(name: str, folder: str | os.PathLike[str] | None = None) -> IdxSet:
    """Return the IDX files of ``name``. Raises ``InputError`` that says what is there instead."""
    candidates = _candidates(name, folder)
    for path in candidates:
        sets = sets_in(path) or _prefixed(path)
        if sets:
            found = _only(sets, name)
            _warn_of_namesakes(name, found, folder)
            return found
    for path in candidates:
        sets = [] if path == root(folder) else sets_below(path)
        if sets:
            found = _only(sets, name)
            logging.getLogger("snnedge").info("data set %s: found in %s", name, found)
            return found
    raise InputError(f"no data set {name!r}: {_instead(candidates)}; {REMEDY}")


def _warn_of_namesakes(name: str, found: IdxSet, folder: str | os.PathLike[str] | None) -> None:
    """Warn of another data set of the same folder name: models state nothing else of their data."""
    short = os.path.basename(os.path.abspath(name))
    taken = os.path.realpath(found.folder)
    for path in dict.fromkeys((*_candidates(name, folder), *_candidates(short, folder))):
        if path != root(folder) and os.path.realpath(path) != taken and sets_in(path):
            text = "data set %s: taken from %s; another one of that name is in %s: give --dataset PATH"
            logging.getLogger("snnedge").warning(text, short, found, path)
            return


def folder_of(name: str, folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder with the IDX files of ``name``, or the one to create when there are none yet."""
    candidates = _candidates(name, folder)
    return next(filter(sets_in, candidates), candidates[0])


def _candidates(name: str, folder: str | os.PathLike[str] | None) -> list[Path]:
    home = root(folder)
    candidates = [home / name, Path(os.path.expanduser(name))]
    if name == "mnist":
        candidates.insert(1, home)  # DIR may be MNIST's own folder; other names could be misspelt
    return candidates


def _prefixed(path: Path) -> list[IdxSet]:
    """Return the data set beside ``path`` whose files begin with its name."""
    prefix = f"{path.name}-"
    return [one for one in sets_in(path.parent) if one.prefix == prefix]


def _only(sets: list[IdxSet], name: str) -> IdxSet:
    """Return the one of ``sets``. Raises ``InputError`` that lists them if there are several."""
    if len(sets) > 1:
        listed = ", ".join(str(one).rstrip("-") for one in sets[:8])
        raise InputError(f"data set {name!r} is one of {len(sets)}: {listed}; give the path of one")
    return sets[0]


def _instead(candidates: list[Path]) -> str:
    """Return what is at the first of ``candidates`` that exists, in words."""
    for path in candidates:
        if path.is_file():
            return f"{path} is a file; give the folder with the IDX files"
        if path.is_dir():
            return f"{path} holds no IDX files"
    return f"{candidates[0]} holds no IDX files"
