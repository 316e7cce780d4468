"""Brian2's ``TimedArray``: numbers that change from sample to sample, and are set before every run."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def timed_arrays(b: Any, shapes: Mapping[str, tuple[int, ...]], dt: Any) -> dict[str, Any]:
    """Return a ``TimedArray`` of zeros for each name in ``shapes``; its row k holds from k ``dt`` on.

    ``b``: the module brian2. ``dt``: a time with its unit. Every shape begins with the number of rows.
    """
    return {name: b.TimedArray(np.zeros(shape), dt=dt, name=name) for name, shape in shapes.items()}


def store_as_bytes(b: Any, array: Any) -> None:
    """Make the ``TimedArray`` ``array`` hold int8 in the compiled program.

    Its values must be integers in -128..127. Brian2's doubles take eight times the memory and load time.
    """
    array.values = array.values.astype(np.int8)
    array.implementations.add_dynamic_implementation(
        "cpp",
        b.TimedArray.implementations["cpp"][1](array.values, array.dt, array.name),
        namespace=lambda owner: {f"{array.name}_values": array.values},
        name=array.name,
    )


def padded(values: np.ndarray, rows: int, blank: int = 0) -> np.ndarray:
    """Return ``values`` (n, ...) followed by rows of ``blank``, ``rows`` >= n in all, in the same dtype.

    The added rows are blank samples, in which nothing is learned.
    """
    whole = np.full((rows, *values.shape[1:]), blank, values.dtype)
    whole[: len(values)] = values
    return whole
