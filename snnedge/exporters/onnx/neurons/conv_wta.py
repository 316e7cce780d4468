"""`conv_wta` in ONNX. Tables say where each phase looks; their last row is for steps that look nowhere."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ....kinds.neurons.conv_wta import cells
from ....model.network import Population
from ....simulator import scan_order
from ..synaptic_input import Inputs
from ..tensor import INT64, State, Tensor

PHASES = scan_order.PHASE.size
PITCH = len(scan_order.PHASE)  # positions of one phase lie this far apart


def initial(p: Population, zero: Tensor) -> State:
    """``fired``: bool (n, units)."""
    return {"fired": (zero > 0).expand(1, p.size)}


def step(p: Population, state: State, inputs: Inputs) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, units)."""
    phase, maps = inputs.step.minimum(PHASES), p.params["maps"]
    drive, delivered = inputs.drive_at(_row(phase, _places(p.params), INT64), maps)
    best = (drive * 2 - p.params["threshold"]).argmax(2)
    won = best.equals(np.arange(maps)) & (delivered > 0)
    spikes = _pool(p.params, phase, won) & ~state["fired"]
    state["fired"] = state["fired"] | spikes
    return spikes


def _pool(params: Mapping[str, Any], phase: Tensor, won: Tensor) -> Tensor:
    """Units that hear of a win: bool (n, units), of ``won`` (n, positions, maps): down, then across."""
    tables = {axis: _windows(params, axis) for axis in ("rows", "columns")}
    down, across = (_row(phase, table, np.uint8) for table in tables.values())
    lines = tables["rows"].shape[2]
    heard = down @ won.to(np.uint8).reshape(0, lines, -1) > 0
    shape = (0, tables["rows"].shape[1], tables["columns"].shape[2], params["maps"])
    heard = across @ heard.to(np.uint8).reshape(*shape) > 0
    return heard.reshape(0, -1)


def _row(phase: Tensor, table: np.ndarray, dtype: Any) -> Tensor:
    return phase.graph.constant(table, dtype).take(phase, 0)


def _positions(params: Mapping[str, Any], axis: str, phase: int) -> np.ndarray:
    """y (or x) of the positions that ``phase`` visits, padded with -1."""
    visited = np.unique(scan_order.visited(params["rows"], params["columns"], phase)[axis == "columns"])
    found = np.full(-(-params[axis] // PITCH), -1)
    found[: len(visited)] = visited
    return found


def _places(params: Mapping[str, Any]) -> np.ndarray:
    """Places that each phase visits, int64 (phases + 1, positions), -1 for none."""
    table = []
    for phase in range(PHASES + 1):
        y = _positions(params, "rows", phase)[:, None]
        x = _positions(params, "columns", phase)
        table.append(np.where((y >= 0) & (x >= 0), scan_order.places(params, y, x), -1).ravel())
    return np.array(table)


def _windows(params: Mapping[str, Any], axis: str) -> np.ndarray:
    """Pooling windows along ``axis`` with the positions of each phase: (phases + 1, windows, positions)."""
    start = params["stride"] * np.arange(cells(params, axis))[:, None]
    at = [_positions(params, axis, phase) for phase in range(PHASES + 1)]
    return np.array([(start <= k) & (k < start + params["pool"]) for k in at])
