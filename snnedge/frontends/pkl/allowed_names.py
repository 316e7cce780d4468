"""Names of classes and functions that a pickle may contain, each with the few lines that it means here.

The unpickler finds a name in ``ALLOWED_NAMES`` by its exact module and name. It calls the function there
with the file's arguments. The function checks each of them; nothing is taken from numpy or brian2 by name.
"""

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...support.checked import show

MAX_STRING = 1024  # characters of one string in an array
MAX_ELEMENTS = 2**31  # of an array, axes of length 0 counted as 1

HOW_TO_SAVE = "save plain dicts, lists, numbers, strings and numpy arrays (of synapses: S.w[:])"
INTEGER_DTYPES = tuple(f"{sign}{size}" for sign in "iu" for size in (1, 2, 4, 8))
NUMBER_DTYPES = frozenset(("b1", "f2", "f4", "f8", "c8", "c16", *INTEGER_DTYPES))


class Refused(ValueError):
    """The reason why a pickle is not read; ``unpickler.load`` adds the file's name."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A Brian2 quantity: ``value`` in SI base units (number, numpy scalar or array) and its ``dimension``.

    The dimension is the exponents of metre, kilogram, second, ampere, kelvin, mole and candela.
    """

    value: Any
    dimension: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name from ``ALLOWED_NAMES``; ``call`` carries out a call of it, None if it is not callable."""

    text: str
    call: Callable[..., Any] | None

    @property
    def shown(self) -> str:
        """The name in messages (``checked.show``)."""
        return self.text


class DtypeBuilder:
    """A ``numpy.dtype`` under construction: its code first, then (``build``) its byte order."""

    __slots__ = ("code", "order")

    def __init__(self, code: Any, align: Any = False, copy: Any = False) -> None:
        number = type(code) is str and code in NUMBER_DTYPES
        text = type(code) is str and re.fullmatch("[SU]([1-9][0-9]{0,3})", code)
        if not number and not (text and int(text[1]) <= MAX_STRING):
            raise Refused(f"has an array of dtype {show(code)}; {HOW_TO_SAVE}")
        self.code = code
        self.order = "="

    def build(self, version: Any, order: Any, *rest: Any) -> None:
        """Set the byte order.

        ``rest``: subarray, field names, fields, item size, alignment, flags; no metadata.
        """
        if version != 3 or rest[:3] != (None, None, None) or order not in ("<", ">", "|", "="):
            raise Refused(f"has an array with fields, subarrays or metadata; {HOW_TO_SAVE}")
        self.order = order

    def finish(self) -> "np.dtype[Any]":
        """Return the dtype."""
        return np.dtype(str(self.order + self.code))


class ArrayBuilder:
    """A ``numpy.ndarray`` under construction."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: np.ndarray | None = None

    def build(self, version: Any, shape: Any, dtype: Any, fortran: Any, data: Any) -> None:
        self.value = _array(data, dtype, shape, "F" if fortran else "C")


@dataclass(frozen=True, slots=True)
class Dimension:
    """A physical dimension, which is a part of a quantity and no value by itself."""

    exponents: tuple[float, ...]


def finish(node: Any) -> Any:
    """Return ``node``, or the array if it is the builder of one."""
    if type(node) is ArrayBuilder and node.value is None:
        raise Refused("has an array without content")
    return node.value if type(node) is ArrayBuilder else node


def _array(data: Any, dtype: Any, shape: Any, order: str) -> np.ndarray:
    """Return a read-only array in native byte order over ``data``.

    Raises ``Refused`` unless ``data`` has exactly the length that ``shape`` and ``dtype`` need.
    """
    if type(dtype) is not DtypeBuilder or type(data) is not bytes:
        raise Refused(f"has an array made of {show(dtype)} and {show(data)}; {HOW_TO_SAVE}")
    if not _is_shape(shape):
        raise Refused("has an array of an impossible shape")
    element = dtype.finish()
    if math.prod(shape) * element.itemsize != len(data):
        raise Refused(f"has an array of shape {shape}, dtype {element.str}, with {len(data)} bytes of data")
    _check_elements(data, element)
    array: np.ndarray = np.ndarray(shape, element, data, order="F" if order == "F" else "C")
    return array if element.isnative else _read_only(array.astype(element.newbyteorder("=")))


