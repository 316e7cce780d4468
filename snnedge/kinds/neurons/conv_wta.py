"""`conv_wta`: shared features, winner takes all, pooled (integer-contract.md, "conv_wta").

At each of ``rows`` x ``columns`` positions the winning one of ``maps`` fires into the pooling windows
around it. Unit cell * maps + map fires once in a sample. ``line`` is the width of the source;
``threshold`` is in units of the weights, one for each map. Neighbouring positions lie
``spacing`` pixels apart, the upper left one at pixel ``first``: a stride and a crop.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...model.kind import NeuronKind, State
from ...model.network import Population, require
from ...model.parameter import Parameter, defaults
from ...simulator import scan_order
from ...simulator.arithmetic import FloatingPoint
from ...simulator.synaptic_input import Inputs
from . import if_wta

PARAMETERS = {
    "maps": Parameter("", low=1, high=65535, integer=True),
    "rows": Parameter("", low=1, high=65535, integer=True),
    "columns": Parameter("", low=1, high=65535, integer=True),
    "line": Parameter("", low=1, high=65535, integer=True),
    "pool": Parameter("", low=1, high=255, integer=True),
    "stride": Parameter("", low=1, high=255, integer=True),
    "threshold": Parameter("membrane", per="maps"),
    "first": Parameter("", low=0, high=65535, integer=True, default=scan_order.FIRST),
    "spacing": Parameter("", low=1, high=255, integer=True, default=scan_order.SPACING),
}
SCALARS = {
    **dict.fromkeys(("maps", "rows", "columns", "line"), (1, 65535)),
    **dict.fromkeys(("pool", "stride"), (1, 255)),
    "first": (0, 65535),
    "spacing": (1, 255),
}

scales = if_wta.scales


def check(p: Population) -> None:
    """Raise ``InputError`` unless the sizes agree."""
    where, maps, size = f"populations.{p.name}", p.params["maps"], p.size
    params = {**defaults(PARAMETERS), **p.params}
    for name, (low, high) in SCALARS.items():
        require(low <= params[name] <= high, f"{where}.{name}", f"{params[name]} is outside {low}..{high}")
    require(p.params["stride"] <= p.params["pool"], f"{where}.stride", "is larger than pool")
    units = maps * cells(p.params, "rows") * cells(p.params, "columns")
    require(units == size, f"{where}.size", f"{size}, but the pooled maps have {units} units")


def cells(params: Mapping[str, Any], axis: str) -> int:
    """Number of pooling windows along ``axis``, "rows" or "columns"."""
    return int(1 - (-max(params[axis] - params["pool"], 0) // params["stride"]))


def discretize(params: Mapping[str, Any], dt: float) -> dict[str, Any]:
    """Parameters, all of them, with twice the threshold, as the update compares it."""
    return {**defaults(PARAMETERS), **params, "threshold": 2 * np.asarray(params["threshold"])}


def quantize(params: Mapping[str, Any], scales: Mapping[str, float]) -> dict[str, Any]:
    """Integer parameters."""
    return {**params, "threshold": np.rint(np.asarray(params["threshold"]) * scales["membrane"])}


def initial(samples: int, size: int, dtype: type) -> State:
    return {"fired": np.zeros((samples, size), bool), "step": np.zeros(samples, np.int64)}


def step(params: Mapping[str, Any], state: State, inputs: Inputs, arithmetic: FloatingPoint) -> np.ndarray:
    """Advance ``state`` by one step; return the spikes, bool, shape (samples, size)."""
    y, x = scan_order.visited(params["rows"], params["columns"], int(state["step"][0]))
    drive, delivered = inputs.drive_at(scan_order.places(params, y, x), params["maps"])
    best = (2 * drive - params["threshold"]).argmax(axis=2)
    won = np.arange(params["maps"]) == best[:, :, None]
    won &= (delivered > 0)[:, :, None]
    spikes = _pool(params, y, x, won) & ~state["fired"]
    state["fired"] = state["fired"] | spikes
    state["step"] = state["step"] + 1
    return spikes


def _pool(params: Mapping[str, Any], y: np.ndarray, x: np.ndarray, won: np.ndarray) -> np.ndarray:
    """Units that hear of a win: bool (n, units), of ``won`` (n, positions, maps)."""
    contains = windows(params, y, x).astype(np.int64)
    heard = np.einsum("cp,npk->nck", contains, won.astype(np.int64)) > 0
    return np.asarray(heard.reshape(len(won), -1))


def windows(params: Mapping[str, Any], y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Which pooling windows contain the positions (y, x): bool (cells, positions)."""
    down, across = _windows(params, "rows", y), _windows(params, "columns", x)
    return np.asarray((down[:, None, :] & across[None, :, :]).reshape(len(down) * len(across), len(y)))


def _windows(params: Mapping[str, Any], axis: str, positions: np.ndarray) -> np.ndarray:
    """Which pooling windows along ``axis`` contain ``positions``: bool (windows, positions)."""
    start = params["stride"] * np.arange(cells(params, axis))[:, None]
    return np.asarray((start <= positions) & (positions < start + params["pool"]))


KIND = NeuronKind(
    module=__name__,
    parameters=PARAMETERS,
    scalars=SCALARS,
    arrays=("threshold",),
    discretize=discretize,
    scales=scales,
    quantize=quantize,
    initial=initial,
    step=step,
    check=check,
    inhibition="winner-take-all at each position",
    scans_map=True,
)
