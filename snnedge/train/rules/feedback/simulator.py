"""Runs the networks of ``feedback_network`` in Brian2: a race that learns, and features that learn from it.

The same arguments always give the same bits: the program draws no random numbers.
"""

from dataclasses import dataclass

import numpy as np

from ....brian2_program.program import filled_up
from ..margin_race import simulator as race_simulator
from ..margin_race.simulator import SILENT
from . import network as feedback_network

CAPACITY = 4096  # samples, and patches, of a run


@dataclass(frozen=True)
class Features:
    """float32: ``weights`` (pixels, maps), -1..1, and ``thresholds`` (maps,)."""

    weights: np.ndarray
    thresholds: np.ndarray


@dataclass(frozen=True)
class Lessons:
    """n patches with what a spike of each map there is worth: ``pixels`` bool (n, pixels), ``credit`` float
    (n, maps), and ``rate`` float (n,)."""

    pixels: np.ndarray
    credit: np.ndarray
    rate: np.ndarray


class Simulator(race_simulator.Race):
    """A race of ``units`` sources and ``neurons`` neurons that is decided after one step (``run``), and the
    ``maps`` that it hears of (``teach``)."""

    def __init__(self, pixels: int, maps: int, units: int, neurons: int) -> None:
        self.steps, self.neurons, self.units, self.capacity = 1, neurons, units, CAPACITY
        sizes = pixels, maps, units, neurons, CAPACITY
        super().__init__(lambda b: feedback_network.declare(b, *sizes))

    def teach(self, before: Features, lessons: Lessons, top: int, width: float) -> Features:
        """The features after ``lessons``; ``top``, ``width``: see ``feedback_network``. Raises
        ``ToolError`` when the program fails."""
        state = before
        for k in range(0, len(lessons.rate), self.capacity):
            part = (values[k : k + self.capacity] for values in vars(lessons).values())
            state = self._teach(state, Lessons(*part), top, width)
        return state

    def _teach(self, before: Features, lessons: Lessons, top: int, width: float) -> Features:
        parts: feedback_network.Parts = self.parts
        series = {
            "pixels": lessons.pixels.astype(np.int8),
            "patch_credit": lessons.credit,
            "patch_rate": lessons.rate,
        }
        arrays = {
            timed: filled_up(series[name], self.capacity) for name, timed in parts.lessons.items()
        } | {
            parts.map_synapses.w: before.weights.astype(np.float32).ravel(),
            parts.maps.threshold: before.thresholds.astype(np.float32),
            parts.map_arbiter.top: np.array([top], np.float32),
            parts.map_synapses.levels: np.array([top], np.float32),
            parts.map_arbiter.width: np.array([width], np.float32),
            parts.series["phases"]: np.full((self.capacity + 1, self.units), SILENT, np.int8),
        }
        found = self.execute(
            arrays,
            {"w": lambda: parts.map_synapses.w[:], "thresholds": lambda: parts.maps.threshold[:]},
        )
        return Features(found["w"].reshape(before.weights.shape), found["thresholds"])
