"""Schedules: how a number changes over the samples of a training, and how it reacts to progress.

A schedule is plain data, as it stands in a preset: a number (constant), a pair [first, last] (a line), or
a table with ``shape`` and what that shape needs. Everything here is a function of its arguments, so
that a resumed training meets the same values.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import InputError
from ..model.parameter import Parameter
from .preset import given

Schedule = float | Sequence[float] | Mapping[str, Any]

# Ranges of scheduled numbers. A step of 1 makes weights what they move towards; more would overshoot.
STEP = Parameter("", 0, 1)
FACTOR = Parameter("", 0, 1000)  # on a number of the preset, or a step in weights; a slip beyond it


def line(samples: int, first: float, last: float) -> np.ndarray:
    """Equal steps from ``first`` to ``last``."""
    return np.linspace(first, last, samples)


def exponential(samples: int, first: float, last: float) -> np.ndarray:
    """Annealing by equal factors; ``first`` and ``last`` are positive."""
    return np.geomspace(first, last, samples)


def cosine(samples: int, first: float, last: float) -> np.ndarray:
    """Annealing along half a cosine: slow, fast, slow (Loshchilov & Hutter 2017, one period)."""
    return last + (first - last) * (1 + np.cos(np.linspace(0, np.pi, samples))) / 2


def step(samples: int, first: float, factor: float, every: int) -> np.ndarray:
    """Step decay: ``first`` times ``factor`` after each ``every`` samples."""
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
    """The value at each of ``samples`` samples, float64 (samples,). Raises ``InputError``."""
    if isinstance(schedule, int | float):
        return np.full(samples, float(schedule))
    try:
        if not isinstance(schedule, Mapping):
            return line(samples, *schedule)
        numbers = dict(schedule)
        with np.errstate(all="ignore"):  # `checked` looks at what comes out
            found = SHAPES[numbers.pop("shape")](samples, **numbers)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        shapes = ", ".join(SHAPES)
        problem = "give a number, a pair [first, last], or a table with one `shape` of"
        raise InputError(f"schedule {schedule!r}: {problem} {shapes} and its numbers") from error
    return np.asarray(found)


def checked(schedule: Schedule, samples: int, parameter: Parameter, key: str) -> Schedule:
    """``schedule``, at ``key`` of the preset, if each of its values is in the range of ``parameter``.

    Raises ``InputError`` that names the first that is not.
    """
    try:
        found = values(schedule, max(samples, 2))  # two: both ends of a schedule that is not used
    except InputError as error:
        raise InputError(f"{given(key, repr(schedule))}: {error}") from error
    bad = np.flatnonzero(~((found >= parameter.low) & (found <= parameter.high)))
    if len(bad):
        value = f"{found[bad[0]]:.6g} at sample {bad[0]}"
        problem = f"gives {value}; stay within {parameter.low:g} to {parameter.high:g}"
        raise InputError(f"{given(key, repr(schedule))}: {problem}")
    return schedule


def adapted(accuracies: Sequence[float], patience: int, factor: float) -> float:
    """What learning rates are multiplied by after validation has shown ``accuracies``, oldest first.

    ``factor`` once for each ``patience`` checks in a row that brought no better accuracy (the rule known as
    "reduce on plateau").
    """
    best, since, product = -np.inf, 0, 1.0
    for accuracy in accuracies:
        since = 0 if accuracy > best else since + 1
        best = max(best, accuracy)
        if since == patience:
            product, since = product * factor, 0
    return product
