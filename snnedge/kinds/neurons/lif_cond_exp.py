"""`lif_cond_exp`: leaky integrate and fire with exponential conductances (integer-contract.md).

The equations are those of PyNN's IF_cond_exp; v > threshold fires:

    tau dv/dt = (rest - v) + g_e (reversal_e - v) + g_i (reversal_i - v),  dg/dt = -g / tau_g

Potentials are in volts. Weights add to the conductances g, which are in units of the leak conductance.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.integers import INT16_MAX, INT16_MIN, Q15_ONE
from ...model.kind import RECEPTORS, NeuronKind, State, cut_nothing
from ...model.parameter import Parameter
from ...simulator.arithmetic import FloatingPoint
from ...simulator.synaptic_input import SynapticInput
from . import if_wta, lif

UNITS_PER_VOLT = 2.0**18  # of the membrane: int16 holds 0.125 V below and above rest
CONDUCTANCE_MARGIN = 4  # conductances may be so many times the largest of the calibration
MAX_SHIFT = 8
POTENTIALS = ("reset", "reversal_e", "reversal_i")
PARAMETERS = {
    "threshold": Parameter("V", low=-1, high=np.inf, per="neuron"),
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
SUFFIXES = {"excitatory": "e", "inhibitory": "i"}


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Return the parameters on the time grid ``dt`` (s), in floats, with potentials relative to ``rest``.

    ``leak``: dt / tau, the fraction of its distance to rest that v decays in a step. It is also the gain of
    a conductance. Raises ``InputError`` for potentials out of order and for steps longer than ``tau``.
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
        "threshold": if_wta.finite(params["threshold"]) - rest,
    }


def scales(
    params: Mapping[str, Any], finest: Mapping[str, float], reach: Mapping[str, float]
) -> dict[str, float]:
    """Return the scales of the membrane, the conductances and the weights.

    A conductance has the finest scale that holds ``CONDUCTANCE_MARGIN`` times the largest of the
    calibration. Weights have a scale at which their gain is a whole number, so that it needs no rounding.
    """
    found = {"membrane": UNITS_PER_VOLT}
    for receptor, x in SUFFIXES.items():
        most = max(
            CONDUCTANCE_MARGIN * reach.get(f"conductance_{x}", 1.0), 2.0**-MAX_SHIFT
        )  # fraction of the distance
        found[f"conductance_{x}"] = float(Q15_ONE << max(int(-np.log2(most)), 0))
        full = params["leak"] * found[f"conductance_{x}"]
        found[receptor] = full / max(np.ceil(full / finest[receptor]), 1.0)
    return found


def quantize(params: Mapping[str, Any], scales: Mapping[str, float]) -> dict[str, Any]:
    """Return the integer parameters. Raises ``InputError`` for those out of the contract's ranges."""
    integers = {
        "leak": min(round(params["leak"] * Q15_ONE), INT16_MAX),
        **{name: round(params[name] * UNITS_PER_VOLT) for name in POTENTIALS},
        "refractory": params["refractory"],
    }
    for receptor, x in SUFFIXES.items():
        integers[f"decay_{x}"] = min(round(params[f"decay_{x}"] * Q15_ONE), INT16_MAX)
        integers[f"gain_{x}"] = round(params["leak"] * scales[f"conductance_{x}"] / scales[receptor])
        integers[f"shift_{x}"] = round(np.log2(scales[f"conductance_{x}"] / Q15_ONE))
    for name, (low, high) in SCALARS.items():
        if not low <= integers[name] <= high:
            limits = "potentials within 0.125 V of rest" if name in POTENTIALS else f"{low}..{high}"
            raise InputError(f"{name}: {integers[name]} in integers; the contract takes {limits}")
    threshold = np.floor(np.asarray(params["threshold"]) * UNITS_PER_VOLT)
    return {**integers, "threshold": np.clip(threshold, INT16_MIN, INT16_MAX)}  # v is inside these limits


def initial(samples: int, size: int, dtype: type) -> State:
    """Return the state before the first step; all arrays are of shape (samples, size)."""
    return {
        **if_wta.initial(samples, size, dtype),
        "refractory_left": np.zeros((samples, size), np.int64),
        "conductance_e": np.zeros((samples, size), dtype),
        "conductance_i": np.zeros((samples, size), dtype),
    }


def step(
    params: Mapping[str, Any], state: State, inputs: SynapticInput, arithmetic: FloatingPoint
) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool (samples, size).

    A conductance is stored as the fraction of its distance to the reversal potential that v moves in a
    step. They act one after the other, so that v cannot overshoot a reversal potential.
    """
    v = arithmetic.approach(state["v"], 0, params["leak"])
    for receptor, x in SUFFIXES.items():
        decayed = arithmetic.decay_to_zero(state[f"conductance_{x}"], params[f"decay_{x}"])
        added = params[f"gain_{x}"] * np.maximum(inputs.current(receptor), 0)
        state[f"conductance_{x}"] = arithmetic.fraction(decayed + added)
        fraction = arithmetic.to_q15(state[f"conductance_{x}"], params[f"shift_{x}"])
        v = arithmetic.approach(v, params[f"reversal_{x}"], fraction)
    refractory = state["refractory_left"] > 0
    spikes: np.ndarray = ~refractory & (v > params["threshold"])
    state["v"] = np.where(refractory | spikes, params["reset"], v)
    state["refractory_left"] = np.where(
        spikes, params["refractory"], np.maximum(state["refractory_left"] - 1, 0)
    )
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
    cut=cut_nothing,
    receptors=RECEPTORS,
    inhibition="by its projections alone",
    conductances=True,
)
