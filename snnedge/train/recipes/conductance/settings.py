"""Settings of the recipe `conductance`: a preset whose every number has been checked."""

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....data import Dataset, contrast
from ....errors import InputError
from ....model.exit_rule import exit_margin
from ....model.limits import MAX_STEPS
from ....model.parameter import Parameter
from ... import pruning, schedule, weight_normalization
from ...preset import Preset, numbers, samples

MAX_NEURONS = 32767  # Brian2 has 32-bit indices of synapses
TIME = Parameter("s", 1e-5, 1e6)
POTENTIAL = Parameter("mV", -1000, 1000)
WEIGHT = Parameter("", 0, 1e4)
NEURON = {
    "v_rest": POTENTIAL,
    "v_reset": POTENTIAL,
    "threshold": POTENTIAL,
    "tau": TIME,
    "tau_e": TIME,
    "tau_i": TIME,
    "e_exc": POTENTIAL,
    "e_inh": POTENTIAL,
    "refractory": Parameter("s", 0, 10),
}
RANGES: dict[str, dict[str, Parameter]] = {
    "": {
        "neurons": Parameter("", 2, MAX_NEURONS, integer=True),
        "seed": Parameter("", 0, 2**32 - 1, integer=True),
        "dt": Parameter("s", 1e-5, 1),
        "shown": TIME,
        "rest": Parameter("s", 0, 100),
        "rate": Parameter("Hz", 0, 1e6),
        "max_intensity": Parameter("", 0.01, 1e4),
        "min_spikes": Parameter("", 0, 1e6),
        "start_intensity": Parameter("", 0.01, 1e4),
        "initial_weight": WEIGHT,
        "connected": Parameter("", 1e-6, 1),
        "normalize_to": Parameter("", 1e-6, 1e4),
        "block": Parameter("", 1, 10**6, integer=True),
    },
    "excitatory": NEURON
    | {"theta": POTENTIAL, "theta_plus": POTENTIAL, "tau_theta": Parameter("s", 1e-3, 1e9)},
    "inhibitory": NEURON,
    "coupling": {"excite": WEIGHT, "inhibit": WEIGHT},
    "stdp": {
        "a": Parameter("", -10, 10),
        "b": Parameter("", -10, 10),
        "tau_pre": TIME,
        "tau_post": TIME,
        "tau_slow": TIME,
        "max_weight": Parameter("", 1e-6, 1e4),
    },
    "enhance": contrast.RANGES,
    "prune": pruning.RANGES,
    "adapt": schedule.PLATEAU_RANGES,
}
CHOICES = {
    "rule": ("pair", "triplet"),
    "inhibition": ("population", "lateral"),
    "normalize": weight_normalization.RULES,
}


@dataclass(frozen=True)
class Settings:
    """All that a training depends on besides its images.

    ``constants``: the checked preset. ``samples``: number of presentations, without repeats.
    """

    neurons: int
    seed: int
    samples: int
    exit_margin: int
    constants: Preset
    supervised: bool = False

    @property
    def parts(self) -> dict[str, int]:
        """Number of presentations to the network."""
        return {"network": self.samples}

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain dicts, lists, strings and numbers."""
        return {**copy.deepcopy(self.constants), "samples": self.samples, "exit_margin": self.exit_margin}

    def steps(self, seconds: float) -> int:
        """Return the number of steps in ``seconds``, rounded."""
        return round(seconds / float(self.constants["dt"]))

    def decay(self, tau: float) -> float:
        """Return the factor by which a step decays an exponential of the time constant ``tau`` (s)."""
        return float(np.exp(-self.constants["dt"] / tau))


def choose(preset: Preset, data: Dataset) -> Settings:
    """Return the settings of ``preset`` for ``data``. Raises ``InputError`` that names the option."""
    constants = preset | numbers(preset, RANGES[""])
    for table in RANGES.keys() - {""}:
        constants[table] = preset[table] | numbers(preset[table], RANGES[table], table)
    for key, words in CHOICES.items():
        if preset[key] not in words:
            raise InputError(f"--set {key}={preset[key]!r}: choose one of {', '.join(words)}")
    settings = Settings(
        neurons=constants["neurons"],
        seed=constants["seed"],
        samples=samples(preset, len(data)),
        exit_margin=exit_margin(preset["decision"]),
        constants=constants,
    )
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    """Raise ``InputError`` for numbers that contradict each other."""
    c, steps = settings.constants, settings.steps(settings.constants["shown"])
    schedule.checked(c["learning_rate"], settings.samples, schedule.FACTOR, "learning_rate")
    whole = settings.steps(c["shown"] + c["rest"])
    if not (steps >= 1 and whole <= MAX_STEPS):
        problem = f"{steps} steps of {c['dt']} s, {whole} with the rest, give 1..{MAX_STEPS} of them"
        raise InputError(f"--set shown={c['shown']}: {problem}")
    contrast.check_window(c["enhance"])
    for name, highest in (("excitatory", c["excitatory"]["theta"]), ("inhibitory", 0)):
        layer = c[name]
        if not layer["e_inh"] <= layer["v_reset"] <= min(layer["threshold"] + highest, layer["e_exc"]):
            order = "e_inh <= v_reset <= threshold <= e_exc"
            raise InputError(f"--set {name}.v_reset={layer['v_reset']}: {order} is needed")
