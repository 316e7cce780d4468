"""`if_wta`: integrate and fire without leak, winner takes all (docs/fixed-point.md, "if_wta").

Of the neurons above threshold only the one with the largest v - threshold fires (the first on ties), and
its spike resets the membrane of the whole population: lateral inhibition and reset in one.
``threshold`` is in units of the weights.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arithmetic import FloatingPoint
from ..inputs import Inputs
from ..parameters import Parameter

PARAMETERS = {"threshold": Parameter("membrane", per="neuron")}
INHIBITION = "winner-take-all reset"
SCALARS: dict[str, tuple[int, int]] = {}
ARRAYS = ("threshold",)
PLACES = False
RECEPTORS = ("excitatory",)

State = dict[str, np.ndarray]


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Parameters on the time grid ``dt`` (s), still in floats."""
    return {"threshold": params["threshold"]}


def quantize(params: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """Integer parameters: v > floor(x) is the same as v > x for an integer v."""
    return {"threshold": np.floor(np.asarray(params["threshold"]) * scale)}


def extent(params: Mapping[str, Any]) -> float:
    """Largest magnitude that needs a code besides the weights."""
    return float(np.abs(params["threshold"]).max())


def initial(samples: int, size: int, dtype: type) -> State:
    return {"v": np.zeros((samples, size), dtype)}


def step(params: Mapping[str, Any], state: State, inputs: Inputs, arithmetic: FloatingPoint) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool, shape (samples, size)."""
    state["v"] = arithmetic.saturate(state["v"] + inputs.drive())
    spikes = winners(headroom(params, state))
    state["v"][spikes.any(axis=1)] = 0
    return spikes


def winners(headroom: np.ndarray) -> np.ndarray:
    """The largest of each row, if it is positive; the first on ties: bool, shape (samples, size)."""
    rows = np.arange(len(headroom))
    winner = headroom.argmax(axis=1)
    spikes = np.zeros(headroom.shape, bool)
    spikes[rows, winner] = headroom[rows, winner] > 0
    return spikes


def headroom(params: Mapping[str, Any], state: State) -> np.ndarray:
    """v - threshold, shape (samples, size)."""
    return np.asarray(state["v"] - params["threshold"])
