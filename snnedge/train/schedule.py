"""Schedules: numbers that change over the samples of a training, or when its accuracy stops rising.

A schedule is plain data, as in a preset: a number (constant), a pair [first, last] (linear), or a table
with ``shape`` and the numbers of that shape. All functions here are pure, so a resumed training gets the
same values.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import InputError
from ..model.parameter import Parameter
from .preset import as_option

Schedule = float | Sequence[float] | Mapping[str, Any]

# Ranges of scheduled numbers. At 1 a weight reaches the value that it moves towards; above it overshoots.
LEARNING_RATE = Parameter("", 0, 1)
FACTOR = Parameter("", 0, 1000)  # on a number of the preset, or a step in weights; larger is a slip
PLATEAU_RANGES = {  # of the table `adapt` of a preset
    "patience": Parameter("", 0, 10**6, integer=True),
    "factor": Parameter("", 0, 1),
}


def line(samples: int, first: float, last: float) -> np.ndarray:
    """Return ``samples`` values in equal steps from ``first`` to ``last``."""
    return np.linspace(first, last, samples)


def exponential(samples: int, first: float, last: float) -> np.ndarray:
    """Return an annealing by equal factors; ``first`` and ``last`` are positive."""
    return np.geomspace(first, last, samples)


def cosine(samples: int, first: float, last: float) -> np.ndarray:
    """Return an annealing along half a cosine, one period of Loshchilov & Hutter (2017)."""
    return last + (first - last) * (1 + np.cos(np.linspace(0, np.pi, samples))) / 2


def step(samples: int, first: float, factor: float, every: int) -> np.ndarray:
    """Return a step decay: ``first``, multiplied by ``factor`` after each ``every`` samples."""
    if every <= 0:
        raise ValueError(every)
    return first * factor ** (np.arange(samples) // every)


SHAPES: dict[str, Callable[..., np.ndarray]] = {
    "line": line,
    "exponential": exponential,
    "cosine": cosine,
    "step": step,
}


def values(schedule: Schedule, samples: int) -> np.ndarray:
    """Return the value at each of ``samples`` samples, float64 (samples,).

    Raises ``InputError`` for a schedule of another form.
    """
    if isinstance(schedule, int | float):
        return np.full(samples, float(schedule))
    try:
        if not isinstance(schedule, Mapping):
            return line(samples, *schedule)
        numbers = dict(schedule)
        with np.errstate(all="ignore"):  # `checked` refuses values that are not finite
            found = SHAPES[numbers.pop("shape")](samples, **numbers)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        shapes = ", ".join(SHAPES)
        problem = "give a number, a pair [first, last], or a table with one `shape` of"
        raise InputError(f"schedule {schedule!r}: {problem} {shapes} and its numbers") from error
    return np.asarray(found)


def checked(schedule: Schedule, samples: int, parameter: Parameter, key: str) -> Schedule:
    """Return ``schedule``, at ``key`` of the preset, after a check of all its values.

    Raises ``InputError`` that names the first value outside the range of ``parameter``.
    """
    try:
        found = values(schedule, max(samples, 2))  # two: both ends, also of a schedule without samples
    except InputError as error:
        raise InputError(f"{as_option(key, repr(schedule))}: {error}") from error
    bad = np.flatnonzero(~((found >= parameter.low) & (found <= parameter.high)))
    if len(bad):
        value = f"{found[bad[0]]:.6g} at sample {bad[0]}"
        problem = f"gives {value}; stay within {parameter.low:g} to {parameter.high:g}"
        raise InputError(f"{as_option(key, repr(schedule))}: {problem}")
    return schedule


def falling(value: float, samples: int) -> np.ndarray:
    """Return a linear fall from ``value`` to 0 over the first half of ``samples``, float64 (samples,)."""
    return value * np.clip(1 - 2 * np.arange(samples) / samples, 0, None)


def plateau_factor(accuracies: Sequence[float], patience: int, factor: float) -> float:
    """Return the factor on learning rates by the rule "reduce on plateau".

    ``accuracies``: of all checks so far, oldest first. Each ``patience`` checks in a row without a better
    accuracy multiply the result by ``factor``; a ``patience`` of 0 leaves it at 1.
    """
    best, since, product = -np.inf, 0, 1.0
    for accuracy in accuracies if patience else ():
        since = 0 if accuracy > best else since + 1
        best = max(best, accuracy)
        if since == patience:
            product, since = product * factor, 0
    return product
