"""`flash`: every input at least as bright as ``threshold`` spikes once, all at the sample's first step.

The spikes stay on a map of one bit per input, which place-wise populations look at (integer-contract.md).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...model.kind import EncoderKind, State
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint

PARAMETERS = {"threshold": Parameter("gray value", low=1, high=255, integer=True)}
SCALARS = {"threshold": (1, 255)}


def discretize(params: Mapping[str, Any], steps: int, dt: float) -> dict[str, Any]:
    """Parameters as they are: nothing depends on time."""
    return dict(params)


def quantize(params: Mapping[str, Any]) -> dict[str, Any]:
    """Integer parameters."""
    return dict(params)


def begin(params: Mapping[str, Any], samples: np.ndarray, arithmetic: FloatingPoint) -> State:
    return {"waiting": samples >= params["threshold"]}


def step(state: State) -> np.ndarray:
    """Advance by one step; return the input spikes, bool, shape (n, size)."""
    spikes = state["waiting"]
    state["waiting"] = np.zeros_like(spikes)
    return spikes


KIND = EncoderKind(
    module=__name__,
    parameters=PARAMETERS,
    scalars=SCALARS,
    discretize=discretize,
    quantize=quantize,
    begin=begin,
    step=step,
    keeps_map=True,
)
