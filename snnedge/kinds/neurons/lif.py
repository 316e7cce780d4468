"""`lif`: leaky integrate and fire with a refractory period (integer-contract.md, "lif").

dv/dt = -v/tau, plus the synaptic weights at each spike; v > threshold fires.
``threshold`` is in units of the weights; ``reset`` sets v to zero or subtracts the threshold.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.integers import INT16_MAX, Q15_ONE
from ...model.kind import NeuronKind, State
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint
from ...simulator.synaptic_input import SynapticInput
from . import if_wta

RESETS = ("zero", "subtract")
PARAMETERS = {
    "threshold": Parameter("membrane", high=np.inf, per="neuron"),
    "tau": Parameter("s", low=1e-6, high=1e6),
    "refractory": Parameter("s", low=0, high=1e6),
    "reset": Parameter("", choices=RESETS),
}
SCALARS = {"decay": (0, INT16_MAX), "refractory": (0, INT16_MAX), "reset": (0, 1)}

scales = if_wta.scales


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Return the parameters on the time grid ``dt`` (s), in floats, with the exact decay exp(-dt/tau)."""
    return {
        "decay": float(np.exp(-dt / params["tau"])),
        "refractory": rest_steps(params["refractory"], dt),
        "reset": RESETS.index(params["reset"]),
        "threshold": if_wta.finite(params["threshold"]),
    }


def rest_steps(refractory: float, dt: float) -> int:
    """Return the steps without update after a spike, so that the next is ``refractory`` (s) later.

    Brian2 counts the same way.
    """
    return max(round(refractory / dt) - 1, 0)


def quantize(params: Mapping[str, Any], scales: Mapping[str, float]) -> dict[str, Any]:
    """Return the integer parameters: decay in Q15, refractory in steps, threshold as of `if_wta`.

    Raises ``InputError`` for a refractory period that is too long.
    """
    if params["refractory"] > INT16_MAX:
        raise InputError(f"refractory period of {params['refractory']} steps: at most {INT16_MAX}")
    return {
        **params,
        **if_wta.quantize(params, scales),
        "decay": min(round(params["decay"] * Q15_ONE), INT16_MAX),
    }


def initial(samples: int, size: int, dtype: type) -> State:
    """Return the state before the first step; ``refractory_left`` is in steps, int64 (samples, size)."""
    return {
        **if_wta.initial(samples, size, dtype),
        "refractory_left": np.zeros((samples, size), np.int64),
    }


def step(
    params: Mapping[str, Any], state: State, inputs: SynapticInput, arithmetic: FloatingPoint
) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool (samples, size)."""
    refractory = state["refractory_left"] > 0
    leaked = arithmetic.decay(state["v"], params["decay"])
    v = arithmetic.saturate(np.where(refractory, 0, leaked + inputs.current()))
    spikes: np.ndarray = ~refractory & (v > params["threshold"])
    after = np.where(spikes & bool(params["reset"]), v - params["threshold"], 0)
    state["v"] = np.where(spikes, arithmetic.saturate(after), v)
    state["refractory_left"] = np.where(
        spikes, params["refractory"], np.maximum(state["refractory_left"] - 1, 0)
    )
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
    inhibition="by its projections alone",
)
