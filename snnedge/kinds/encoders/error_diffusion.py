"""`error_diffusion`: the same total input for every sample, spread evenly over its steps.

In each step a source adds its rate to an accumulator. It spikes when that reaches 1 (integer-contract.md,
"error_diffusion"). ``spikes_per_sample``: mean number of input spikes. ``max_rate``: upper bound of one
source. ``seed``: start phases of the accumulators.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.integers import Q16_ONE
from ...model.kind import EncoderKind, State
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint

PARAMETERS = {
    "spikes_per_sample": Parameter("spike", low=2**-16, high=2**24),
    "max_rate": Parameter("spike/step", low=2**-16, high=1 - 2**-16),
    "seed": Parameter("", low=0, high=Q16_ONE - 1, integer=True),
}
SCALARS = {"drive": (1, 2**24 - 1), "limit": (1, Q16_ONE - 1), "seed": (0, Q16_ONE - 1)}
PHASE_STEP = 40503  # 65536 / golden ratio, rounded to odd: neighbours get phases far apart
GAIN_BITS = 8  # fraction bits of the gain: the most for which `drive << GAIN_BITS` fits 32 bits


def discretize(params: Mapping[str, Any], steps: int, dt: float) -> dict[str, Any]:
    """Return the total input per step and the largest rate, floats in units of 1/65536 spike."""
    return {
        "drive": Q16_ONE * params["spikes_per_sample"] / steps,
        "limit": Q16_ONE * params["max_rate"],
        "seed": int(params["seed"]),
    }


def quantize(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters as Q16 integers. Raises ``InputError`` out of the contract's ranges."""
    drive, limit = round(params["drive"]), round(params["limit"])
    if not 1 <= drive < 2**24:
        raise InputError("encoder.spikes_per_sample: outside 1/65536..256 spikes per step")
    if not 1 <= limit < Q16_ONE:
        raise InputError("encoder.max_rate: outside 1/65536..65535/65536 spikes per step")
    return {"drive": drive, "limit": limit, "seed": params["seed"]}


def phases(size: int, seed: int) -> np.ndarray:
    """Return the accumulators at the first step: int64 (size,), in units of 1/65536 spike."""
    return (seed + PHASE_STEP * np.arange(size)) % Q16_ONE


def rates(params: Mapping[str, Any], samples: np.ndarray, arithmetic: FloatingPoint) -> np.ndarray:
    """Return the rates of uint8 ``samples`` (n, size): 1/65536 spike per step, shape (n, size)."""
    gray = samples.astype(np.int64)
    total = np.maximum(
        gray.sum(axis=1, keepdims=True), 1
    )  # a blank sample has rates of 0: any divisor will do
    gain = arithmetic.quotient(params["drive"] * 2**GAIN_BITS, total)
    rate = arithmetic.quotient(gray * gain, 2**GAIN_BITS)
    return np.asarray(np.minimum(rate, params["limit"]))


def begin(params: Mapping[str, Any], samples: np.ndarray, arithmetic: FloatingPoint) -> State:
    """Return the state before the first step of uint8 ``samples`` (n, size)."""
    start = phases(samples.shape[1], params["seed"]).astype(arithmetic.dtype)
    return {"rate": rates(params, samples, arithmetic), "accumulator": np.tile(start, (len(samples), 1))}


def step(state: State) -> np.ndarray:
    """Advance ``state`` by one step; return the input spikes, bool (n, size)."""
    state["accumulator"] = state["accumulator"] + state["rate"]
    spikes = np.asarray(state["accumulator"] >= Q16_ONE)
    state["accumulator"] = state["accumulator"] - Q16_ONE * spikes
    return spikes


def most_spikes(params: Mapping[str, Any], steps: int, size: int) -> tuple[float, float]:
    """Return the most spikes of a sample, of one input and of all ``size``.

    An accumulator that starts below 1 spikes less than once more than its rates add up to.
    """
    return 1 + steps * params["limit"] / Q16_ONE, size + steps * params["drive"] / Q16_ONE


KIND = EncoderKind(
    module=__name__,
    parameters=PARAMETERS,
    scalars=SCALARS,
    discretize=discretize,
    quantize=quantize,
    begin=begin,
    step=step,
    most_spikes=most_spikes,
)
