"""Constants of the equations of the `conductance` network, from a preset or from a trained network.

Potentials may be in mV, as in presets, or in V, as in networks: the equations hold in both.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ....kinds.neurons.lif import rest_steps
from .settings import Settings

Constants = dict[str, dict[str, float]]  # by group and name, as in ``equations.py``

PUBLISHED_NEURONS = 400  # of the smallest network for which theta_plus is as published
POTENTIALS = {"rest": "v_rest", "reset": "v_reset", "reversal_e": "e_exc", "reversal_i": "e_inh"}
TIMES = ("tau", "tau_e", "tau_i", "refractory")


def training_constants(settings: Settings, inputs: int) -> Constants:
    """Return all constants of the training of a network with ``inputs`` sources; times are in steps."""
    c, stdp = settings.constants, settings.constants["stdp"]
    found = {
        "excitatory": _layer(settings, c["excitatory"]) | _plasticity(settings, inputs),
        "inputs": {"a": stdp["a"], "decay_trace": settings.decay(stdp["tau_pre"])},
    }
    if c["inhibition"] != "lateral":
        excitation = {"excitation": c["coupling"]["excite"]}
        found["inhibitory"] = _layer(settings, c["inhibitory"]) | excitation
    return found


def neuron_constants(params: Mapping[str, Any], dt: float) -> dict[str, float]:
    """Return the constants of `lif_cond_exp` neurons with ``params`` at a step of ``dt`` (s)."""
    return {
        "rest": params["rest"],
        "reset": params["reset"],
        "e_exc": params["reversal_e"],
        "e_inh": params["reversal_i"],
        "dt_tau": dt / params["tau"],
        "most": params["tau"] / dt,
        "decay_e": float(np.exp(-dt / params["tau_e"])),
        "decay_i": float(np.exp(-dt / params["tau_i"])),
        "pause": rest_steps(params["refractory"], dt),
    }


def _layer(settings: Settings, table: Mapping[str, float]) -> dict[str, float]:
    """Return the constants of the neurons in a ``table`` of the preset."""
    params = {name: table[key] for name, key in POTENTIALS.items()} | {name: table[name] for name in TIMES}
    return neuron_constants(params, settings.constants["dt"]) | {"base": table["threshold"]}


def _plasticity(settings: Settings, inputs: int) -> dict[str, float]:
    """Return the constants of inhibition, homeostasis, learning and normalisation."""
    c, stdp, exc = settings.constants, settings.constants["stdp"], settings.constants["excitatory"]
    return {
        "rise": exc["theta_plus"] * min(settings.neurons / PUBLISHED_NEURONS, 1),
        "remain": float(np.exp(-(c["shown"] + c["rest"]) / exc["tau_theta"])),
        "inhibition": c["coupling"]["inhibit"],
        "decay_fast": settings.decay(stdp["tau_post"]),
        "decay_slow": settings.decay(stdp["tau_slow"]),
        "a": stdp["a"],
        "b": stdp["b"],
        "target": c["normalize_to"] * (inputs if c["normalize"] == "sum" else 1),
    }
