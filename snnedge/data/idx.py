"""The IDX format of MNIST: two zero bytes, element type, rank, big-endian sizes, elements; or gz.

Format: https://yann.lecun.com/exdb/mnist/ ("the IDX file format"). Files are not trusted: every size is
checked, and memory is bounded by ``max_bytes`` and by the size of the file.
"""

import gzip
import math
import os
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..errors import InputError
from ..support.damage import found_instead
from ..support.files import unreadable

MAX_BYTES = 1 << 30  # of elements; EMNIST ByClass, the largest common set, has 0.55e9
MAX_RANK = 4  # samples, rows, columns, channels
TYPES = {8: "uint8", 9: "int8", 11: "int16", 12: "int32", 13: "float32", 14: "float64"}
DEFLATE_RATIO = 1032  # largest ratio of unpacked to packed size of a deflate stream
GZIP_MAGIC = b"\x1f\x8b"


def read_idx(
    path: str | os.PathLike[str], dims: int | None = None, max_bytes: int = MAX_BYTES
) -> np.ndarray:
    """Return the array in the IDX file ``path``, gzip-packed or not: uint8, read-only, rank 1..4.

    ``dims``: required rank. Raises ``InputError`` for a file that is missing, damaged,
    of another type, rank or size than stated, or larger than ``max_bytes`` when unpacked.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"cannot read {path}: it is not a file; name the IDX file itself")
        with path.open("rb") as raw:
            return _parse(unpacked(raw), path, dims, _capacity(raw, max_bytes))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path, str(error).rstrip(".")) from error
    except OSError as error:
        raise unreadable(path, error) from error


def unpacked(raw: BinaryIO) -> BinaryIO:
    """Return ``raw``, or its gzip-unpacked stream when it starts as gzip does. ``raw`` must be seekable."""
    packed = _is_packed(raw)
    return gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[return-value]


def _is_packed(raw: BinaryIO) -> bool:
    start = raw.read(len(GZIP_MAGIC))
    raw.seek(0)
    return start == GZIP_MAGIC


def _capacity(raw: BinaryIO, max_bytes: int) -> int:
    """Return the upper bound of the unpacked bytes, known before memory is allocated."""
    size = os.fstat(raw.fileno()).st_size
    return min(max_bytes, size * DEFLATE_RATIO if _is_packed(raw) else size)


def _parse(stream: BinaryIO, path: Path, dims: int | None, capacity: int) -> np.ndarray:
    shape = _header(stream, path, dims)
    size = math.prod(shape)
    promise = f"the header promises {shape} = {size} bytes"
    if size > capacity:
        limit = f"more than the {capacity} that the file can hold or may unpack to"
        raise _damaged(path, f"{promise}, {limit}")
    elements = stream.read(size)
    if len(elements) < size:
        raise _damaged(path, f"{promise}, the file ends after {len(elements)}")
    if stream.read(1):
        raise _damaged(path, f"{promise}, more follow")
    return np.frombuffer(elements, np.uint8).reshape(shape)


def _header(stream: BinaryIO, path: Path, dims: int | None) -> tuple[int, ...]:
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in TYPES:
        instead = found_instead(magic + stream.read(20))
        if instead:
            raise InputError(f"{path} {instead}")
        raise InputError(f"{path}: wrong magic 0x{magic.hex()}, not an IDX file; check the path")
    kind, rank = TYPES[magic[2]], magic[3]
    if kind != "uint8":
        raise InputError(f"{path}: element type {kind}; convert the elements to uint8 (type 0x08)")
    if not 1 <= rank <= MAX_RANK or dims not in (None, rank):
        expected = dims or f"1..{MAX_RANK}"
        raise InputError(f"{path}: rank {rank}, expected {expected}; images have 3, labels 1")
    sizes = stream.read(4 * rank)
    shape = tuple(np.frombuffer(sizes[: len(sizes) // 4 * 4], ">u4").tolist())
    if len(shape) < rank or 0 in shape:
        raise _damaged(path, f"sizes {shape} in the header, expected {rank} of at least 1")
    return shape


def _damaged(path: Path, problem: str) -> InputError:
    return InputError(f"{path}: {problem}; fetch or write the file again")
