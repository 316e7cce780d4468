"""Health: what goes wrong in trainings of spiking networks, seen soon after it begins.

``examine`` knows nothing of any recipe: it looks at what some samples showed, at the arrays that were
learned, and at the names of the settings, to say which one to change.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import SnnedgeError
from .recipe import Report, State

log = logging.getLogger("snnedge")

# Samples over which spikes are judged, whatever a chunk is. In a healthy training thresholds rise neuron by
# neuron, and one may fire alone for dozens of samples (train.md).
WINDOW = 500
FEW = 50  # spikes, of which nobody can tell whether one neuron has too many
QUIET = 0.5  # share of samples without an output spike that is worth a warning; all of them: stop
ALL, MOST = 0.9, 0.5  # shares of all spikes that one of several neurons has: stop, warn
CROWD = 5  # neurons, of which no one should have most spikes
# Times what a quantity began with, at least 1. In single precision, in which Brian2 learns here, a change
# of that size is then rounded away: 24 bits of significand.
GROWTH = 2.0**24
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


@dataclass(frozen=True)
class Seen:
    """What ``samples`` in a row showed: how many of them were ``silent``, and ``wins`` as in ``Report``."""

    samples: int
    silent: float
    wins: np.ndarray

    def joined(self, samples: int, report: Report) -> "Seen":
        """With the ``samples`` of ``report``; without those before, if they were of another layer."""
        new = Seen(samples, report.silent * samples, report.wins)
        if len(self.wins) != len(report.wins):
            return new
        return Seen(self.samples + samples, self.silent + new.silent, self.wins + new.wins)


# What may be changed: whichever of these the settings have, in this order, with the direction.
REMEDIES: dict[str, dict[str, tuple[str, ...]]] = {
    "silent": {
        "lower": ("initial_threshold", "excitatory.theta", "excitatory.threshold", "bright", "least"),
        "raise": ("initial_weight", "spikes_per_sample", "rate"),
    },
    "dominated": {
        "raise": ("rise", "excitatory.theta_plus", "features.rise"),
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
HINTS = {"silent": ["look at the images: blank ones draw no spike"]}  # what no setting mends


class Doctor:
    """Examines a training of ``samples`` presentations that began with ``begin``; warns of a thing once.

    Spikes are judged over ``WINDOW`` samples at least (a shorter training in its end, for silence only), so
    that no verdict depends on how large chunks are; arrays are judged after every chunk.
    """

    def __init__(self, begin: State, settings: Mapping[str, Any], samples: int) -> None:
        self.begin, self.settings, self._told = begin, settings, set[str]()
        self._window = min(WINDOW, samples)
        self._seen = Seen(0, 0.0, np.zeros(0, np.int64))

    def examine(self, report: Report, state: State, samples: int) -> None:
        """Warn of what is wrong after a chunk of ``samples``. Raises ``Unhealthy`` when it is of no use to
        go on."""
        self._seen = self._seen.joined(samples, report)
        enough = self._seen if self._seen.samples >= self._window else None
        if enough:
            self._seen = Seen(0, 0.0, np.zeros(0, np.int64))
        for finding in examine(enough, self.begin, state, self.settings):
            if finding.fatal:
                raise Unhealthy(f"training stopped, {finding.text}")
            if finding.name not in self._told:
                log.warning("%s", finding.text)
            self._told.add(finding.name)


def examine(
    seen: Seen | None, begin: State, state: State, settings: Mapping[str, Any]
) -> Iterator[Finding]:
    """What is wrong with ``state``, which began as ``begin``, and with the samples ``seen``, if any."""
    if seen:
        yield from _silent(seen, settings)
        yield from _dominated(seen, settings)
    yield from _exploding(begin, state, settings)
    yield from _intensity(state, settings)


def _silent(seen: Seen, settings: Mapping[str, Any]) -> Iterator[Finding]:
    share = seen.silent / seen.samples
    if share > QUIET:
        text = f"silent network: {share:.0%} of {seen.samples} samples drew no output spike"
        yield _finding("silent", text, seen.silent >= seen.samples, settings)


def _dominated(seen: Seen, settings: Mapping[str, Any]) -> Iterator[Finding]:
    spikes, neurons = int(seen.wins.sum()), len(seen.wins)
    share = seen.wins.max(initial=0) / max(spikes, 1)
    if seen.samples >= WINDOW and spikes >= FEW and neurons >= CROWD and share > MOST:
        text = f"one neuron wins: number {seen.wins.argmax()} of {neurons} fired {share:.0%} of all spikes"
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
    remedies = [f"{' or '.join(advice)} with --set"] if advice else []
    remedies += HINTS.get(name, [])
    return Finding(name, f"{text}; {', or '.join(remedies)}" if remedies else text, fatal)


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
