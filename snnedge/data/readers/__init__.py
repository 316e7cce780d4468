"""Readers of image files, found by folder: each has ``SUFFIXES`` and ``read(path)``, a uint8 array.

A reader of pictures, such as photographs, states ``PICTURES = True``: their size, polarity and contrast are
fitted to a model (``data/fitting.py``). Any other file holds images as a model takes them.
"""

import os
from types import ModuleType

from ...support import plugins

DEFAULT = "idx"  # for names without a suffix that a reader has


def reader_of(path: str | os.PathLike[str]) -> ModuleType:
    """Return the reader for the file ``path``, by its suffix."""
    name = os.fspath(path).lower()
    for reader in map(_load, plugins.names("readers")):
        if name.endswith(reader.SUFFIXES):
            return reader
    return _load(DEFAULT)


def suffixes() -> tuple[str, ...]:
    """Return the suffixes of all readers."""
    return tuple(suffix for name in plugins.names("readers") for suffix in _load(name).SUFFIXES)


def _load(name: str) -> ModuleType:
    return plugins.load("readers", name)
