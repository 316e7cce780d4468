"""Health: what goes wrong in trainings of spiking networks, seen in the first chunk in which it happens.

``examine`` knows nothing of any recipe: it looks at what a chunk showed, at the arrays that were learned,
and at the names of the settings, to say which one to change.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import SnnedgeError
from .recipe import Report, State

log = logging.getLogger("snnedge")

FEW = 50  # spikes, of which nobody can tell whether one neuron has too many
SILENT, QUIET = 1.0, 0.5  # shares of samples without an output spike: stop, warn
ALL, MOST = 0.9, 0.5  # shares of all spikes that one of several neurons has: stop, warn
CROWD = 5  # neurons, of which no one should have most spikes
GROWTH = 1e5  # times what a quantity began with, at least 1: no rule here lets anything grow so far
CAP = 0.95  # of the largest intensity


class Unhealthy(SnnedgeError):
    """A training that can no longer lead anywhere."""

    exit_code = 1


@dataclass(frozen=True)
class Finding:
    """One illness in one line; ``fatal``: going on is a waste of time."""

    name: str
    text: str
    fatal: bool


# What may be changed: whichever of these the settings have, in this order, with the direction.
REMEDIES: dict[str, dict[str, tuple[str, ...]]] = {
    "silent": {
        "lower": ("initial_threshold", "excitatory.theta", "excitatory.threshold"),
        "raise": ("initial_weight", "spikes_per_sample", "rate"),
    },
    "dominated": {
        "raise": ("rise", "excitatory.theta_plus", "conscience"),
        "lower": ("stages.0.learning_rate", "learning_rate", "stdp.a"),
    },
    "exploding": {
        "lower": (
            "stages.0.learning_rate",
            "rstdp.repel",
            "margin.learning_rate",
            "learning_rate",
            "stdp.a",
        )
    },
    "intensity": {
        "raise": ("initial_weight", "max_intensity", "rate"),
        "lower": ("excitatory.theta", "excitatory.threshold", "min_spikes"),
    },
}


class Doctor:
    """Examines every chunk of a training that began with ``begin``; each warning is given once."""

    def __init__(self, begin: State, settings: Mapping[str, Any]) -> None:
        self.begin, self.settings, self._told = begin, settings, set[str]()

    def examine(self, report: Report, state: State) -> None:
        """Warn of what is wrong. Raises ``Unhealthy`` when it is of no use to go on."""
        for finding in examine(report, self.begin, state, self.settings):
            if finding.fatal:
                raise Unhealthy(f"training stopped, {finding.text}")
            if finding.name not in self._told:
                log.warning("%s", finding.text)
            self._told.add(finding.name)


def examine(report: Report, begin: State, state: State, settings: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong after a chunk with ``report``, which led to ``state``; the first was ``begin``."""
    yield from _silent(report, settings)
    yield from _dominated(report, settings)
    yield from _exploding(begin, state, settings)
    yield from _intensity(state, settings)


def _silent(report: Report, settings: Mapping[str, Any]) -> Iterator[Finding]:
    if report.silent > QUIET:
        text = f"silent network: {report.silent:.0%} of the samples drew no output spike"
        yield _finding("silent", text, report.silent >= SILENT, settings)


def _dominated(report: Report, settings: Mapping[str, Any]) -> Iterator[Finding]:
    spikes, neurons = int(report.wins.sum()), len(report.wins)
    share = report.wins.max(initial=0) / max(spikes, 1)
    if spikes >= FEW and neurons >= CROWD and share > MOST:
        text = (
            f"one neuron wins: number {report.wins.argmax()} of {neurons} fired {share:.0%} of all spikes"
        )
        yield _finding("dominated", text, share > ALL, settings)


def _exploding(begin: State, state: State, settings: Mapping[str, Any]) -> Iterator[Finding]:
    for name, array in state.items():
        if array.dtype.kind != "f":
            continue
        if not np.isfinite(array).all():
            yield _finding("exploding", f"{name} are no longer finite", True, settings)
        elif _size(array) > GROWTH * max(_size(begin[name]), 1.0):
            yield _finding("exploding", f"{name} explode: {_size(array):.3g} is reached", True, settings)


def _intensity(state: State, settings: Mapping[str, Any]) -> Iterator[Finding]:
    cap = settings.get("max_intensity")
    found = _size(state["intensity"]) if "intensity" in state else 0.0
    if cap and found >= CAP * cap:
        text = f"runaway intensity: half of the samples need {found:g}, the most is {cap:g}"
        yield _finding("intensity", text, True, settings)


def _size(array: np.ndarray) -> float:
    return float(np.abs(array).max(initial=0))


def _finding(name: str, text: str, fatal: bool, settings: Mapping[str, Any]) -> Finding:
    advice = [
        f"{verb} {key} (now {value:g})" if isinstance(value, float | int) else f"{verb} {key}"
        for verb, keys in REMEDIES[name].items()
        for key in keys
        if (value := _look_up(settings, key)) is not None
    ]
    return Finding(name, f"{text}; {' or '.join(advice)} with --set" if advice else text, fatal)


def _look_up(settings: Any, key: str) -> Any:
    """The entry of nested settings at ``a.0.b``, or None."""
    for word in key.split("."):
        if isinstance(settings, list | tuple) and word.isdecimal() and int(word) < len(settings):
            settings = settings[int(word)]
        elif isinstance(settings, Mapping) and word in settings:
            settings = settings[word]
        else:
            return None
    return settings
