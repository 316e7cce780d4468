"""`lif_cond_exp`: leaky integrate and fire with exponential conductances (integer-contract.md).

PyNN's IF_cond_exp: tau dv/dt = (rest - v) + g_e (reversal_e - v) + g_i (reversal_i - v), dg/dt = -g/tau_g;
v > threshold fires. Potentials in volts; conductances, which weights add to, in units of the leak.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.integers import INT16_MAX, INT16_MIN, Q15_ONE
from ...model.kind import RECEPTORS, NeuronKind, State
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint
from ...simulator.synaptic_input import Inputs
from . import if_wta, lif

VOLT = 2.0**18  # the membrane's scale: int16 then reaches 0.125 V below and above rest
ROOM = 4  # pulls reach so many times the largest that was seen
MAX_SHIFT = 8
POTENTIALS = ("reset", "reversal_e", "reversal_i")
PARAMETERS = {
    "threshold": Parameter("V", low=-1, high=1e9, per="neuron"),
    "rest": Parameter("V", low=-1, high=1),
    "reset": Parameter("V", low=-1, high=1),
    "reversal_e": Parameter("V", low=-1, high=1),
    "reversal_i": Parameter("V", low=-1, high=1),
    **dict.fromkeys(("tau", "tau_e", "tau_i"), Parameter("s", low=1e-6, high=1e6)),
    "refractory": Parameter("s", low=0, high=1e6),
}
SCALARS = {
    "leak": (1, INT16_MAX),
    "decay_e": (0, INT16_MAX),
    "decay_i": (0, INT16_MAX),
    "gain_e": (1, INT16_MAX),
    "gain_i": (1, INT16_MAX),
    "shift_e": (0, MAX_SHIFT),
    "shift_i": (0, MAX_SHIFT),
    "reset": (-INT16_MAX, INT16_MAX),
    "reversal_e": (-INT16_MAX, INT16_MAX),
    "reversal_i": (-INT16_MAX, INT16_MAX),
    "refractory": (0, INT16_MAX),
}
LETTERS = {"excitatory": "e", "inhibitory": "i"}

distance = if_wta.distance


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Parameters on the time grid ``dt`` (s), in floats; potentials from ``rest``.

    ``leak``: dt / tau, also the gain of a conductance: both are fractions of the way that v is pulled in a
    step. Raises ``InputError`` for potentials out of order and for steps longer than ``tau``.
    """
    rest, low, high = params["rest"], params["reversal_i"], params["reversal_e"]
    if not low <= min(rest, params["reset"]) <= max(rest, params["reset"]) <= high:
        raise InputError(f"rest and reset must lie between reversal_i {low:g} V and reversal_e {high:g} V")
    leak = dt / params["tau"]
    if leak > 1:
        raise InputError(f"tau {params['tau']:g} s: shorter than the time step of {dt:g} s")
    return {
        "leak": leak,
        "decay_e": float(np.exp(-dt / params["tau_e"])),
        "decay_i": float(np.exp(-dt / params["tau_i"])),
        "gain_e": leak,
        "gain_i": leak,
        "shift_e": 0,
        "shift_i": 0,
        **{name: params[name] - rest for name in POTENTIALS},
        "refractory": lif.rest_steps(params["refractory"], dt),
        "threshold": np.asarray(params["threshold"]) - rest,
    }


def scales(
    params: Mapping[str, Any], finest: Mapping[str, float], reach: Mapping[str, float]
) -> dict[str, float]:
    """As in if_wta, and of the pulls: the finest that has room for ``ROOM`` times the largest pull seen.
    The scale of weights is such that their gain is a whole number: nothing to round."""
    found = {"membrane": VOLT}
    for receptor, x in LETTERS.items():
        most = max(ROOM * reach.get(f"pull_{x}", 1.0), 2.0**-MAX_SHIFT)  # of the whole way
        found[f"pull_{x}"] = float(Q15_ONE << max(int(-np.log2(most)), 0))
        full = params["leak"] * found[f"pull_{x}"]
        found[receptor] = full / max(np.ceil(full / finest[receptor]), 1.0)
    return found


def quantize(params: Mapping[str, Any], scales: Mapping[str, float]) -> dict[str, Any]:
    """Integer parameters. Raises ``InputError`` for what has no place in the contract's ranges."""
    integers = {
        "leak": min(round(params["leak"] * Q15_ONE), INT16_MAX),
        **{name: round(params[name] * VOLT) for name in POTENTIALS},
        "refractory": params["refractory"],
    }
    for receptor, x in LETTERS.items():
        integers[f"decay_{x}"] = min(round(params[f"decay_{x}"] * Q15_ONE), INT16_MAX)
        integers[f"gain_{x}"] = round(params["leak"] * scales[f"pull_{x}"] / scales[receptor])
        integers[f"shift_{x}"] = round(np.log2(scales[f"pull_{x}"] / Q15_ONE))
    for name, (low, high) in SCALARS.items():
        if not low <= integers[name] <= high:
            limits = "potentials within 0.125 V of rest" if name in POTENTIALS else f"{low}..{high}"
            raise InputError(f"{name}: {integers[name]} in integers; the contract takes {limits}")
    threshold = np.floor(np.asarray(params["threshold"]) * VOLT)
    return {**integers, "threshold": np.clip(threshold, INT16_MIN, INT16_MAX)}  # v stays inside of these


def initial(samples: int, size: int, dtype: type) -> State:
    return {
        **if_wta.initial(samples, size, dtype),
        "resting": np.zeros((samples, size), np.int64),
        "pull_e": np.zeros((samples, size), dtype),
        "pull_i": np.zeros((samples, size), dtype),
    }


def step(params: Mapping[str, Any], state: State, inputs: Inputs, arithmetic: FloatingPoint) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool, shape (samples, size).

    ``pull_e`` and ``pull_i`` are the conductances, as the fraction of the way that they pull v in a step.
    One pulls after the other: so v cannot overshoot a reversal potential, whatever the conductances are.
    """
    v = arithmetic.pull(state["v"], 0, params["leak"])
    for receptor, x in LETTERS.items():
        left = arithmetic.fade(state[f"pull_{x}"], params[f"decay_{x}"])
        added = params[f"gain_{x}"] * np.maximum(inputs.drive(receptor), 0)
        state[f"pull_{x}"] = arithmetic.fraction(left + added)
        share = arithmetic.share(state[f"pull_{x}"], params[f"shift_{x}"])
        v = arithmetic.pull(v, params[f"reversal_{x}"], share)
    resting = state["resting"] > 0
    spikes: np.ndarray = ~resting & (v > params["threshold"])
    state["v"] = np.where(resting | spikes, params["reset"], v)
    state["resting"] = np.where(spikes, params["refractory"], np.maximum(state["resting"] - 1, 0))
    return spikes


KIND = NeuronKind(
    module=__name__,
    parameters=PARAMETERS,
    scalars=SCALARS,
    arrays=("threshold",),
    since=2,
    discretize=discretize,
    scales=scales,
    quantize=quantize,
    initial=initial,
    step=step,
    distance=distance,
    receptors=RECEPTORS,
    inhibition="by its projections alone",
    conductances=True,
)
