"""`conv_wta` in ONNX. Tables hold the positions of each phase; the last row is for steps without any."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ....kinds.neurons.conv_wta import cells
from ....model.network import Population
from ....simulator import scan_order
from ..synaptic_input import SynapticInput
from ..tensor import INT64, State, Tensor

PHASES = scan_order.PHASE.size
PITCH = len(scan_order.PHASE)  # distance of the positions of one phase


def initial(p: Population, zero: Tensor) -> State:
    """Return the state before the first step: ``fired``, bool (n, units)."""
    return {"fired": (zero > 0).expand(1, p.size)}


def step(p: Population, state: State, inputs: SynapticInput) -> Tensor:
    """Advance ``state`` by one step; return the spikes, bool (n, units)."""
    phase, maps = inputs.step.minimum(PHASES), p.params["maps"]
    current, delivered = inputs.current_at(_row(phase, _first_pixels(p.params), INT64), maps)
    best = (current * 2 - p.params["threshold"]).argmax(2)
    won = best.equals(np.arange(maps)) & (delivered > 0)
    spikes = _pool(p.params, phase, won) & ~state["fired"]
    state["fired"] = state["fired"] | spikes
    return spikes


def _pool(params: Mapping[str, Any], phase: Tensor, won: Tensor) -> Tensor:
    """Return the units whose window contains a win, bool (n, units): along rows, then along columns.

    ``won``: bool (n, positions, maps).
    """
    tables = {axis: _windows(params, axis) for axis in ("rows", "columns")}
    down, across = (_row(phase, table, np.uint8) for table in tables.values())
    lines = tables["rows"].shape[2]
    pooled = down @ won.to(np.uint8).reshape(0, lines, -1) > 0
    shape = (0, tables["rows"].shape[1], tables["columns"].shape[2], params["maps"])
    pooled = across @ pooled.to(np.uint8).reshape(*shape) > 0
    return pooled.reshape(0, -1)


def _row(phase: Tensor, table: np.ndarray, dtype: Any) -> Tensor:
    """Return the row ``phase`` of ``table`` as ``dtype``."""
    return phase.graph.constant(table, dtype).take(phase, 0)


def _positions(params: Mapping[str, Any], axis: str, phase: int) -> np.ndarray:
    """Return y (or x) of the positions that ``phase`` visits, filled up with -1."""
    visited = np.unique(scan_order.visited(params["rows"], params["columns"], phase)[axis == "columns"])
    found = np.full(-(-params[axis] // PITCH), -1)
    found[: len(visited)] = visited
    return found


def _first_pixels(params: Mapping[str, Any]) -> np.ndarray:
    """Return the first pixel of each patch by phase, int64 (phases + 1, positions), filled up with -1."""
    table = []
    for phase in range(PHASES + 1):
        y = _positions(params, "rows", phase)[:, None]
        x = _positions(params, "columns", phase)
        table.append(np.where((y >= 0) & (x >= 0), scan_order.first_pixels(params, y, x), -1).ravel())
    return np.array(table)


def _windows(params: Mapping[str, Any], axis: str) -> np.ndarray:
    """Return whether windows along ``axis`` contain positions: bool (phases + 1, windows, positions)."""
    start = params["stride"] * np.arange(cells(params, axis))[:, None]
    at = [_positions(params, axis, phase) for phase in range(PHASES + 1)]
    return np.array([(start <= k) & (k < start + params["pool"]) for k in at])
