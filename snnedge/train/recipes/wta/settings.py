"""Settings of the recipe `wta`: everything that decides the result besides the images, from a preset."""

import copy
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ....compiler.quantize import LEAST_CLIP
from ....data import Dataset
from ....data import contrast as enhance
from ....errors import InputError
from ....kinds.encoders import error_diffusion
from ....model.exit_rule import exit_margin
from ....model.parameter import Parameter
from ... import schedule, weight_normalization
from ...preset import MAX_SAMPLES, Preset, by_size, checked, numbers, samples
from ...schedule import Schedule

MAX_NEURONS = 32767  # Brian2 numbers a dense layer's synapses with 32 bits: this times 65535 inputs
MAX_WEIGHT = 1e6
SHARE = Parameter("", 0, 1)
AWAY = Parameter("", -1, 1)  # as schedule.STEP; below 0 weights move away

CONSTANTS = {  # fields of `Settings` that the preset gives as they are
    "neurons": Parameter("", 1, MAX_NEURONS, integer=True),
    "seed": Parameter("", 0, 2**32 - 1, integer=True),
    "steps": Parameter("step", 1, 65535, integer=True),
    "spikes_per_sample": error_diffusion.PARAMETERS["spikes_per_sample"],
    "max_rate": error_diffusion.PARAMETERS["max_rate"],
    "initial_weight": Parameter("membrane", 0, MAX_WEIGHT),
    "initial_threshold": Parameter("membrane", 0, MAX_WEIGHT),
    "target_spikes": Parameter("spike", 0, 65535),
    "block": Parameter("", 1, MAX_SAMPLES, integer=True),
    "normalize_to": Parameter("", 1e-6, MAX_WEIGHT),
}
TABLES = {  # the same, as tables
    "enhance": enhance.RANGES,
    "prune": {"inputs": SHARE, "memory": SHARE, "synapses": SHARE},
    "adapt": {"patience": Parameter("", 0, 10**6, integer=True), "factor": SHARE},
}


@dataclass(frozen=True)
class Stage:
    """``samples`` presentations under one ``rule``, a name of ``RULES``.

    ``attract``, ``repel``: gains, see ``wta_simulator.Chunk``, or the learning rate of the margin rule;
    ``rise``: factor on the preset's. ``equal_thresholds``: first set all to their mean. ``margin``: in
    thresholds; ``shift``: images move by up to so many pixels.
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
        """Whether labels decide what is learned."""
        return RULES[self.rule]


RULES = {"stdp": False, "rstdp": True, "margin": True}  # which of them use labels


@dataclass(frozen=True)
class Settings:
    """What a training depends on besides its images; ``presets/wta.toml`` explains the numbers.

    ``clip``: what the quantiser is told.
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
        """Presentations in all stages."""
        return sum(stage.samples for stage in self.stages)

    @property
    def parts(self) -> dict[str, int]:
        """As in ``recipe.Settings``."""
        return {"network": self.samples}

    @property
    def supervised(self) -> bool:
        """Whether labels decided more than the label of each neuron."""
        return any(stage.supervised for stage in self.stages)

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
        return {**asdict(self), "stages": [asdict(stage) for stage in self.stages]}


def choose(preset: Preset, data: Dataset) -> Settings:
    """``preset`` for ``data``, every number checked. Raises ``InputError`` that names the option.

    ``samples`` presentations, if there are any in the preset, else ``epochs`` times all images.
    """
    values = numbers(preset, CONSTANTS)
    tables: dict[str, Any] = {name: numbers(preset[name], ranges, name) for name, ranges in TABLES.items()}
    rise = checked(by_size(preset, "rise"), "rise", Parameter("membrane", 0, MAX_WEIGHT))
    clip = checked(preset["margin"], "clip", Parameter("", LEAST_CLIP, 1), "margin")
    stages = _stages(preset, len(data))
    _check(preset, tables)
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
    """All stages: those without labels, then R-STDP, then the margin rule."""
    first = _unsupervised(preset["stages"], samples(preset, images))
    rewarded, raced = (_presentations(preset, key, images) for key in ("rstdp_epochs", "margin_epochs"))
    found = [*first, _rstdp(preset["rstdp"], rewarded), _margin(preset["margin"], raced)]
    return tuple(stage for stage in found if stage.samples or not stage.supervised)


def _presentations(preset: Preset, key: str, images: int) -> int:
    epochs: float = checked(preset, key, Parameter("", 0, MAX_SAMPLES / images))
    return round(epochs * images)


def _unsupervised(tables: list[Mapping[str, Any]], count: int) -> list[Stage]:
    share = Parameter("", 0, 1e3)
    shares = [checked(table, "share", share, f"stages.{k}") for k, table in enumerate(tables)]
    whole = max(sum(shares), 1e-9)
    ends = np.rint(count * np.cumsum([0, *shares]) / whole).astype(int)
    parts = enumerate(zip(tables, np.diff(ends).tolist(), strict=True))
    return [_stdp(table, part, f"stages.{k}") for k, (table, part) in parts]


def _stdp(table: Mapping[str, Any], count: int, name: str) -> Stage:
    rate = _schedule(table, "learning_rate", count, schedule.STEP, name)
    rise = _schedule(table, "rise", count, schedule.FACTOR, name)
    return Stage(count, "stdp", rate, rate, rise, table["equal_thresholds"])


def _rstdp(table: Mapping[str, Any], count: int) -> Stage:
    attract = _schedule(table, "attract", count, schedule.STEP, "rstdp")
    return Stage(count, "rstdp", attract, _schedule(table, "repel", count, AWAY, "rstdp"))


def _margin(table: Mapping[str, Any], count: int) -> Stage:
    limits = {"margin": Parameter("", 1e-6, 1e6), "shift": Parameter("pixel", 0, 100, integer=True)}
    rate = _schedule(table, "learning_rate", count, schedule.FACTOR, "margin")
    return Stage(count, "margin", rate, rate, **numbers(table, limits, "margin"))


def _schedule(table: Mapping[str, Any], key: str, count: int, limits: Parameter, name: str) -> Schedule:
    """A copy of the schedule at ``key``, checked over ``count`` samples."""
    return copy.deepcopy(schedule.checked(table[key], count, limits, f"{name}.{key}"))


def _check(preset: Preset, tables: Mapping[str, Any]) -> None:
    """What is no range."""
    if preset["normalize"] not in weight_normalization.RULES:
        rules = ", ".join(weight_normalization.RULES)
        raise InputError(f"--set normalize={preset['normalize']!r}: choose one of {rules}")
    window = tables["enhance"]["window"]
    if window and window % 2 == 0:
        raise InputError(f"--set enhance.window={window}: give an odd number, or 0")
