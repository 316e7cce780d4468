"""Settings of a training: everything that decides the result besides the images. Constants come from
``presets/wta.toml``."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..decision import exit_margin
from ..errors import InputError

PRESET = Path(__file__).parent / "presets" / "wta.toml"
MAX_NEURONS = 32767  # Brian2 numbers a dense layer's synapses with 32 bits: this times 65535 inputs
MAX_SAMPLES = 2 * 10**7  # the plan holds 48 bytes for each; 333 epochs of MNIST

SHARED = (  # fields of `Settings` that the preset gives as they are
    "steps",
    "spikes_per_sample",
    "max_rate",
    "initial_weight",
    "initial_threshold",
    "target_spikes",
)

Ends = tuple[float, float]  # first and last value of a linear schedule


@dataclass(frozen=True)
class Stage:
    """``samples`` presentations. ``attract``, ``repel``: gains, see ``simulator.Chunk``; ``rise``: of a
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


def choose(
    data: str,
    images: int,
    neurons: int,
    *,
    epochs: float | None = None,
    samples: int | None = None,
    rstdp_epochs: float = 0,
    seed: int = 0,
    decision: str | None = None,
) -> Settings:
    """The preset for the data set ``data`` of ``images`` training images, with the user's choices.

    ``samples`` presentations, else ``epochs`` times ``images``, else the preset's epochs.
    Raises ``InputError`` that names the option.
    """
    preset = load_preset(data)
    chosen = preset["epochs"] if epochs is None else epochs
    _check("--neurons", neurons, 1, MAX_NEURONS)
    _check("--seed", seed, 0, 2**32 - 1)
    _check("--epochs", chosen, 0, MAX_SAMPLES / images)
    _check("--rstdp-epochs", rstdp_epochs, 0, MAX_SAMPLES / images)
    count = round(chosen * images) if samples is None else samples
    _check("--samples" if samples is not None else "--epochs", count, 1, MAX_SAMPLES)
    rise = float(np.interp(neurons, preset["rise"]["neurons"], preset["rise"]["value"]))
    stages = _unsupervised(preset["stages"], count, rise)
    return Settings(
        neurons=neurons,
        seed=seed,
        exit_margin=exit_margin(decision or preset["decision"]),
        stages=(*stages, *_supervised(preset["rstdp"], round(rstdp_epochs * images))),
        **{name: preset[name] for name in SHARED},
    )


def load_preset(data: str) -> dict[str, Any]:
    """The table [default], overridden by the one of the data set ``data``."""
    with PRESET.open("rb") as file:
        tables = tomllib.load(file)
    preset: dict[str, Any] = tables["default"] | tables.get(data, {})
    return preset


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


def _check(option: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"{option} {value}: give a number from {low} to {high:.0f}")
