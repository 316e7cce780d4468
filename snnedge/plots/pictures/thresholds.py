"""Thresholds: how the thresholds of each population are distributed."""

from typing import TYPE_CHECKING

import numpy as np

from ...kinds.neurons.if_ttfs import NEVER
from ...model.integer_model import IntegerModel
from ...model.integers import INT16_MAX
from .. import histogram
from ..figure import Subject
from ..labels import weight_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NEEDS = ()


def obstacle(subject: Subject) -> str:
    return "" if reached(subject) else "no threshold can be reached: the nearest neuron answers"


def draw(figure: "Figure", subject: Subject) -> None:
    parts = {_title(name, values): values for name, values in reached(subject).items()}
    histogram.draw(figure, parts, weight_unit(subject.graph), "thresholds")


def reached(subject: Subject) -> dict[str, np.ndarray]:
    """Return the thresholds of each population, without those that mean "never"."""
    never = INT16_MAX if isinstance(subject.graph, IntegerModel) else NEVER
    found = {
        p.name: np.atleast_1d(p.params["threshold"])
        for p in subject.graph.populations
        if "threshold" in p.params
    }
    kept = {name: values[values < never] for name, values in found.items()}
    return {name: values for name, values in kept.items() if len(values)}


def _title(name: str, values: np.ndarray) -> str:
    same = values.min() == values.max()
    return f"{name}: {len(values)}" + (f", all {values[0]:.6g}" if same else f", mean {values.mean():.4g}")
