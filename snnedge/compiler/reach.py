"""Reach: the largest membrane potentials that can occur, so that no scale is taken from what never matters.

A threshold above all of them is never crossed, and a weight of an input that never spikes is never added.
"""

from dataclasses import replace

import numpy as np

from ..model.network import INPUT, Population, Projection, inputs_of, unit_count
from .calibrate import Calibration
from .discretize import Discrete

MARGIN = 4  # a membrane may be so many times the largest of the calibration


def cut(grid: Discrete, calibration: Calibration | None) -> Discrete:
    """Return ``grid`` with infinity for thresholds that no membrane of its population crosses."""
    populations = []
    for p in grid.populations:
        driven = any(s.weights.any() or s.params.get("weight") for s in inputs_of(grid, p.name))
        params = p.kind.cut(p.params, limit(grid, p, calibration)) if driven else p.params
        populations.append(replace(p, params=params))
    return replace(grid, populations=tuple(populations))


def limit(grid: Discrete, p: Population, calibration: Calibration | None) -> float:
    """Return a membrane potential that no neuron of ``p`` exceeds.

    It is what the whole input can add up to in a sample. With a ``calibration`` it is at most ``MARGIN``
    times the largest one of that run.
    """
    proved = sum(_total(grid, s) for s in inputs_of(grid, p.name))
    if calibration is None:
        return float(proved)
    reach = calibration.populations[p.name].reach
    seen = reach.get("v", 0.0) + reach.get("input_current", 0.0)
    return float(min(proved, MARGIN * seen)) if seen else float(proved)


def _total(grid: Discrete, s: Projection) -> float:
    """Return an upper bound of what ``s`` adds to a membrane in one sample."""
    size = unit_count(grid, s.source)
    each, total = float(grid.steps), float(grid.steps * size)
    if s.source == INPUT:
        each, total = grid.encoder.kind.most_spikes(grid.encoder.params, grid.steps, size)
    if not s.kind.has_weights:
        return max(float(s.params["weight"]), 0.0) * total
    weights = np.maximum(s.weights.reshape(len(s.weights), -1), 0)
    return float(np.minimum(each * weights.sum(axis=0), total * weights.max(axis=0)).max())


def scaled_inputs(grid: Discrete, p: Population, calibration: Calibration | None) -> list[Projection]:
    """Return the projections into ``p`` with the weights that set their scales.

    With a ``calibration``, weights of sources that never spiked in it are cut to the largest of the others.
    """
    active = calibration.active if calibration else {}
    return [_cut_rows(s, active.get(s.source)) for s in inputs_of(grid, p.name)]


def _cut_rows(s: Projection, active: np.ndarray | None) -> Projection:
    if active is None or s.weights.ndim != 2 or not active.any():
        return s
    largest = np.abs(s.weights[active]).max(initial=0)
    return replace(s, weights=np.clip(s.weights, -largest, largest)) if largest else s
