"""Files of one numpy array."""

import os
from pathlib import Path

import numpy as np

from ...errors import InputError
from ...support.files import unreadable

SUFFIXES = (".npy",)
PICTURES = False


def read(path: str | os.PathLike[str]) -> np.ndarray:
    """Return the array in the file ``path``, of any dtype and shape. Raises ``InputError``."""
    if Path(path).exists() and not Path(path).is_file():
        raise InputError(f"{path} is not a file; give images as .npy or IDX")
    try:
        return np.asarray(np.load(path, allow_pickle=False, mmap_mode="r"))
    except OSError as error:
        raise unreadable(Path(path), error) from error
    except Exception as error:  # numpy's parser of headers lets through whatever its tokenizer raises
        raise InputError(f"{path}: not an npy file of plain numbers ({error})") from error
