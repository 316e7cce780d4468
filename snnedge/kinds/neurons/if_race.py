"""`if_race`: integrate and fire without leak or reset; the first to cross its threshold answers.

The population fires at most once in a sample (integer-contract.md, "if_race"). v starts at -``bias``. A
``threshold`` of ``NEVER`` is not reached: such a network looks at the whole sample, and the readout's
``nearest`` neuron answers. Both are in units of the weights.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...model.integers import INT16_MAX
from ...model.kind import NeuronKind, State
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint
from ...simulator.synaptic_input import Inputs
from . import if_wta

NEVER = 1e9
PARAMETERS = {
    "bias": Parameter("membrane", per="neuron"),
    "threshold": Parameter("membrane", high=NEVER, per="neuron"),
}
SCALARS: dict[str, tuple[int, int]] = {}

distance = if_wta.distance


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Parameters as they are: nothing depends on the time step."""
    return dict(params)


def quantize(params: Mapping[str, Any], scales: Mapping[str, float]) -> dict[str, Any]:
    """Integer parameters; no membrane passes 32767, so that stands for ``NEVER``."""
    threshold, scale = np.asarray(params["threshold"]), scales["membrane"]
    reached = np.floor(np.minimum(threshold * scale, INT16_MAX))
    return {
        "bias": np.rint(np.asarray(params["bias"]) * scale),
        "threshold": np.where(threshold >= NEVER, INT16_MAX, reached),
    }


def scales(
    params: Mapping[str, Any], finest: Mapping[str, float], reach: Mapping[str, float]
) -> dict[str, float]:
    """As in if_wta; thresholds of ``NEVER`` take no part."""
    threshold = np.abs(params["threshold"])
    reached = threshold[threshold < NEVER]
    largest = max(np.abs(params["bias"]).max(), reached.max(initial=if_wta.charge(reach)))
    return if_wta.one_scale(largest, finest)


def initial(samples: int, size: int, dtype: type) -> State:
    flag = np.zeros((samples, 1), bool)
    return {**if_wta.initial(samples, size, dtype), "begun": flag, "over": flag}


def step(params: Mapping[str, Any], state: State, inputs: Inputs, arithmetic: FloatingPoint) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool, shape (samples, size)."""
    before = np.where(state["begun"], state["v"], -params["bias"].astype(arithmetic.dtype))
    state["v"] = arithmetic.saturate(before + inputs.drive())
    spikes = if_wta.winners(distance(params, state)) & ~state["over"]
    state["begun"] = np.ones_like(state["begun"])
    state["over"] = state["over"] | spikes.any(axis=1, keepdims=True)
    return spikes


KIND = NeuronKind(
    module=__name__,
    parameters=PARAMETERS,
    scalars=SCALARS,
    arrays=("bias", "threshold"),
    discretize=discretize,
    scales=scales,
    quantize=quantize,
    initial=initial,
    step=step,
    distance=distance,
    inhibition="first to cross silences all",
)
