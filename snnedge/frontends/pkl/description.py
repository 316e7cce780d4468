"""The neutral description of a user's network: what its file and the options say, before any target."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Description:
    """One population of ``neuron_kind`` with ``params``, and its input ``weights`` (inputs, neurons).

    ``dt`` in seconds; ``steps`` per sample; ``shape`` of a sample; ``encoder``: parameters of
    error_diffusion; ``inhibition``: what a spike subtracts from all other neurons, 0 for nothing;
    ``nearest``: whether the nearest neuron answers for a silent sample. ``ignored``: names in the file
    from which no value was taken. ``assumed``: subject -> what is taken for granted, and its option.
    """

    name: str
    dt: float
    steps: int
    shape: tuple[int, ...]
    neuron_kind: str
    params: Mapping[str, Any]
    weights: np.ndarray
    labels: np.ndarray
    classes: int
    encoder: Mapping[str, Any]
    inhibition: float
    nearest: bool
    ignored: tuple[str, ...]
    assumed: Mapping[str, str]
