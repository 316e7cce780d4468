"""Chunks of images for the simulator of `conductance`, with and without learning."""

import numpy as np

from ....data.contrast import presented
from ....kinds.encoders import poisson
from ....model.integers import Q16_ONE
from ....model.network import Encoder
from ....simulator.arithmetic import FixedPoint
from .settings import Settings
from .simulator import Chunk

SEED_STRIDE = 1_000_003  # between the random numbers of two trainings: more than presentations of one


def training_chunk(settings: Settings, images: np.ndarray, gains: np.ndarray, presentations: int) -> Chunk:
    """Return the chunk of uint8 ``images`` (n, rows, columns) from which the network learns.

    ``gains`` float (n,): factors on what is learned. ``presentations`` done before, repeats included.
    """
    c = settings.constants
    return Chunk(
        rates=_rates(settings, presented(images, c["enhance"])),
        gains=gains,
        seed=(settings.seed * SEED_STRIDE + presentations) % 2**31,
        stride=1,
        length=settings.steps(c["shown"] + c["rest"]),
        driven=settings.steps(c["shown"]),
        initial=c["start_intensity"],
        least=c["min_spikes"],
        cap=c["max_intensity"],
        keep=True,
    )


def inference_chunk(source: Encoder, dt: float, steps: int, images: np.ndarray) -> Chunk:
    """Return the chunk of uint8 ``images`` for a network that does not learn, as after its export.

    Each image is presented once, from rest, for ``steps`` steps of ``dt`` (s), without a repeat.
    """
    return Chunk(
        rates=_probabilities(source, dt, images),
        gains=np.zeros(len(images)),
        seed=int(source.params["seed"]),
        stride=0,
        length=steps,
        driven=steps,
        initial=1,
        least=0,
        cap=1,
        keep=False,
    )


def _rates(settings: Settings, images: np.ndarray) -> np.ndarray:
    """Return the rates of ``images`` at intensity 1, Q16 spikes per step, float (n, inputs)."""
    c = settings.constants
    return np.asarray(images.reshape(len(images), -1) * (c["rate"] * c["dt"] * Q16_ONE / 255))


def _probabilities(source: Encoder, dt: float, images: np.ndarray) -> np.ndarray:
    """Return the integer model's spike probabilities by the encoder ``source``, Q16, int (n, inputs)."""
    params = poisson.quantize(poisson.discretize(source.params, 1, dt))
    return poisson.begin(params, images.reshape(len(images), -1), FixedPoint(len(images)))["probability"]
