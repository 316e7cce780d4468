"""Checksum of a model.pkl: BLAKE2b over a canonical form in which every bit of a value counts.

model-pkl.md defines the form. Each value has a tag (one ASCII character), a count (8 bytes, little-endian)
and content: bytes in ``LEAVES``, the forms of the parts in ``CONTAINERS``.
"""

import hashlib
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from .allowed_names import Quantity

FIELD = "checksum"
DIGEST_BYTES = 32
REMEDY = (
    "the file is damaged: take another copy, or train again"
    " (if you edited it yourself: set 'version' to 1 and remove 'checksum')"
)

Bytes = bytes | memoryview


def checksum(content: Mapping[str, Any]) -> str:
    """Return the checksum of all fields of ``content`` but ``checksum``, 64 hexadecimal digits.

    ``content`` consists of the types that the unpickler returns.
    """
    digest = hashlib.blake2b(digest_size=DIGEST_BYTES)
    _feed(digest.update, {key: value for key, value in content.items() if key != FIELD})
    return digest.hexdigest()


def check(content: Mapping[str, Any], file: str) -> None:
    """Raise ``InputError`` unless ``content``, from ``file``, has the checksum that it states."""
    if FIELD not in content:
        raise InputError(f"{file}: field {FIELD!r} is missing; {REMEDY}")
    stated = content[FIELD]
    if not isinstance(stated, str) or stated != checksum(content):
        raise InputError(f"{file}: field {FIELD!r} does not match the content; {REMEDY}")


def _feed(update: Callable[[Bytes], None], value: Any) -> None:
    """Pass the form of ``value`` to ``update``, piece by piece."""
    value = value.item() if isinstance(value, np.generic) else value
    kind = type(value)
    if kind in CONTAINERS:
        tag, items = CONTAINERS[kind]
        parts = items(value)
        update(_header(tag, len(parts)))
        for part in parts:
            _feed(update, part)
    else:
        tag, encode = LEAVES[kind]
        data = encode(value)
        update(_header(tag, len(data)))
        update(data)


def _header(tag: str, count: int) -> bytes:
    return tag.encode() + struct.pack("<Q", count)


def _rank(key: Any) -> tuple[str, Bytes]:
    """Return the tag and the bytes of a dict's key."""
    value = key.item() if isinstance(key, np.generic) else key
    tag, encode = LEAVES[type(value)]
    return tag, encode(value)


def _pairs(content: dict[Any, Any]) -> list[Any]:
    """Return keys and values in turn, sorted by key."""
    return [part for key in sorted(content, key=_rank) for part in (key, content[key])]


def _array(array: np.ndarray) -> Sequence[Any]:
    """Return dtype, shape and elements of ``array``; the elements are a view where possible."""
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    return little.dtype.str, array.shape, little.reshape(-1).view(np.uint8).data


CONTAINERS: Mapping[type, tuple[str, Callable[[Any], Sequence[Any]]]] = {
    list: ("l", list),
    tuple: ("t", tuple),
    dict: ("d", _pairs),
    np.ndarray: ("a", _array),
    Quantity: ("q", lambda quantity: (quantity.value, quantity.dimension)),
}
LEAVES: Mapping[type, tuple[str, Callable[[Any], Bytes]]] = {
    type(None): ("n", lambda _: b""),
    bool: ("b", lambda value: bytes([value])),
    int: ("i", lambda value: str(value).encode()),
    float: ("f", lambda value: struct.pack("<d", value)),
    complex: ("c", lambda value: struct.pack("<dd", value.real, value.imag)),
    str: ("s", lambda value: value.encode("utf-8", "surrogatepass")),
    bytes: ("y", bytes),
    memoryview: ("y", lambda value: value),
}
