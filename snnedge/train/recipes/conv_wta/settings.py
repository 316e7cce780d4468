"""Settings of the recipe `conv_wta`: all that decides the result besides the images, checked."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ....compiler.quantize import LEAST_CLIP
from ....data import Dataset
from ....errors import InputError
from ....kinds.neurons import conv_wta
from ....kinds.synapses import patch
from ....model.exit_rule import exit_margin
from ....model.limits import MAX_UNITS
from ....model.network import require
from ....model.parameter import Parameter
from ... import schedule
from ...preset import Preset, as_option, checked, numbers, samples

READOUTS = ("margin", "prototypes")
BITS = (1, 4)
INTEGERS = {
    "seed": Parameter("", 0, 2**32 - 1, integer=True),
    "maps": Parameter("", 1, 4096, integer=True),
    "patch": Parameter("pixel", 1, 8, integer=True),
    "min_active": Parameter("pixel", 1, 64, integer=True),
    "pool": Parameter("", 1, 255, integer=True),
    "stride": Parameter("", 1, 255, integer=True),
    "crop": Parameter("pixel", 0, MAX_UNITS, integer=True),
    "position_stride": Parameter("pixel", 1, 255, integer=True),
    "shift": Parameter("pixel", 0, 16, integer=True),
    "feature_bits": Parameter("", 1, 4, integer=True),
}
MARGIN = {key: Parameter("", 1e-3, 1e3) for key in ("size", "initial_weight", "feedback_width")}
FEATURES = {
    "images": Parameter("", 1, 1e7, integer=True),
    "patches_per_image": Parameter("", 1, 1000, integer=True),
}
WEIGHT = Parameter("", 0, 1e3)
WIRE_NAMES = {**patch.WIRE_NAMES, **conv_wta.WIRE_NAMES}

Ends = tuple[float, float]  # first and last value of a linear schedule


@dataclass(frozen=True)
class Instar:
    """A stage of ``rules/instar``. ``rise`` falls to 0 over the first half of it."""

    initial_weight: Ends
    learning_rate: Ends
    rise: float


@dataclass(frozen=True)
class Stage:
    """A stage of ``samples`` presentations to the readout.

    ``rise`` of the conscience, in margins. ``exits``: a presentation ends with the decision. ``feedback``:
    learning rate of the features, 0 for none.
    """

    samples: int
    learning_rate: Ends
    rise: Ends
    exits: bool
    feedback: Ends = (0.0, 0.0)


@dataclass(frozen=True)
class Settings:
    """All that a training depends on besides its images; ``presets/conv-wta.toml`` explains the numbers.

    ``threshold``: gray value from which a pixel is on. ``exit``: threshold in margins, 0 for none.
    ``images``: number presented to layer 1. ``log_odds``: see ``prototype_readout``; 0 keeps the learned
    weights. ``clip``: quantile of the weights for the quantiser.
    """

    seed: int
    maps: int
    neurons: int
    readout: str
    exit: float
    threshold: int
    patch: int
    min_active: int
    pool: int
    stride: int
    crop: int
    position_stride: int
    feature_bits: int
    shift: int
    margin: float
    initial_weight: float
    images: int
    patches_per_image: int
    features: Instar
    prototypes: Instar
    log_odds: float
    stages: tuple[Stage, ...]
    clip: float
    feedback_width: float = 1.0

    @property
    def signed(self) -> bool:
        """Whether features may have negative weights, as feedback gives them."""
        return any(any(stage.feedback) for stage in self.stages)

    @property
    def samples(self) -> int:
        """Number of presentations to the readout."""
        return sum(stage.samples for stage in self.stages)

    @property
    def parts(self) -> dict[str, int]:
        """Number of presentations to each part of the network."""
        return {"layer 1": self.images, "the readout": self.samples}

    @property
    def supervised(self) -> bool:
        """Whether labels change weights, not only the labels of the neurons."""
        return self.readout == "margin"

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain dicts, lists, strings and numbers, by their names in files."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return {WIRE_NAMES.get(name, name): value for name, value in plain.items()}


def choose(preset: Preset, data: Dataset) -> Settings:
    """Return the settings of ``preset`` for ``data``. Raises ``InputError`` that names the option."""
    values = _sizes(preset, data.shape)
    _check(preset, values)
    count = samples(preset, len(data))
    margin = numbers(preset["margin"], MARGIN, "margin")
    features = numbers(preset["features"], FEATURES, "features")
    exits = checked(preset, "exit", Parameter("", 0.1, 1e3)) if exit_margin(preset["decision"]) else 0.0
    return Settings(
        **values,
        readout=preset["readout"],
        neurons=_neurons(preset, data.classes),
        exit=exits,
        threshold=_threshold(preset, data),
        margin=margin["size"],
        initial_weight=margin["initial_weight"],
        images=min(features["images"], count),
        patches_per_image=features["patches_per_image"],
        features=_instar(preset["features"], "features"),
        prototypes=_instar(preset["prototypes"], "prototypes"),
        log_odds=checked(preset["prototypes"], "log_odds", Parameter("", 0, 1), "prototypes"),
        stages=_stages(preset, count, bool(exits)),
        clip=checked(preset, "clip", Parameter("", LEAST_CLIP, 1)),
        feedback_width=margin["feedback_width"],
    )


def _sizes(preset: Preset, shape: tuple[int, int]) -> dict[str, int]:
    """Return the integers of ``preset``, with patch and crop limited by the images' ``shape``."""
    values = numbers(preset, INTEGERS)
    values["patch"] = min(values["patch"], *shape)
    values["crop"] = min(values["crop"], (min(shape) - values["patch"]) // 2)
    return values


def _check(preset: Preset, values: dict[str, int]) -> None:
    """Raise ``InputError`` for an unknown word, or options that exclude each other."""
    where = {"readout": READOUTS, "feature_bits": BITS}
    for key, known in where.items():
        if preset[key] not in known:
            raise InputError(f"--set {key}={preset[key]}: choose one of {', '.join(map(str, known))}")
    require(values["stride"] <= values["pool"], "--set stride", "is larger than pool")
    margin = exit_margin(preset["decision"])
    if margin > 1:
        raise InputError(
            f"--decision {preset['decision']}: the readout spikes once; choose first-spike or all-steps"
        )
    if margin and preset["readout"] == "prototypes":
        raise InputError("--set readout=prototypes: it has no thresholds; add --decision all-steps")


def _neurons(preset: Preset, classes: int) -> int:
    """Return the number of output neurons: ``neurons``, or ``neurons_per_class`` times ``classes``."""
    limit = Parameter("", 1, 32767, integer=True)
    if "neurons" in preset:
        neurons = int(checked(preset, "neurons", limit))
        if neurons < classes and preset["readout"] == "margin":
            raise InputError(f"--neurons {neurons}: give one or more for each of the {classes} classes")
        return neurons
    each = checked(preset, "neurons_per_class", limit)
    return int(checked({"neurons": each * classes}, "neurons", limit))


def _threshold(preset: Preset, data: Dataset) -> int:
    """Return the gray value, 1..255, from which a pixel is on."""
    share: float = checked(preset, "bright", Parameter("", 0, 1))
    return max(math.ceil(share * int(data.images.max(initial=0))), 1)


def _stages(preset: Preset, count: int, exits: bool) -> tuple[Stage, ...]:
    """Return the stages of the readout, which divide ``count`` presentations by their shares."""
    tables = {f"stages.{k}": table for k, table in enumerate(preset["stages"])}
    if preset["readout"] == "prototypes":
        tables = {"prototypes": preset["prototypes"] | {"share": 1, "rise": [0, 0], "exits": False}}
    tables = {name: table for name, table in tables.items() if exits or not table["exits"]}
    shares = [checked(table, "share", Parameter("", 0, 1e3), name) for name, table in tables.items()]
    ends = np.cumsum([0, *shares])
    samples = np.diff(np.rint(count * ends / max(ends[-1], 1e-9))).astype(int).tolist()
    parts = zip(tables.items(), samples, strict=True)
    found = [_stage(preset, table, count, name) for (name, table), count in parts]
    return tuple(stage for stage in found if stage.samples)


def _stage(preset: Preset, table: Preset, count: int, name: str) -> Stage:
    rate, rise = (_ends(table, key, schedule.FACTOR, name) for key in ("learning_rate", "rise"))
    return Stage(count, rate, rise, bool(table["exits"]), _feedback(preset, table, name))


def _feedback(preset: Preset, table: Preset, name: str) -> Ends:
    """Return the schedule of the feedback in the stage ``table``, at ``name`` of the preset."""
    ends = _ends({"feedback": [0, 0]} | table, "feedback", schedule.FACTOR, name)
    if any(ends) and table["exits"]:
        raise InputError("--set stages: a stage with feedback has no exits: whole images are its lessons")
    if any(ends) and preset["feature_bits"] == 1:
        raise InputError("--set feature_bits=1: feedback gives features signs; leave it at 4")
    return ends


def _instar(table: Preset, name: str) -> Instar:
    rise = checked(table, "rise", Parameter("", 0, 1e6), name)
    weights = _ends(table, "initial_weight", WEIGHT, name)
    return Instar(weights, _ends(table, "learning_rate", schedule.LEARNING_RATE, name), rise)


def _ends(table: Mapping[str, Any], key: str, limits: Parameter, name: str) -> Ends:
    """Return the pair at ``key`` after a check that its values are within ``limits``."""
    ends, where = table[key], f"{name}.{key}"
    if not (isinstance(ends, Sequence) and len(ends) == 2):
        example = "give the first and the last value, as in [0.05, 0.001]"
        raise InputError(f"{as_option(where, repr(ends))}: {example}")
    schedule.checked(ends, 2, limits, where)
    return float(ends[0]), float(ends[1])
