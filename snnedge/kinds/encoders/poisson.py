"""`poisson`: each input spikes at random, with a probability proportional to its gray value.

``max_rate`` is the rate at gray 255. The random numbers are a hash of ``seed``, step and input. They need
no state, and they are the same for every sample (integer-contract.md, "poisson").
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.integers import Q16_ONE
from ...model.kind import EncoderKind, State
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint

GAIN_BITS = 8  # fraction bits of the gain: the most for which 255 x gain fits 32 bits
MAX_GAIN = round(Q16_ONE * 2**GAIN_BITS / 255)
SEED_BITS = 0x9E3779B9  # 2^32 / golden ratio, because the hash of 0 is 0
PARAMETERS = {
    "max_rate": Parameter("Hz", low=2**-16, high=1e9),
    "seed": Parameter("", low=0, high=2**31 - 1, integer=True),
}
SCALARS = {"gain": (1, MAX_GAIN), "seed": (0, 2**31 - 1)}


def discretize(params: Mapping[str, Any], steps: int, dt: float) -> dict[str, Any]:
    """Return integer parameters for steps of ``dt`` (s), so that the float network has the same spikes.

    Raises ``InputError`` when the largest probability is above 1 or rounds to 0.
    """
    gain = round(Q16_ONE * 2**GAIN_BITS * params["max_rate"] * dt / 255)
    if not 1 <= gain <= MAX_GAIN:
        raise InputError(
            f"encoder.max_rate: {params['max_rate']:g} Hz, but a step of {dt:g} s takes"
            f" {1 / Q16_ONE / dt:.3g}..{1 / dt:.3g} Hz"
        )
    return {"gain": gain, "seed": int(params["seed"])}


def quantize(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``params``, which are integers."""
    return dict(params)


def mix(x: np.ndarray) -> np.ndarray:
    """Return a hash of each uint32: C. Wellons' lowbias32 (public domain), a bijection."""
    x = (x ^ (x >> 16)) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> 15)) * np.uint32(0x846CA68B)
    return np.asarray(x ^ (x >> 16))


def key(seed: int) -> np.ndarray:
    """Return the summand that ``seed`` contributes to each hash: uint32 (1,)."""
    return mix(np.array([seed ^ SEED_BITS], np.uint32))


def draw(key: np.ndarray, step: int, size: int) -> np.ndarray:
    """Return the random numbers of ``step``: int64 (size,), 0..65535."""
    return (mix(mix(key + np.uint32(step)) + np.arange(size, dtype=np.uint32)) >> 16).astype(np.int64)


def begin(params: Mapping[str, Any], samples: np.ndarray, arithmetic: FloatingPoint) -> State:
    """Return the state before the first step of uint8 ``samples`` (n, size); probabilities are Q16."""
    n = len(samples)
    probability = (samples.astype(np.int64) * params["gain"] + 2**GAIN_BITS // 2) >> GAIN_BITS
    return {
        "probability": np.minimum(probability, Q16_ONE - 1),
        "key": np.repeat(key(params["seed"]), n),
        "step": np.zeros(n, np.int64),
    }


def step(state: State) -> np.ndarray:
    """Advance ``state`` by one step; return the input spikes, bool (n, size)."""
    probability = state["probability"]
    numbers = draw(state["key"][:1], int(state["step"][0]), probability.shape[1])
    state["step"] = state["step"] + 1
    return np.asarray(numbers < probability)


KIND = EncoderKind(
    module=__name__,
    parameters=PARAMETERS,
    scalars=SCALARS,
    discretize=discretize,
    quantize=quantize,
    begin=begin,
    step=step,
)
