"""`binary`: each input of at least ``threshold`` (gray value) spikes once, in the first step of a sample.

The spikes stay on a map of one bit per input, which `conv_wta` scans (integer-contract.md, "binary").
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
    """Return ``params`` unchanged: no parameter depends on time."""
    return dict(params)


def quantize(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``params``, which are integers."""
    return dict(params)


def begin(params: Mapping[str, Any], samples: np.ndarray, arithmetic: FloatingPoint) -> State:
    """Return the state before the first step of uint8 ``samples`` (n, size)."""
    return {"unsent": samples >= params["threshold"]}


def step(state: State) -> np.ndarray:
    """Advance ``state`` by one step; return the input spikes, bool (n, size)."""
    spikes = state["unsent"]
    state["unsent"] = np.zeros_like(spikes)
    return spikes


def most_spikes(params: Mapping[str, Any], steps: int, size: int) -> tuple[float, float]:
    """Return the most spikes of a sample, of one input and of all ``size``: each spikes once."""
    return 1.0, float(size)


KIND = EncoderKind(
    module=__name__,
    wire="flash",
    parameters=PARAMETERS,
    scalars=SCALARS,
    discretize=discretize,
    quantize=quantize,
    begin=begin,
    step=step,
    most_spikes=most_spikes,
    keeps_map=True,
)
