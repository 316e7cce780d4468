"""`error_diffusion` in ONNX."""

from ....kinds.encoders.error_diffusion import GAIN_BITS, phases
from ....model.integers import Q16_ONE
from ....model.network import Encoder
from ..tensor import INT32, INT64, State, Tensor


def levels(encoder: Encoder, gray: Tensor) -> Tensor:
    """Return the rates, Q16 spikes per step, int32 (n, size), of ``gray`` int32 (n, size), 0..255."""
    total = gray.sum(1).maximum(1).to(INT64)
    gain = total.like(encoder.params["drive"] << GAIN_BITS).quotient(total)  # below 2^32
    rate = (gray.to(INT64) * gain).quotient(2**GAIN_BITS)
    return rate.minimum(encoder.params["limit"]).to(INT32)


def initial(encoder: Encoder, zero: Tensor) -> State:
    """Return the state before the first step, int32 (n, size), made from ``zero``, int32 (n, 1)."""
    return {"accumulator": zero + phases(encoder.size, encoder.params["seed"])}


def step(encoder: Encoder, levels: Tensor, state: State, step: Tensor) -> Tensor:
    """Advance ``state`` by one step; return the input spikes, bool (n, size)."""
    accumulator = state["accumulator"] + levels
    spikes = accumulator >= Q16_ONE
    state["accumulator"] = spikes.where(accumulator - Q16_ONE, accumulator)
    return spikes
