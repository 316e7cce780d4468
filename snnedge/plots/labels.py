"""Labels that several pictures share."""

from collections.abc import Sequence

import numpy as np

from ..model.integer_model import IntegerModel
from ..model.network import Graph

MAX_LETTERS = 16  # of the name of a class in a picture


def class_name(label: int, names: Sequence[str] = ()) -> str:
    """Return a class in words: its name, shortened, or its number where ``names`` has none."""
    if label < 0:
        return "none"
    name = names[label] if label < len(names) else str(label)
    return name if len(name) <= MAX_LETTERS else f"{name[: MAX_LETTERS - 1]}…"


def class_words(label: int, names: Sequence[str] = ()) -> str:
    """Return a class in a sentence: "no class", its name, or "class 3" where ``names`` has none."""
    if label < 0:
        return "no class"
    return class_name(label, names) if label < len(names) else f"class {label}"


def weight_unit(graph: Graph) -> str:
    """Return the unit of weights and thresholds of ``graph``."""
    return "integer" if isinstance(graph, IntegerModel) else "membrane units"


def apart(heights: Sequence[float], gap: float) -> np.ndarray:
    """Move ``heights``, in their order, until neighbours are at least ``gap`` apart: space for labels."""
    order = np.argsort(heights, kind="stable")
    steps = gap * np.arange(len(order))
    moved = np.empty(len(order))
    moved[order] = _rising(np.asarray(heights, float)[order] - steps) + steps
    return moved


def _rising(values: np.ndarray) -> np.ndarray:
    """Return the nearest sequence that never falls (pool adjacent violators)."""
    blocks: list[list[float]] = []  # sum, length
    for value in values:
        blocks.append([float(value), 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, length = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += length
    return np.concatenate([np.full(int(length), total / length) for total, length in blocks])
