"""`if_wta`: integrate and fire without leak, winner takes all (docs/fixed-point.md, "if_wta").

Of the neurons above threshold only the one with the largest v - threshold fires (the first on ties), and
its spike resets the membrane of the whole population: lateral inhibition and reset in one.
``threshold`` is in units of the weights.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arithmetic import FloatingPoint
from ..parameters import Parameter

PARAMETERS = {"threshold": Parameter("membrane", per_neuron=True)}
INHIBITION = "winner-take-all reset"
SCALARS: dict[str, tuple[int, int]] = {}
ARRAYS = ("threshold",)

State = dict[str, np.ndarray]


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Parameters on the time grid ``dt`` (s), still in floats."""
    return {"threshold": params["threshold"]}


def quantize(params: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """Integer parameters: v > floor(x) is the same as v > x for an integer v."""
    return {"threshold": np.floor(np.asarray(params["threshold"]) * scale)}


def initial(samples: int, size: int, dtype: type) -> State:
    return {"v": np.zeros((samples, size), dtype)}


def step(
    params: Mapping[str, Any], state: State, drive: np.ndarray, arithmetic: FloatingPoint
) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool, shape (samples, size)."""
    state["v"] = arithmetic.saturate(state["v"] + drive)
    over = headroom(params, state)
    rows = np.arange(len(over))
    winner = over.argmax(axis=1)
    spikes = np.zeros(over.shape, bool)
    spikes[rows, winner] = over[rows, winner] > 0
    state["v"][spikes.any(axis=1)] = 0
    return spikes


def headroom(params: Mapping[str, Any], state: State) -> np.ndarray:
    """v - threshold, shape (samples, size)."""
    return np.asarray(state["v"] - params["threshold"])
