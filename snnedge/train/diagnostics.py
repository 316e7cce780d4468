"""Diagnostics: detects silent, dominated, diverging and overdriven networks soon after a training begins.

The checks are the same for all recipes. They use the spike counts of recent samples, the learned arrays,
and the names of the settings, to say which setting to change.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import SnnedgeError
from .recipe import Report, State

log = logging.getLogger("snnedge")

# Samples over which spikes are judged, independent of the chunk size. In a healthy training thresholds rise
# neuron by neuron, and one may fire alone for dozens of samples (train.md).
WINDOW = 500
MIN_SPIKES = 50  # below it the share of one neuron is not significant
MIN_NEURONS = 5  # below it one neuron may have most spikes
WARN_SILENT = 0.5  # share of samples without an output spike; a share of 1 stops the training
STOP_DOMINATED, WARN_DOMINATED = 0.9, 0.5  # share of all spikes that one neuron fires
# Largest growth of a quantity, relative to its first value or 1. Brian2 learns in single precision here,
# whose 24 bits of significand would round the changes away.
MAX_GROWTH = 2.0**24
MAX_INTENSITY_SHARE = 0.95  # of the largest intensity


class Unhealthy(SnnedgeError):
    """A training that cannot succeed any more."""

    exit_code = 1


@dataclass(frozen=True)
class Finding:
    """A problem in one line; a ``fatal`` one stops the training."""

    name: str
    text: str
    fatal: bool


@dataclass(frozen=True)
class Window:
    """Totals over consecutive ``samples``: how many were ``silent``, and the spikes of each neuron."""

    samples: int
    silent: float
    spike_counts: np.ndarray

    def extended(self, samples: int, report: Report) -> "Window":
        """Return the window with the ``samples`` of ``report``; a new layer starts a new window."""
        new = Window(samples, report.silent_share * samples, report.spike_counts)
        if len(self.spike_counts) != len(report.spike_counts):
            return new
        return Window(
            self.samples + samples, self.silent + new.silent, self.spike_counts + new.spike_counts
        )


# Settings to change by finding and direction; those that a recipe does not have are left out.
REMEDIES: dict[str, dict[str, tuple[str, ...]]] = {
    "silent": {
        "lower": ("initial_threshold", "excitatory.theta", "excitatory.threshold", "bright", "min_active"),
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
HINTS = {"silent": ["check the images: blank ones draw no spike"]}  # what no setting mends


class Diagnostics:
    """Diagnostics of a training of ``samples`` presentations that began in state ``begin``.

    Spikes are judged over at least ``WINDOW`` samples, or the whole of a shorter training, so that the
    chunk size does not matter. Arrays are judged after every chunk. Each warning is logged once.
    """

    def __init__(self, begin: State, settings: Mapping[str, Any], samples: int) -> None:
        self.begin, self.settings, self._warned = begin, settings, set[str]()
        self._size = min(WINDOW, samples)
        self._window = _empty_window()

    def examine(self, report: Report, state: State, samples: int) -> None:
        """Log the problems after a chunk of ``samples``. Raises ``Unhealthy`` for a fatal one."""
        self._window = self._window.extended(samples, report)
        full = self._window if self._window.samples >= self._size else None
        if full:
            self._window = _empty_window()
        for finding in examine(full, self.begin, state, self.settings):
            if finding.fatal:
                raise Unhealthy(f"training stopped, {finding.text}")
            if finding.name not in self._warned:
                log.warning("%s", finding.text)
            self._warned.add(finding.name)


def examine(
    window: Window | None, begin: State, state: State, settings: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield the problems of ``state``, which began as ``begin``, and of the samples in ``window``."""
    if window:
        yield from _silent(window, settings)
        yield from _dominated(window, settings)
    yield from _exploding(begin, state, settings)
    yield from _intensity(state, settings)


def _empty_window() -> Window:
    return Window(0, 0.0, np.zeros(0, np.int64))


def _silent(window: Window, settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding when most samples had no output spike."""
    share = window.silent / window.samples
    if share > WARN_SILENT:
        text = f"silent network: {share:.0%} of {window.samples} samples drew no output spike"
        yield _finding("silent", text, window.silent >= window.samples, settings)


def _dominated(window: Window, settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding when one of several neurons fired most spikes."""
    spikes, neurons = int(window.spike_counts.sum()), len(window.spike_counts)
    share = window.spike_counts.max(initial=0) / max(spikes, 1)
    significant = window.samples >= WINDOW and spikes >= MIN_SPIKES and neurons >= MIN_NEURONS
    if significant and share > WARN_DOMINATED:
        winner = f"number {window.spike_counts.argmax()} of {neurons}"
        text = f"one neuron wins: {winner} fired {share:.0%} of all spikes"
        yield _finding("dominated", text, share > STOP_DOMINATED, settings)


def _exploding(begin: State, state: State, settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for each array that has diverged."""
    for name, array in state.items():
        if array.dtype.kind != "f":
            continue
        if not np.isfinite(array).all():
            yield _finding("exploding", f"{name} are no longer finite", True, settings)
        elif _size(array) > MAX_GROWTH * max(_size(begin[name]), 1.0):
            yield _finding("exploding", f"{name} explode: {_size(array):.3g} is reached", True, settings)


def _intensity(state: State, settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding when half of the samples need nearly the largest intensity."""
    cap = settings.get("max_intensity")
    found = _size(state["intensity"]) if "intensity" in state else 0.0
    if cap and found >= MAX_INTENSITY_SHARE * cap:
        text = f"runaway intensity: half of the samples need {found:g}, the most is {cap:g}"
        yield _finding("intensity", text, True, settings)


def _size(array: np.ndarray) -> float:
    """Return the largest magnitude in ``array``."""
    return float(np.abs(array).max(initial=0))


def _finding(name: str, text: str, fatal: bool, settings: Mapping[str, Any]) -> Finding:
    """Return the finding with the settings to change appended to its ``text``."""
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
    """Return the entry of nested settings at ``key``, such as "a.0.b", or None."""
    for word in key.split("."):
        if isinstance(settings, list | tuple) and word.isdecimal() and int(word) < len(settings):
            settings = settings[int(word)]
        elif isinstance(settings, Mapping) and word in settings:
            settings = settings[word]
        else:
            return None
    return settings
