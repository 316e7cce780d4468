"""Readers of .npy and .npz from unknown origin: plain arrays only, bounded by the bytes that are there."""

import io
import math
import os
import zipfile
from pathlib import Path

import numpy as np

from ..errors import InputError
from .damage import found_instead
from .files import unreadable

MAX_BYTES = 2**27  # of a file, and of all that is unpacked from it
MAX_MEMBERS = 256
MAGIC = b"\x93NUMPY"
READERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def read_npy(path: str | os.PathLike[str]) -> np.ndarray:
    """Return the array in the .npy file ``path``. Raises ``InputError``, one line with the reason."""
    return parse(_contents(Path(path)), str(path))


def read_npz(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """Return the arrays in the .npz file ``path`` by their names. Raises ``InputError``."""
    data = _contents(Path(path))
    if found_instead(data):
        raise InputError(f"{path} {found_instead(data)}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive, str(path))
    except InputError:
        raise
    except Exception as error:  # zipfile, zlib and lzma each raise their own
        raise InputError(f"{path}: not a readable npz file ({ascii(str(error))[1:80]})") from error


def parse(data: bytes, called: str) -> np.ndarray:
    """Return the array in the .npy ``data``: numbers or booleans. ``called``: its name in messages."""
    if found_instead(data):
        raise InputError(f"{called} {found_instead(data)}")
    if not data.startswith(MAGIC):
        raise InputError(f"{called}: not an npy file; write it with numpy.save")
    file = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)  # type: ignore[no-untyped-call]
        shape, by_columns, dtype = READERS[version](file)  # type: ignore[no-untyped-call]
    except Exception as error:  # numpy's parser of headers lets through whatever its tokenizer raises
        raise InputError(f"{called}: its npy header is damaged") from error
    if dtype.kind not in "biuf" or dtype.fields or dtype.subdtype:
        raise InputError(f"{called}: dtype {ascii(str(dtype))[:60]}; plain numbers are needed")
    left, size = len(data) - file.tell(), math.prod(shape) * dtype.itemsize
    if size != left or any(n < 0 for n in shape):
        state = "is cut short" if size > left else "has bytes after the array"
        raise InputError(f"{called}: {state}: {left} bytes for shape {ascii(shape)[:60]}, {dtype}")
    array = np.frombuffer(data, dtype, offset=file.tell())
    return array.reshape(shape, order="F" if by_columns else "C").astype(dtype.newbyteorder("="))


def _members(archive: zipfile.ZipFile, file: str) -> dict[str, np.ndarray]:
    entries = archive.infolist()
    if len(entries) > MAX_MEMBERS or sum(entry.file_size for entry in entries) > MAX_BYTES:
        raise InputError(f"{file}: unpacks to more than {MAX_MEMBERS} arrays or {MAX_BYTES} bytes")
    arrays: dict[str, np.ndarray] = {}
    for entry in entries:
        name = entry.filename.removesuffix(".npy")
        if name in arrays:
            raise InputError(f"{file}: has {ascii(name)[:60]} twice")
        with archive.open(entry) as member:
            arrays[name] = parse(member.read(entry.file_size), f"{file}: {ascii(name)[1:-1][:60]}")
    return arrays


def _contents(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise InputError(f"{path} is not a file" if path.exists() else f"{path}: no such file")
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} has {path.stat().st_size} bytes; at most {MAX_BYTES} are read")
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
