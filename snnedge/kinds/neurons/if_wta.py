"""`if_wta`: integrate and fire without leak, winner takes all (integer-contract.md, "if_wta").

Of the neurons above threshold the one with the largest v - threshold fires, the first on ties. Its spike
resets the membranes of the whole population: lateral inhibition and reset in one. ``threshold`` is in units
of the weights.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...model.integers import INT16_MAX
from ...model.kind import NeuronKind, State, distance_to_threshold
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint
from ...simulator.synaptic_input import SynapticInput

NEVER = 1e9  # an infinite threshold in floats, so that differences of membranes count
PARAMETERS = {"threshold": Parameter("membrane", high=np.inf, per="neuron")}
SCALARS: dict[str, tuple[int, int]] = {}


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Return the parameters on the time grid ``dt`` (s), in floats."""
    return {"threshold": finite(params["threshold"])}


def finite(threshold: np.ndarray) -> np.ndarray:
    """Return ``threshold`` with ``NEVER`` in place of infinity."""
    return np.where(np.isinf(threshold), NEVER, threshold)


def scales(
    params: Mapping[str, Any], finest: Mapping[str, float], reach: Mapping[str, float]
) -> dict[str, float]:
    """Return the scales of the ``membrane`` and of the weights at each receptor: integer = float x scale.

    ``finest``: by receptor, the largest scale at which its weights have codes. ``reach``: the largest
    magnitudes in the calibration, of ``input_current`` and of each array of the state; empty without one.
    """
    return one_scale(max(largest(params["threshold"]), charge(reach)), finest)


def largest(values: np.ndarray) -> float:
    """Return the largest magnitude among the finite ``values``, 0 without any."""
    return float(np.abs(values).max(initial=0, where=np.isfinite(values)))


def charge(reach: Mapping[str, float]) -> float:
    """Return the largest membrane potential before a spike: v of one step, and an input current."""
    return reach.get("v", 0.0) + reach.get("input_current", 0.0)


def one_scale(extent: float, finest: Mapping[str, float]) -> dict[str, float]:
    """Return one scale for all, the largest at which membranes up to ``extent`` and the weights fit."""
    largest = INT16_MAX / extent if extent > 0 else np.inf
    return dict.fromkeys(("membrane", *finest), min(largest, *finest.values()))


def quantize(params: Mapping[str, Any], scales: Mapping[str, float]) -> dict[str, Any]:
    """Return the integer parameters. v > floor(x) is the same as v > x for an integer v.

    No membrane passes 32767, which therefore means infinity.
    """
    threshold = np.floor(np.asarray(params["threshold"]) * scales["membrane"])
    return {"threshold": np.minimum(threshold, INT16_MAX)}


def initial(samples: int, size: int, dtype: type) -> State:
    """Return the state before the first step: ``v`` is 0, shape (samples, size)."""
    return {"v": np.zeros((samples, size), dtype)}


def step(
    params: Mapping[str, Any], state: State, inputs: SynapticInput, arithmetic: FloatingPoint
) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool (samples, size)."""
    state["v"] = arithmetic.saturate(state["v"] + inputs.current())
    spikes = winners(distance_to_threshold(params, state))
    state["v"][spikes.any(axis=1)] = 0
    return spikes


def winners(distance: np.ndarray) -> np.ndarray:
    """Return the largest of each row, the first on ties, where it is positive: bool (samples, size)."""
    rows = np.arange(len(distance))
    winner = distance.argmax(axis=1)
    spikes = np.zeros(distance.shape, bool)
    spikes[rows, winner] = distance[rows, winner] > 0
    return spikes


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
    inhibition="winner-take-all reset",
)
