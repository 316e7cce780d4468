"""Quantise a float network: weights, thresholds and membranes become integers."""

from ..compiler import calibrate
from ..compiler import quantize as quantizer
from ..compiler.calibrate import Calibration
from ..data import Dataset
from ..errors import InputError
from ..model.integer_model import IntegerModel
from ..model.limits import DEFAULT_BITS
from ..model.network import Network
from .models import Floats, Supplied, open_network, title
from .samples import described


def quantize(
    network: Floats,
    bits: int | None = None,
    *,
    clip: float | None = None,
    calibration: Calibration | Dataset | None = None,
    supplied: Supplied = None,
) -> IntegerModel:
    """Return the integer model of ``network``, a value or a model.pkl.

    ``bits`` per weight: 8 (None), 6 or 4. ``clip``: a quantile of the weights' magnitudes, 0.9 to 1.
    That magnitude and all larger ones get the largest code. None: the quantile that the training has
    stored in the network, or 1 if it has stored none. ``calibration``: training samples, or the ranges
    of a float run on some. The scale is chosen such that membranes in these ranges fit int16.
    ``supplied``: values that a model.pkl of another program lacks. Raises ``InputError``.

        model = api.quantize("model.pkl", bits=4)
        snnedge.Runtime(model).predict(images)
    """
    source = open_network(network, supplied)
    seen = calibrated(source, calibration) if isinstance(calibration, Dataset) else calibration
    return quantized(source, title(network), bits, clip, seen)


def quantized(
    network: Network,
    called: str,
    bits: int | None,
    clip: float | None,
    calibration: Calibration | None = None,
) -> IntegerModel:
    """Return the integer model of ``network``, which messages call ``called``.

    Raises ``InputError``.
    """
    try:
        return quantizer.quantize(network, DEFAULT_BITS if bits is None else bits, calibration, clip)
    except InputError as error:
        raise InputError(f"{called}: {error}") from error


def calibrated(network: Network, samples: Dataset) -> Calibration:
    """Return the ranges that the float ``network`` reaches on ``samples``."""
    ranges, _ = calibrate.calibrate(network, samples.images, described(samples))
    return ranges
