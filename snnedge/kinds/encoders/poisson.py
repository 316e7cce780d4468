"""`poisson`: each input spikes at random, with a probability proportional to its gray value.

``max_rate`` is the rate at gray 255. The numbers are a hash of ``seed``, step and input, so there is no
generator to carry along, and every sample meets the same numbers (integer-contract.md, "poisson").
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.integers import Q16_ONE
from ...model.kind import EncoderKind, State
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint

GAIN_BITS = 8  # fraction bits of the gain: 255 x the largest gain still fits 32 bits
MAX_GAIN = round(Q16_ONE * 2**GAIN_BITS / 255)
SEED_BITS = 0x9E3779B9  # 2^32 / golden ratio: the hash of 0 would be 0
PARAMETERS = {
    "max_rate": Parameter("Hz", low=2**-16, high=1e9),
    "seed": Parameter("", low=0, high=2**31 - 1, integer=True),
}
SCALARS = {"gain": (1, MAX_GAIN), "seed": (0, 2**31 - 1)}


def discretize(params: Mapping[str, Any], steps: int, dt: float) -> dict[str, Any]:
    """Parameters on the time grid ``dt`` (s), integers already: the float network meets the same spikes.

    Raises ``InputError`` when the largest probability is above 1 or too near 0.
    """
    gain = round(Q16_ONE * 2**GAIN_BITS * params["max_rate"] * dt / 255)
    if not 1 <= gain <= MAX_GAIN:
        raise InputError(
            f"encoder.max_rate: {params['max_rate']:g} Hz, but a step of {dt:g} s takes"
            f" {1 / Q16_ONE / dt:.3g}..{1 / dt:.3g} Hz"
        )
    return {"gain": gain, "seed": int(params["seed"])}


def quantize(params: Mapping[str, Any]) -> dict[str, Any]:
    """Integer parameters."""
    return dict(params)


def mix(x: np.ndarray) -> np.ndarray:
    """A bijection of uint32 in which every bit depends on all: C. Wellons' lowbias32 (public domain)."""
    x = (x ^ (x >> 16)) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> 15)) * np.uint32(0x846CA68B)
    return np.asarray(x ^ (x >> 16))


def key(seed: int) -> np.ndarray:
    """What ``seed`` adds to the numbers: uint32, shape (1,)."""
    return mix(np.array([seed ^ SEED_BITS], np.uint32))


def draw(key: np.ndarray, step: int, size: int) -> np.ndarray:
    """The numbers of ``step``, int64 0..65535, shape (size,)."""
    return (mix(mix(key + np.uint32(step)) + np.arange(size, dtype=np.uint32)) >> 16).astype(np.int64)


def begin(params: Mapping[str, Any], samples: np.ndarray, arithmetic: FloatingPoint) -> State:
    n = len(samples)
    chance = (samples.astype(np.int64) * params["gain"] + 2**GAIN_BITS // 2) >> GAIN_BITS
    return {
        "chance": np.minimum(chance, Q16_ONE - 1),
        "key": np.repeat(key(params["seed"]), n),
        "step": np.zeros(n, np.int64),
    }


def step(state: State) -> np.ndarray:
    """Advance by one step; return the input spikes, bool, shape (n, size)."""
    chance = state["chance"]
    numbers = draw(state["key"][:1], int(state["step"][0]), chance.shape[1])
    state["step"] = state["step"] + 1
    return np.asarray(numbers < chance)


KIND = EncoderKind(
    module=__name__,
    parameters=PARAMETERS,
    scalars=SCALARS,
    discretize=discretize,
    quantize=quantize,
    begin=begin,
    step=step,
)
