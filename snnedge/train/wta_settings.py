"""Settings of the recipe `wta`: everything that decides the result besides the images, from a preset."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..data import Dataset
from ..decision import exit_margin
from ..encoders import error_diffusion
from ..parameters import Parameter
from .preset import MAX_SAMPLES, Preset, checked, samples

MAX_NEURONS = 32767  # Brian2 numbers a dense layer's synapses with 32 bits: this times 65535 inputs
MAX_WEIGHT = 1e6

CONSTANTS = {  # fields of `Settings` that the preset gives as they are
    "neurons": Parameter("", 1, MAX_NEURONS, integer=True),
    "seed": Parameter("", 0, 2**32 - 1, integer=True),
    "steps": Parameter("step", 1, 65535, integer=True),
    "spikes_per_sample": error_diffusion.PARAMETERS["spikes_per_sample"],
    "max_rate": error_diffusion.PARAMETERS["max_rate"],
    "initial_weight": Parameter("membrane", 0, MAX_WEIGHT),
    "initial_threshold": Parameter("membrane", 0, MAX_WEIGHT),
    "target_spikes": Parameter("spike", 0, 65535),
}

Ends = tuple[float, float]  # first and last value of a linear schedule


@dataclass(frozen=True)
class Stage:
    """``samples`` presentations. ``attract``, ``repel``: gains, see ``wta_simulator.Chunk``; ``rise``: of a
    threshold per spike, in units of the weights; ``equal_thresholds``: first set all to their mean.
    """

    samples: int
    attract: Ends
    repel: Ends
    rise: Ends
    equal_thresholds: bool
    supervised: bool


@dataclass(frozen=True)
class Settings:
    """What a training depends on besides its images; ``presets/wta.toml`` explains the numbers."""

    neurons: int
    seed: int
    exit_margin: int
    steps: int
    spikes_per_sample: float
    max_rate: float
    initial_weight: float
    initial_threshold: float
    target_spikes: float
    stages: tuple[Stage, ...]

    @property
    def samples(self) -> int:
        """Presentations in all stages."""
        return sum(stage.samples for stage in self.stages)

    @property
    def supervised(self) -> bool:
        """Whether labels decided more than the label of each neuron."""
        return any(stage.supervised for stage in self.stages)

    def as_dict(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain


def choose(preset: Preset, data: Dataset) -> Settings:
    """``preset`` for ``data``, every number checked. Raises ``InputError`` that names the option.

    ``samples`` presentations, if there are any in the preset, else ``epochs`` times all images.
    """
    values = {key: checked(preset, key, parameter) for key, parameter in CONSTANTS.items()}
    count = samples(preset, len(data))
    passes = checked(preset, "rstdp_epochs", Parameter("", 0, MAX_SAMPLES / len(data)))
    rise = float(np.interp(values["neurons"], preset["rise"]["neurons"], preset["rise"]["value"]))
    stages = _unsupervised(preset["stages"], count, rise)
    return Settings(
        exit_margin=exit_margin(preset["decision"]),
        stages=(*stages, *_supervised(preset["rstdp"], round(passes * len(data)))),
        **values,
    )


def _unsupervised(tables: list[Mapping[str, Any]], samples: int, rise: float) -> list[Stage]:
    ends = np.rint(samples * np.cumsum([0] + [table["share"] for table in tables])).astype(int)
    return [
        Stage(
            samples=int(count),
            attract=_ends(table["learning_rate"]),
            repel=_ends(table["learning_rate"]),
            rise=_ends(rise * factor for factor in table["rise"]),
            equal_thresholds=table["equal_thresholds"],
            supervised=False,
        )
        for table, count in zip(tables, np.diff(ends), strict=True)
    ]


def _supervised(table: Mapping[str, Any], samples: int) -> list[Stage]:
    attract, repel = _ends(table["attract"]), _ends(table["repel"])
    return [Stage(samples, attract, repel, (0.0, 0.0), False, True)] if samples else []


def _ends(values: Iterable[float]) -> Ends:
    first, last = values
    return float(first), float(last)
