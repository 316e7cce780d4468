"""`patch`: one patch of weights at every position of the source's map (integer-contract.md, "patch").

``weights``: shape (maps, rows, columns). ``image_width``: width of the map, in pixels. A patch with fewer
than ``min_active`` active pixels delivers nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ...model import weight_codes
from ...model.kind import SynapseKind
from ...model.limits import MAX_UNITS
from ...model.network import Graph, Population, Projection, population, require, unit_count
from ...model.parameter import Parameter
from ...model.window import Window
from ...simulator import scan_order
from . import dense

MAX_SIDE = 8  # of a patch: a row of it lies in two bytes of the map
MAX_STRIP, HALF_ROW = 5, 4  # pixels of a strip: a row of up to 5, or half of a longer one
MAPS_PER_BLOCK = 16  # maps that a kernel adds together
PARAMETERS = {
    "image_width": Parameter("", low=1, high=MAX_UNITS, integer=True),
    "min_active": Parameter("spike", low=1, high=MAX_SIDE**2, integer=True),
}
SCALARS = {
    **dense.SCALARS,
    "rows": (1, MAX_SIDE),
    "columns": (1, MAX_SIDE),
    "image_width": (1, MAX_UNITS),
    "min_active": (1, MAX_SIDE**2),
}
WIRE_NAMES = {**dense.WIRE_NAMES, "image_width": "line", "min_active": "least"}

largest_scale = dense.largest_scale


def check(graph: Graph, s: Projection) -> None:
    """Raise ``InputError`` unless the patch is of a valid size and fits the map at every position."""
    where = f"projections.{s.source}->{s.target}"
    shape, target, width = s.weights.shape, population(graph, s.target).params, s.params["image_width"]
    sound = len(shape) == 3 and all(1 <= side <= MAX_SIDE for side in shape[1:])
    require(sound, f"{where}.weights", f"shape {shape}, expected (maps, 1..{MAX_SIDE}, 1..{MAX_SIDE})")
    maps, rows, columns = shape
    require(maps == target["maps"], f"{where}.weights", f"{maps} maps, the target has {target['maps']}")
    stated = (s.params.get("rows", rows), s.params.get("columns", columns))
    require(stated == (rows, columns), f"{where}.rows", f"{stated} for weights of shape {shape}")
    lines, rest = divmod(unit_count(graph, s.source), target["image_width"])
    require(
        width == target["image_width"] and not rest,
        f"{where}.image_width",
        f"{width} does not fit source and target",
    )
    bottom, right = window(s, population(graph, s.target)).end((target["rows"], target["columns"]))
    inside = bottom <= lines and right <= width
    require(inside, f"{where}.weights", f"shape {shape} sticks out of the source at the last position")


def window(s: Projection, target: Population) -> Window:
    """Return the window through which a neuron of ``target`` reads the source's map."""
    _, rows, columns = s.weights.shape
    top, left = divmod(target.params.get("origin", scan_order.DEFAULT_ORIGIN), s.params["image_width"])
    stride = target.params.get("position_stride", scan_order.DEFAULT_STRIDE)
    return Window((rows, columns), (stride, stride), origin=(top, left))


def quantize(s: Projection, scale: float, bits: int) -> Mapping[str, int]:
    """Return the integer parameters."""
    _, rows, columns = s.weights.shape
    zero_point = weight_codes.zero_point(s.weights, bits)
    return {"zero_point": zero_point, "rows": rows, "columns": columns, **s.params}


def _by_pixel(s: Projection) -> Projection:
    """Return the patch as a matrix of shape (pixels of the patch, maps)."""
    return replace(s, weights=np.ascontiguousarray(s.weights.reshape(len(s.weights), -1).T))


def pack(s: Projection, bits: int) -> np.ndarray:
    """Return the table of csrc/weights/patch_sums.h: uint8 (blocks, strips, sets, ``MAPS_PER_BLOCK``)."""
    maps, _, columns = s.weights.shape
    width = 1 if weight_codes.stored_bits(bits) == 8 else columns if columns <= MAX_STRIP else HALF_ROW
    stored = s.weights.astype(np.int64) + s.params["zero_point"]
    padded = np.pad(stored, ((0, -maps % MAPS_PER_BLOCK), (0, 0), (0, -columns % width)))
    pixels = padded.reshape(-1, MAPS_PER_BLOCK, padded[0].size // width, width).transpose(0, 2, 3, 1)
    sets = np.arange(1, 2**width)[:, None] >> np.arange(width) & 1
    return np.ascontiguousarray((sets @ pixels).astype(np.uint8))


def bound(s: Projection, targets: int) -> int:
    """Return the largest magnitude of a synaptic sum, when every pixel of the patch is active."""
    return dense.bound(_by_pixel(s), targets)


def patches(s: Projection, active: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return the active pixels of each patch that delivers: bool (n, positions, pixels of the patch).

    ``active``: the map, bool (n, sources). ``positions``: first pixel of each patch on it, int64 (k,).
    """
    y, x = np.indices(s.weights.shape[1:])
    found = active[:, positions[:, None] + (y * s.params["image_width"] + x).ravel()]
    enough: np.ndarray = found.sum(axis=2, keepdims=True) >= s.params["min_active"]
    return np.asarray(found & enough)


def operations(graph: Graph, s: Projection, spikes: np.ndarray, steps: np.ndarray) -> int:
    """Return the synaptic operations for ``spikes`` bool (n, steps, sources); ``steps`` (n,) were run.

    Every active pixel of a patch that was visited counts once for each map.
    """
    target = population(graph, s.target).params
    step = scan_order.phases(target["rows"], target["columns"])
    y, x = np.indices(step.shape)
    active = np.asarray(spikes.any(axis=1))
    delivered = patches(s, active, scan_order.first_pixels(target, y, x).ravel()).sum(axis=2)
    return int((delivered * (step.ravel() < steps[:, None])).sum()) * len(s.weights)


KIND = SynapseKind(
    module=__name__,
    wire="shared",
    wire_names=WIRE_NAMES,
    parameters=PARAMETERS,
    scalars=SCALARS,
    check=check,
    largest_scale=largest_scale,
    quantize=quantize,
    bound=bound,
    pack=pack,
    operations=operations,
    patches=patches,
    reads_map=True,
)