def _is_shape(shape: Any) -> bool:
    return (
        type(shape) is tuple
        and len(shape) <= 32
        and all(type(n) is int and 0 <= n < MAX_ELEMENTS for n in shape)
        and math.prod(n or 1 for n in shape) < MAX_ELEMENTS
    )


def _check_elements(data: bytes, dtype: "np.dtype[Any]") -> None:
    """Refuse what numpy itself never holds: booleans besides 0 and 1, characters beyond Unicode."""
    if dtype.kind == "b" and (np.frombuffer(data, np.uint8) > 1).any():
        raise Refused("has a boolean array with values besides 0 and 1")
    if dtype.kind == "U" and (np.frombuffer(data, dtype.byteorder + "u4") > sys.maxunicode).any():
        raise Refused("has an array of strings with characters beyond Unicode")


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


def _reconstruct(subtype: Any, shape: Any, code: Any) -> ArrayBuilder:
    if type(subtype) is not Name or subtype.text != "numpy.ndarray":
        raise Refused(f"has an array of the class {show(subtype)}; {HOW_TO_SAVE}")
    return ArrayBuilder()


def _scalar(dtype: Any, data: Any) -> Any:
    return _array(data, dtype, (), "C")[()]


def _frombuffer(data: Any, dtype: Any, shape: Any, order: Any, axes: Any = None) -> np.ndarray:
    """Return the array of ``data``. In order "K" ``shape`` is transposed by ``axes``."""
    if order not in ("C", "F", "K") or (order == "K" and type(axes) is not tuple):
        raise Refused(f"has an array in the unknown order {show(order)}")
    array = _array(data, dtype, shape, order)
    return array.transpose(axes) if order == "K" else array


def _encode(text: Any, encoding: Any) -> bytes:
    if type(text) is not str or encoding not in ("latin1", "latin-1"):
        raise Refused(f"encodes {show(text)} as {show(encoding)}; bytes are pickled as latin1")
    return text.encode("latin1")


def _bytes(content: Any = b"") -> bytes:
    if type(content) is not bytes:
        raise Refused(f"makes bytes of {show(content)}")
    return content


def _complex(real: Any, imaginary: Any) -> complex:
    if type(real) is not float or type(imaginary) is not float:
        raise Refused("has a complex number that is not made of two floats")
    return complex(real, imaginary)


def _ordered_dict() -> dict[Any, Any]:
    return {}


def _dimension(exponents: Any) -> Dimension:
    if type(exponents) is not tuple or len(exponents) != 7:
        raise Refused("has a physical dimension without its seven exponents")
    numbers = tuple(float(e) for e in exponents if isinstance(e, int | float | np.floating))
    if len(numbers) != 7 or not all(abs(e) <= 100 for e in numbers):
        raise Refused("has a physical dimension with impossible exponents")
    return Dimension(numbers)


def _quantity(value: Any, dimension: Any) -> Quantity:
    number = finish(value)
    if type(dimension) is not Dimension or not isinstance(number, float | np.number | np.ndarray):
        raise Refused(f"has a quantity made of {show(number)} and {show(dimension)}")
    return Quantity(number[()] if isinstance(number, np.ndarray) else number, dimension.exponents)


BRIAN2 = "brian2.units.fundamentalunits"
ALLOWED_NAMES: dict[tuple[str, str], Callable[..., Any] | None] = {
    ("numpy", "ndarray"): None,
    ("numpy", "dtype"): DtypeBuilder,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,  # numpy 1
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,  # numpy 2
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("numpy.core.numeric", "_frombuffer"): _frombuffer,  # protocol 5
    ("numpy._core.numeric", "_frombuffer"): _frombuffer,
    ("_codecs", "encode"): _encode,  # bytes in protocol 2
    ("__builtin__", "bytes"): _bytes,
    ("__builtin__", "bytearray"): _bytes,
    ("builtins", "bytearray"): _bytes,
    ("__builtin__", "complex"): _complex,
    ("builtins", "complex"): _complex,
    ("collections", "OrderedDict"): _ordered_dict,
    (BRIAN2, "get_or_create_dimension"): _dimension,
    (BRIAN2, "quantity_with_dimensions"): _quantity,
}
