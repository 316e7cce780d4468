"""Remedies: what to change where the integers do not answer as the float network does."""

from collections.abc import Iterator

import numpy as np

from ..backends import open_backend
from ..compiler import quantize as quantizer
from ..compiler.calibrate import Calibration
from ..data import Dataset
from ..errors import InputError
from ..measure.accuracy import accuracy
from ..model.integer_model import IntegerModel
from ..model.limits import BITS
from ..model.network import Network
from ..runtime.runtime import Runtime

LEAST_AGREEMENT = 0.9  # share of samples
MOST_LOST = 0.5  # share of weights
CLIPS = (0.9999, 0.999, 0.99, 0.95, 0.9)
TRIED = 500  # samples


def warning(
    network: Network,
    model: IntegerModel,
    agreement: float | None,
    calibration: Calibration | None = None,
    samples: Dataset | None = None,
) -> str | None:
    """Return one line if ``model`` answers unlike ``network``, or lost most of its weights; else None.

    ``agreement``: share of samples with the same label, None if it was not measured. The remedies are
    tried on ``samples``, which must not be those of the report.
    """
    lost = _lost(network, model)
    if agreement is not None and agreement < LEAST_AGREEMENT:
        problem = f"only {agreement:.1%} of the samples have the label of the float network"
    elif lost > MOST_LOST:
        problem = f"{lost:.0%} of the weights that are not 0 became 0"
    else:
        return None
    if samples is None:
        return f"{problem}; try --clip 0.99 or more --bits, with data to measure on"
    return f"{problem}; {_remedy(network, model, calibration, samples.take(slice(TRIED)))}"


def _lost(network: Network, model: IntegerModel) -> float:
    """Return the share of the weights of ``network`` other than 0 that are 0 in ``model``."""
    order = [p.name for p in network.populations]
    floats = sorted(network.projections, key=lambda s: order.index(s.target))
    pairs = [(f.weights != 0, i.weights == 0) for f, i in zip(floats, model.projections, strict=True)]
    before = sum(int(given.sum()) for given, _ in pairs)
    return sum(int((given & zero).sum()) for given, zero in pairs) / max(before, 1)


def _remedy(
    network: Network, model: IntegerModel, calibration: Calibration | None, samples: Dataset
) -> str:
    """Return what the best remedy gives on ``samples``."""
    expected = open_backend("float", model, network).run(samples.images).labels
    now = accuracy(Runtime(model).predict(samples.images), expected)
    best, option = max(_tried(network, model, calibration, samples, expected), default=(0.0, ""))
    where = f"{len(samples)} samples of {samples.name} {samples.split}"
    if best <= now:
        return f"neither --clip nor more --bits gives more than the {now:.1%} on {where}"
    return f"{option} gives {best:.1%} on {where}, where it is {now:.1%}"


def _tried(
    network: Network,
    model: IntegerModel,
    calibration: Calibration | None,
    samples: Dataset,
    expected: np.ndarray,
) -> Iterator[tuple[float, str]]:
    """Yield the agreement of each remedy, and the option that it is."""
    options: list[tuple[int, float | None, str]] = [(model.bits, c, f"--clip {c:g}") for c in CLIPS]
    options += [(bits, None, f"--bits {bits}") for bits in BITS if bits > model.bits]
    for bits, clip, option in options:
        try:
            changed = quantizer.quantize(network, bits, calibration, clip)
        except InputError:  # rounded weights have one scale
            continue
        yield accuracy(Runtime(changed).predict(samples.images), expected), option
