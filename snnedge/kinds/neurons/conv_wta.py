"""`conv_wta`: shared features, winner takes all, pooled (integer-contract.md, "conv_wta").

A scan visits ``rows`` x ``columns`` positions. At each the map with the largest distance to threshold wins
and fires into all pooling windows that contain the position. Unit cell * maps + map fires once in a sample.

``image_width``: width of the source's image, in pixels. ``threshold``: one per map, in units of the
weights. ``position_stride``: pixels from a position to the next. ``origin``: pixel of the upper left
position. ``pool``, ``stride``: size and distance of the pooling windows, in positions.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...model.kind import NeuronKind, State, cut_nothing
from ...model.limits import MAX_UNITS
from ...model.network import Population, require
from ...model.parameter import Parameter, defaults
from ...simulator import scan_order
from ...simulator.arithmetic import FloatingPoint
from ...simulator.synaptic_input import SynapticInput
from . import if_wta

PARAMETERS = {
    "maps": Parameter("", low=1, high=MAX_UNITS, integer=True),
    "rows": Parameter("", low=1, high=MAX_UNITS, integer=True),
    "columns": Parameter("", low=1, high=MAX_UNITS, integer=True),
    "image_width": Parameter("", low=1, high=MAX_UNITS, integer=True),
    "pool": Parameter("", low=1, high=255, integer=True),
    "stride": Parameter("", low=1, high=255, integer=True),
    "threshold": Parameter("membrane", per="maps"),
    "origin": Parameter("", low=0, high=MAX_UNITS, integer=True, default=scan_order.DEFAULT_ORIGIN),
    "position_stride": Parameter("", low=1, high=255, integer=True, default=scan_order.DEFAULT_STRIDE),
}
SCALARS = {
    **dict.fromkeys(("maps", "rows", "columns", "image_width"), (1, MAX_UNITS)),
    **dict.fromkeys(("pool", "stride"), (1, 255)),
    "origin": (0, MAX_UNITS),
    "position_stride": (1, 255),
}
WIRE_NAMES = {"image_width": "line", "origin": "first", "position_stride": "spacing"}

scales = if_wta.scales


def check(p: Population) -> None:
    """Raise ``InputError`` unless the sizes of ``p`` agree and are in range."""
    where, maps, size = f"populations.{p.name}", p.params["maps"], p.size
    params = {**defaults(PARAMETERS), **p.params}
    for name, (low, high) in SCALARS.items():
        require(low <= params[name] <= high, f"{where}.{name}", f"{params[name]} is outside {low}..{high}")
    require(p.params["stride"] <= p.params["pool"], f"{where}.stride", "is larger than pool")
    units = maps * cells(p.params, "rows") * cells(p.params, "columns")
    require(units == size, f"{where}.size", f"{size}, but the pooled maps have {units} units")


def cells(params: Mapping[str, Any], axis: str) -> int:
    """Return the number of pooling windows along ``axis``, "rows" or "columns"."""
    return int(1 - (-max(params[axis] - params["pool"], 0) // params["stride"]))


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Return all parameters, with twice the threshold: the update compares it with twice the sum."""
    return {**defaults(PARAMETERS), **params, "threshold": 2 * np.asarray(params["threshold"])}


def quantize(params: Mapping[str, Any], scales: Mapping[str, float]) -> dict[str, Any]:
    """Return the integer parameters."""
    return {**params, "threshold": np.rint(np.asarray(params["threshold"]) * scales["membrane"])}


def initial(samples: int, size: int, dtype: type) -> State:
    """Return the state before the first step; ``fired`` is bool (samples, size)."""
    return {"fired": np.zeros((samples, size), bool), "step": np.zeros(samples, np.int64)}


def step(
    params: Mapping[str, Any], state: State, inputs: SynapticInput, arithmetic: FloatingPoint
) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool (samples, size)."""
    y, x = scan_order.visited(params["rows"], params["columns"], int(state["step"][0]))
    current, delivered = inputs.current_at(scan_order.first_pixels(params, y, x), params["maps"])
    best = (2 * current - params["threshold"]).argmax(axis=2)
    won = np.arange(params["maps"]) == best[:, :, None]
    won &= (delivered > 0)[:, :, None]
    spikes = _pool(params, y, x, won) & ~state["fired"]
    state["fired"] = state["fired"] | spikes
    state["step"] = state["step"] + 1
    return spikes


def _pool(params: Mapping[str, Any], y: np.ndarray, x: np.ndarray, won: np.ndarray) -> np.ndarray:
    """Return the units whose window contains a win, bool (n, units); ``won``: bool (n, positions, maps)."""
    contains = windows(params, y, x).astype(np.int64)
    pooled = np.einsum("cp,npk->nck", contains, won.astype(np.int64)) > 0
    return np.asarray(pooled.reshape(len(won), -1))


def windows(params: Mapping[str, Any], y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return whether each pooling window contains each position (y, x): bool (cells, positions)."""
    down, across = _windows(params, "rows", y), _windows(params, "columns", x)
    return np.asarray((down[:, None, :] & across[None, :, :]).reshape(len(down) * len(across), len(y)))


def _windows(params: Mapping[str, Any], axis: str, positions: np.ndarray) -> np.ndarray:
    """Return whether windows along ``axis`` contain ``positions``: bool (windows, positions)."""
    start = params["stride"] * np.arange(cells(params, axis))[:, None]
    return np.asarray((start <= positions) & (positions < start + params["pool"]))


KIND = NeuronKind(
    module=__name__,
    wire_names=WIRE_NAMES,
    parameters=PARAMETERS,
    scalars=SCALARS,
    arrays=("threshold",),
    discretize=discretize,
    scales=scales,
    quantize=quantize,
    initial=initial,
    step=step,
    cut=cut_nothing,
    check=check,
    inhibition="winner-take-all at each position",
    scans_map=True,
)
