"""`if_wta`: integrate and fire without leak, winner takes all (integer-contract.md, "if_wta").

Of the neurons above threshold only the one with the largest v - threshold fires (the first on ties), and
its spike resets the membrane of the whole population: lateral inhibition and reset in one.
``threshold`` is in units of the weights.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...model.integers import INT16_MAX
from ...model.kind import NeuronKind, State
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint
from ...simulator.synaptic_input import Inputs

PARAMETERS = {"threshold": Parameter("membrane", per="neuron")}
SCALARS: dict[str, tuple[int, int]] = {}


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Parameters on the time grid ``dt`` (s), still in floats."""
    return {"threshold": params["threshold"]}


def scales(
    params: Mapping[str, Any], finest: Mapping[str, float], reach: Mapping[str, float]
) -> dict[str, float]:
    """Scale of the ``membrane`` and of the weights at each receptor: integer = float x scale.

    ``finest``: by receptor, the largest scale at which its weights have codes. ``reach``: the largest
    magnitudes seen, of the drive and of what ``initial`` names; empty when nothing was run.
    """
    return one_scale(max(float(np.abs(params["threshold"]).max()), charge(reach)), finest)


def charge(reach: Mapping[str, float]) -> float:
    """The largest membrane with a drive on top of it."""
    return reach.get("v", 0.0) + reach.get("drive", 0.0)


def one_scale(extent: float, finest: Mapping[str, float]) -> dict[str, float]:
    """The largest scale at which membranes up to ``extent`` and the weights have codes, for all of them."""
    largest = INT16_MAX / extent if extent > 0 else np.inf
    return dict.fromkeys(("membrane", *finest), min(largest, *finest.values()))


def quantize(params: Mapping[str, Any], scales: Mapping[str, float]) -> dict[str, Any]:
    """Integer parameters: v > floor(x) is the same as v > x for an integer v."""
    return {"threshold": np.floor(np.asarray(params["threshold"]) * scales["membrane"])}


def initial(samples: int, size: int, dtype: type) -> State:
    return {"v": np.zeros((samples, size), dtype)}


def step(params: Mapping[str, Any], state: State, inputs: Inputs, arithmetic: FloatingPoint) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool, shape (samples, size)."""
    state["v"] = arithmetic.saturate(state["v"] + inputs.drive())
    spikes = winners(distance(params, state))
    state["v"][spikes.any(axis=1)] = 0
    return spikes


def winners(distance: np.ndarray) -> np.ndarray:
    """The largest of each row, if it is positive; the first on ties: bool, shape (samples, size)."""
    rows = np.arange(len(distance))
    winner = distance.argmax(axis=1)
    spikes = np.zeros(distance.shape, bool)
    spikes[rows, winner] = distance[rows, winner] > 0
    return spikes


def distance(params: Mapping[str, Any], state: State) -> np.ndarray:
    """v - threshold, shape (samples, size)."""
    return np.asarray(state["v"] - params["threshold"])


KIND = NeuronKind(
    module=__name__,
    parameters=PARAMETERS,
    scalars=SCALARS,
    arrays=("threshold",),
    discretize=discretize,
    scales=scales,
    quantize=quantize,
    initial=initial,
    step=step,
    distance=distance,
    inhibition="winner-take-all reset",
)
