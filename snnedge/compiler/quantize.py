"""Quantisation: Network + Calibration -> IntegerModel, by the rules of integer-contract.md."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import InputError
from ..model import weight_codes
from ..model.integer_model import IntegerModel, sum_bound
from ..model.integers import INT16_MAX
from ..model.limits import BITS, DEFAULT_BITS
from ..model.network import Network, Population, Projection
from ..support.plain_values import plain
from . import reach
from .calibrate import Calibration
from .discretize import Discrete, discretize, naming

LEAST_CLIP = 0.9  # a lower quantile clips weights that decide


def quantize(
    net: Network,
    bits: int = DEFAULT_BITS,
    calibration: Calibration | None = None,
    clip: float | None = None,
) -> IntegerModel:
    """Return the integer model of ``net`` with ``bits`` (8, 6 or 4) per weight.

    ``clip``: the quantile (0.9..1) of the weights' magnitudes that gets the largest code. Larger weights
    are clipped. None: the one in the network's provenance, else 1. With a ``calibration`` the scales also
    hold the largest membranes of that run. Raises ``InputError`` for a parameter out of the contract's
    ranges.
    """
    if bits not in BITS:
        raise InputError(f"--bits {bits}: choose one of {', '.join(map(str, BITS))}")
    clip = _clip(net, clip)
    grid = reach.cut(discretize(net), calibration)
    scales = {p.name: _scales(grid, p, bits, calibration, clip) for p in grid.populations}
    order = [p.name for p in grid.populations]
    projections = tuple(
        _quantize_projection(s, scales[s.target][s.receptor], s.bits or bits)
        for s in sorted(grid.projections, key=lambda s: order.index(s.target))
    )
    quantized = replace(grid, projections=projections)
    encoder = grid.encoder.kind
    return IntegerModel(
        name=net.name,
        dt=net.dt,
        steps=net.steps,
        bits=bits,
        encoder=replace(grid.encoder, params=encoder.quantize(grid.encoder.params)),
        populations=tuple(_quantize_population(p, scales[p.name]) for p in grid.populations),
        projections=projections,
        readout=replace(net.readout, labels=np.asarray(net.readout.labels, np.int16)),
        scales={name: found["membrane"] for name, found in scales.items()},
        wide={name: sum_bound(quantized, name) > INT16_MAX for name in order},
        provenance=plain(net.provenance, _printable) | {"clip": clip},
    )


def _clip(net: Network, chosen: float | None) -> float:
    """Return the quantile ``chosen``, or the one that training recommends in the provenance of ``net``."""
    where = "field 'provenance.clip'" if chosen is None else "--clip"
    value = net.provenance.get("clip", 1.0) if chosen is None else chosen
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not LEAST_CLIP <= value <= 1:
        raise InputError(f"{where} {value!r}: give a number from {LEAST_CLIP} to 1")
    return float(value)


def _printable(value: Any) -> Any:
    """Return ``value`` as JSON holds it: a script may put any object into the provenance."""
    if isinstance(value, np.ndarray):
        return f"array of {value.dtype}, shape {value.shape}"
    finite = isinstance(value, float) and np.isfinite(value)
    return value if finite or value is None or isinstance(value, (bool, int, str)) else repr(value)


def _scales(
    grid: Discrete, p: Population, bits: int, calibration: Calibration | None, clip: float
) -> dict[str, float]:
    """Return the scales of ``p``: of the membrane, and of the weights at each receptor."""
    neurons = p.kind
    inputs = reach.scaled_inputs(grid, p, calibration)
    seen = calibration.populations[p.name].reach if calibration else {}
    finest = {
        receptor: min((_finest(s, bits, clip) for s in inputs if s.receptor == receptor), default=np.inf)
        for receptor in neurons.receptors
    }
    scales: dict[str, float] = neurons.scales(p.params, finest, seen)
    if not np.isfinite(list(scales.values())).all():
        raise InputError(f"populations.{p.name}: all weights and thresholds are zero; train it first")
    for s in inputs:
        if s.bits and scales[s.receptor] != 1:
            needed = f"{scales[s.receptor]:.3g} is needed"
            raise InputError(f"populations.{p.name}: its rounded weights have scale 1, but {needed}")
    return scales


def _finest(s: Projection, bits: int, clip: float) -> float:
    """Return the largest scale at which the weights of ``s`` have codes."""
    return 1.0 if s.bits else s.kind.largest_scale(s, bits, clip)


def _quantize_population(p: Population, scales: Mapping[str, float]) -> Population:
    with naming(p):
        params = p.kind.quantize(p.params, scales)
    arrays = {name: np.asarray(params[name]).astype(np.int16) for name in p.kind.arrays}
    return replace(p, params={name: int(params[name]) for name in p.kind.scalars} | arrays)


def _quantize_projection(s: Projection, scale: float, bits: int) -> Projection:
    top = weight_codes.largest_weight(s.weights, bits)
    if s.bits and not ((np.rint(s.weights) == s.weights) & (np.abs(s.weights) <= top)).all():
        where = f"projections.{s.source}->{s.target}.weights"
        raise InputError(f"{where}: not integers of {bits} bits, although the network says so")
    weights = np.clip(np.rint(s.weights * scale), -top, top).astype(np.int8)
    return replace(s, weights=weights, params=dict(s.kind.quantize(s, scale, bits)))
