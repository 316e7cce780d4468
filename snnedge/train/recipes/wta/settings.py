"""Settings of the recipe `wta`: all that decides the result besides the images, checked from a preset."""

import copy
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ....compiler.quantize import LEAST_CLIP
from ....data import Dataset, contrast
from ....kinds.encoders import error_diffusion
from ....model.exit_rule import exit_margin
from ....model.limits import MAX_STEPS
from ....model.parameter import Parameter
from ... import pruning, schedule, weight_normalization
from ...preset import MAX_SAMPLES, Preset, checked, interpolated, numbers, samples
from ...schedule import Schedule

MAX_NEURONS = 32767  # Brian2 has 32-bit indices of synapses: this times 65535 inputs
MAX_WEIGHT = 1e6
SIGNED_RATE = Parameter("", -1, 1)  # a learning rate; below 0 weights move away

CONSTANTS = {  # fields of `Settings` that are numbers of the preset
    "neurons": Parameter("", 1, MAX_NEURONS, integer=True),
    "seed": Parameter("", 0, 2**32 - 1, integer=True),
    "steps": Parameter("step", 1, MAX_STEPS, integer=True),
    "spikes_per_sample": error_diffusion.PARAMETERS["spikes_per_sample"],
    "max_rate": error_diffusion.PARAMETERS["max_rate"],
    "initial_weight": Parameter("membrane", 0, MAX_WEIGHT),
    "initial_threshold": Parameter("membrane", 0, MAX_WEIGHT),
    "target_spikes": Parameter("spike", 0, 65535),
    "block": Parameter("", 1, MAX_SAMPLES, integer=True),
    "normalize_to": Parameter("", 1e-6, MAX_WEIGHT),
}
TABLES = {  # fields of `Settings` that are tables of the preset
    "enhance": contrast.RANGES,
    "prune": pruning.RANGES,
    "adapt": schedule.PLATEAU_RANGES,
}


@dataclass(frozen=True)
class Stage:
    """A stage of ``samples`` presentations under one ``rule``, a key of ``RULES``.

    ``attract``, ``repel``: gains of ``simulator.Chunk``, or the learning rate of the margin rule. ``rise``:
    factor on the preset's. ``equal_thresholds``: first set all thresholds to their mean. ``margin``: in
    units of the mean threshold. ``shift``: largest random offset of an image, in pixels.
    """

    samples: int
    rule: str
    attract: Schedule
    repel: Schedule
    rise: Schedule = 0.0
    equal_thresholds: bool = False
    margin: float = 0.0
    shift: int = 0

    @property
    def supervised(self) -> bool:
        """Whether labels decide the changes of the weights."""
        return RULES[self.rule]


RULES = {"stdp": False, "rstdp": True, "margin": True}  # whether they use labels


