"""IDX files of images, as MNIST has them, packed by gzip or not."""

import os

import numpy as np

from ..idx import read_idx

SUFFIXES = ("-ubyte", ".idx", ".gz")
PICTURES = False


def read(path: str | os.PathLike[str]) -> np.ndarray:
    """Return the images in the file ``path``, uint8. Raises ``InputError``."""
    return read_idx(path)
