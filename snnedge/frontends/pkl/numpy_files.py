"""Arrays that a script saved by numpy (.npy, .npz, a folder of .npy), read like a pickle of these names."""

import os
from pathlib import Path
from typing import Any

from ...errors import InputError
from ...support.npy import MAX_BYTES, MAX_MEMBERS, read_npy, read_npz

EXTENSIONS = (".npy", ".npz")
SUBFOLDERS = (".", "weights")  # the code of Diehl and Cook has its arrays in weights/
EXPORTED = "model.safetensors"


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Return whether ``path`` is a folder with .npy files that snnedge did not export."""
    folder = Path(path)
    return folder.is_dir() and not (folder / EXPORTED).exists() and bool(_files(folder))


def load(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the arrays by their names; those of one .npy are the weights. Raises ``InputError``."""
    if Path(path).is_dir():
        return _load_folder(Path(path))
    return dict(read_npz(path)) if Path(path).suffix.lower() == ".npz" else {"weights": read_npy(path)}


def _load_folder(folder: Path) -> dict[str, Any]:
    files = _files(folder)
    if len(files) > MAX_MEMBERS or sum(file.stat().st_size for file in files) > MAX_BYTES:
        raise InputError(f"{folder} holds more than {MAX_MEMBERS} arrays or {MAX_BYTES} bytes")
    arrays: dict[str, Any] = {}
    for file in files:
        if file.stem in arrays:
            raise InputError(f"{folder} holds {file.name} twice; keep one")
        arrays[file.stem] = read_npy(file)
    return arrays


def _files(folder: Path) -> list[Path]:
    return sorted(file for name in SUBFOLDERS for file in (folder / name).glob("*.npy"))