@dataclass(frozen=True)
class Settings:
    """All that a training depends on besides its images; ``presets/wta.toml`` explains the numbers.

    ``clip``: quantile of the weights for the quantiser.
    """

    neurons: int
    seed: int
    exit_margin: int
    steps: int
    spikes_per_sample: float
    max_rate: float
    initial_weight: float
    initial_threshold: float
    target_spikes: float
    rise: float
    clip: float
    block: int
    normalize: str
    normalize_to: float
    enhance: dict[str, Any]
    prune: dict[str, Any]
    adapt: dict[str, Any]
    stages: tuple[Stage, ...]

    @property
    def samples(self) -> int:
        """Number of presentations in all stages."""
        return sum(stage.samples for stage in self.stages)

    @property
    def parts(self) -> dict[str, int]:
        """Number of presentations to the network."""
        return {"network": self.samples}

    @property
    def supervised(self) -> bool:
        """Whether labels change weights, not only the labels of the neurons."""
        return any(stage.supervised for stage in self.stages)

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain dicts, lists, strings and numbers."""
        return {**asdict(self), "stages": [asdict(stage) for stage in self.stages]}

    def normalized(self, weights: np.ndarray) -> np.ndarray:
        """Return ``weights`` (inputs, neurons) after weight normalisation, float32."""
        to = self.normalize_to * (len(weights) if self.normalize == "sum" else 1)
        return weight_normalization.normalized(weights, self.normalize, to).astype(np.float32)


def choose(preset: Preset, data: Dataset) -> Settings:
    """Return the settings of ``preset`` for ``data``. Raises ``InputError`` that names the option."""
    values = numbers(preset, CONSTANTS)
    tables: dict[str, Any] = {name: numbers(preset[name], ranges, name) for name, ranges in TABLES.items()}
    rise = checked(interpolated(preset, "rise"), "rise", Parameter("membrane", 0, MAX_WEIGHT))
    clip = checked(preset["margin"], "clip", Parameter("", LEAST_CLIP, 1), "margin")
    stages = _stages(preset, len(data))
    weight_normalization.check_rule(preset["normalize"], f"--set normalize={preset['normalize']!r}")
    contrast.check_window(tables["enhance"])
    return Settings(
        exit_margin=exit_margin(preset["decision"]),
        stages=stages,
        clip=clip if any(stage.rule == "margin" for stage in stages) else 1.0,
        rise=float(rise),
        normalize=preset["normalize"],
        **values,
        **tables,
    )


def _stages(preset: Preset, images: int) -> tuple[Stage, ...]:
    """Return all stages: those without labels, then R-STDP, then the margin rule."""
    first = _unsupervised(preset["stages"], samples(preset, images))
    rewarded, raced = (_presentations(preset, key, images) for key in ("rstdp_epochs", "margin_epochs"))
    found = [*first, _rstdp(preset["rstdp"], rewarded), _margin(preset["margin"], raced)]
    return tuple(stage for stage in found if stage.samples or not stage.supervised)


def _presentations(preset: Preset, key: str, images: int) -> int:
    epochs: float = checked(preset, key, Parameter("", 0, MAX_SAMPLES / images))
    return round(epochs * images)


def _unsupervised(tables: list[Mapping[str, Any]], count: int) -> list[Stage]:
    """Return the stages of STDP, which divide ``count`` presentations by their shares."""
    share = Parameter("", 0, 1e3)
    shares = [checked(table, "share", share, f"stages.{k}") for k, table in enumerate(tables)]
    whole = max(sum(shares), 1e-9)
    ends = np.rint(count * np.cumsum([0, *shares]) / whole).astype(int)
    parts = enumerate(zip(tables, np.diff(ends).tolist(), strict=True))
    return [_stdp(table, part, f"stages.{k}") for k, (table, part) in parts]


def _stdp(table: Mapping[str, Any], count: int, name: str) -> Stage:
    rate = _schedule(table, "learning_rate", count, schedule.LEARNING_RATE, name)
    rise = _schedule(table, "rise", count, schedule.FACTOR, name)
    return Stage(count, "stdp", rate, rate, rise, table["equal_thresholds"])


def _rstdp(table: Mapping[str, Any], count: int) -> Stage:
    attract = _schedule(table, "attract", count, schedule.LEARNING_RATE, "rstdp")
    return Stage(count, "rstdp", attract, _schedule(table, "repel", count, SIGNED_RATE, "rstdp"))


def _margin(table: Mapping[str, Any], count: int) -> Stage:
    limits = {"margin": Parameter("", 1e-6, 1e6), "shift": Parameter("pixel", 0, 100, integer=True)}
    rate = _schedule(table, "learning_rate", count, schedule.FACTOR, "margin")
    return Stage(count, "margin", rate, rate, **numbers(table, limits, "margin"))


def _schedule(table: Mapping[str, Any], key: str, count: int, limits: Parameter, name: str) -> Schedule:
    """Return a copy of the schedule at ``key``, checked over ``count`` samples."""
    return copy.deepcopy(schedule.checked(table[key], count, limits, f"{name}.{key}"))
