"""`if_ttfs`: integrate and fire without leak or reset; the time to first spike decides.

The population fires at most once in a sample (integer-contract.md, "if_ttfs"). v starts at -``bias``. No
membrane reaches a ``threshold`` of infinity, or of ``NEVER``. Such a network runs all steps, and the
readout's ``nearest`` neuron has the label. ``bias`` and ``threshold`` are in units of the weights.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...model.kind import NeuronKind, State, cut_threshold, distance_to_threshold
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint
from ...simulator.synaptic_input import SynapticInput
from . import if_wta

NEVER = if_wta.NEVER
PARAMETERS = {
    "bias": Parameter("membrane", per="neuron"),
    "threshold": Parameter("membrane", high=np.inf, per="neuron"),
}
SCALARS: dict[str, tuple[int, int]] = {}


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Return ``params``, of which none depends on the time step, with ``NEVER`` for infinity."""
    return {**params, "threshold": if_wta.finite(params["threshold"])}


def cut(params: Mapping[str, Any], limit: float) -> dict[str, Any]:
    """Return ``params`` with infinity for thresholds that are never crossed; v starts at -``bias``."""
    start = np.maximum(-np.asarray(params["bias"]), 0).max(initial=0)
    return cut_threshold(params, limit + float(start))


def quantize(params: Mapping[str, Any], scales: Mapping[str, float]) -> dict[str, Any]:
    """Return the integer parameters; an infinite threshold becomes 32767."""
    bias = np.rint(np.asarray(params["bias"]) * scales["membrane"])
    return {"bias": bias, **if_wta.quantize(params, scales)}


def scales(
    params: Mapping[str, Any], finest: Mapping[str, float], reach: Mapping[str, float]
) -> dict[str, float]:
    """Return the scales as `if_wta` does, with the biases and without the thresholds of ``NEVER``."""
    threshold = np.asarray(params["threshold"])
    reached = if_wta.largest(threshold[threshold < NEVER])
    extent = max(if_wta.largest(params["bias"]), reached, if_wta.charge(reach))
    return if_wta.one_scale(extent, finest)


def initial(samples: int, size: int, dtype: type) -> State:
    """Return the state before the first step; the flags are bool (samples, 1), one per population."""
    flag = np.zeros((samples, 1), bool)
    return {**if_wta.initial(samples, size, dtype), "bias_applied": flag, "has_fired": flag}


def step(
    params: Mapping[str, Any], state: State, inputs: SynapticInput, arithmetic: FloatingPoint
) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool (samples, size)."""
    before = np.where(state["bias_applied"], state["v"], -params["bias"].astype(arithmetic.dtype))
    state["v"] = arithmetic.saturate(before + inputs.current())
    spikes = if_wta.winners(distance_to_threshold(params, state)) & ~state["has_fired"]
    state["bias_applied"] = np.ones_like(state["bias_applied"])
    state["has_fired"] = state["has_fired"] | spikes.any(axis=1, keepdims=True)
    return spikes


KIND = NeuronKind(
    module=__name__,
    wire="if_race",
    parameters=PARAMETERS,
    scalars=SCALARS,
    arrays=("bias", "threshold"),
    discretize=discretize,
    scales=scales,
    quantize=quantize,
    initial=initial,
    step=step,
    cut=cut,
    inhibition="first to cross silences all",
)
