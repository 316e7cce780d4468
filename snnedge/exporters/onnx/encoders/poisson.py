"""`poisson` in ONNX. Numbers are uint32, which Add and Mul take modulo 2^32."""

import numpy as np

from ....kinds.encoders.poisson import GAIN_BITS, key
from ....model.integers import Q16_ONE
from ....model.network import Encoder
from ..tensor import State, Tensor


def levels(encoder: Encoder, gray: Tensor) -> Tensor:
    """Return the probabilities, Q16, uint32 (n, size), of ``gray`` int32 (n, size), 0..255."""
    gain: int = encoder.params["gain"]
    probability: Tensor = (gray * gain + 2**GAIN_BITS // 2).quotient(2**GAIN_BITS)
    return probability.minimum(Q16_ONE - 1).to(np.uint32)


def initial(encoder: Encoder, zero: Tensor) -> State:
    """Return an empty state: the number of the step suffices."""
    return {}


def step(encoder: Encoder, levels: Tensor, state: State, step: Tensor) -> Tensor:
    """Return the input spikes of ``step``, bool (n, size)."""
    numbers = _mix(_mix(step.to(np.uint32) + key(encoder.params["seed"])) + np.arange(encoder.size))
    spikes: Tensor = levels > (numbers >> 16)
    return spikes


def _mix(x: Tensor) -> Tensor:
    """Return the hash of each uint32, as ``mix`` of the encoder does."""
    x = (x ^ (x >> 16)) * 0x7FEB352D
    x = (x ^ (x >> 15)) * 0x846CA68B
    return x ^ (x >> 16)
