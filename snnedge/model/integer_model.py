"""Integer model: the network in integers, which all integer back ends run."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import InputError
from ..model.integers import INT16_MAX, INT16_MIN
from ..support.plugins import choose
from . import weight_codes
from .kind import RECEPTORS, Params
from .limits import BITS
from .network import (
    Encoder,
    Graph,
    Interface,
    Population,
    Projection,
    Readout,
    check_delays,
    check_graph,
    inputs_of,
    unit_count,
)
from .parameter import defaults
from .schema import as_json, check_stored

STORAGES = ("auto", "dense", "sparse")


@dataclass(frozen=True)
class IntegerModel(Interface):
    """The integer network. Its parts are those of ``Network`` with integers in place of floats.

    ``bits``: 8, 6 or 4, of every weight whose projection does not state its own. ``scales``: per
    population, integer = float x scale, for weights, thresholds and membranes. ``wide``: whether the
    synaptic sum of a population needs int32. Weights are int8 in the shape of their kind, arrays int16,
    scalars int32. ``storage``: how matrices are stored (``compiler.tables.packed``). The hash leaves out
    ``storage`` and ``provenance``. Raises ``InputError`` when a value is out of the contract's range.
    """

    name: str
    dt: float
    steps: int
    bits: int
    encoder: Encoder
    populations: tuple[Population, ...]
    projections: tuple[Projection, ...]
    readout: Readout
    scales: Mapping[str, float]
    wide: Mapping[str, bool]
    provenance: Params = field(default_factory=dict)
    storage: str = "auto"

    def __post_init__(self) -> None:
        choose(self.storage, STORAGES, "storage")
        check_graph(self)
        _check_integers(self)

    @cached_property
    def hash(self) -> int:
        """64-bit model hash (integer-contract.md, "Model hash")."""
        graph, tensors = describe(self)
        digest = hashlib.blake2b(canonical(graph).encode(), digest_size=8)
        for array in tensors.values():
            digest.update(array.tobytes())
        return int.from_bytes(digest.digest(), "little")

    @property
    def hash_text(self) -> str:
        """The hash as 16 hexadecimal digits."""
        return f"{self.hash:016x}"


def canonical(value: Any) -> str:
    """Return ``value`` as JSON text, the same for equal values."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def describe(model: IntegerModel) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return all that influences a result: the graph as JSON values, the arrays in a fixed order."""
    tensors: dict[str, np.ndarray] = {}

    def part(path: str, item: Encoder | Population | Projection) -> dict[str, Any]:
        kind = item.kind
        for name in kind.arrays:
            tensors[f"{path}.{kind.wire_of(name)}"] = np.ascontiguousarray(item.params[name], "<i2")
        scalars = {name: int(item.params[name]) for name in kind.scalars}
        usual = defaults(kind.parameters)  # left out, so that models without them keep their hashes
        changed = {name: value for name, value in scalars.items() if value != usual.get(name)}
        return {"kind": kind.wire, "scalars": kind.in_files(changed)} | as_json(item, hashed=True)

    encoder = part("encoder", model.encoder) | {"shape": list(model.encoder.shape)}
    populations = []
    for p in model.populations:
        own = part(f"populations.{p.name}", p)
        populations.append(own | {"name": p.name, "size": p.size, "wide": model.wide[p.name]})
    projections = []
    for k, s in enumerate(model.projections):
        own = part(f"projections.{k}", s)
        projections.append(own | {"source": s.source, "target": s.target})
        if s.kind.has_weights:
            tensors[f"projections.{k}.weights"] = np.ascontiguousarray(s.weights, "i1")
    tensors["readout.labels"] = np.ascontiguousarray(model.readout.labels, "<i2")
    graph = {
        "bits": model.bits,
        "steps": model.steps,
        "encoder": encoder,
        "populations": populations,
        "projections": projections,
        "readout": {"population": model.readout.population} | as_json(model.readout, hashed=True),
    }
    return graph, tensors


def _check_integers(model: IntegerModel) -> None:
    """Raise ``InputError`` unless every integer is in the contract's range and the sums are proved."""
    choose(str(model.bits), map(str, sorted(BITS)), "bits")
    check_delays(model)
    _check_part(model.encoder, "encoder")
    for p in model.populations:
        _check_part(p, f"populations.{p.name}")
        for name in p.kind.arrays:
            entries = p.kind.parameters[name].entries(p.params, p.size)
            _check_range(p.params[name], INT16_MIN, INT16_MAX, f"populations.{p.name}.{name}", entries)
        bound = sum_bound(model, p.name)
        if bound > (2**31 - 1 if model.wide[p.name] else INT16_MAX):
            raise InputError(f"populations.{p.name}: the synaptic sum may reach {bound}: overflow")
        if not 0 < model.scales[p.name] < np.inf:
            raise InputError(f"populations.{p.name}: scale {model.scales[p.name]} is not a positive number")
    order = {p.name: k for k, p in enumerate(model.populations)}
    targets = [order[s.target] for s in model.projections]
    if targets != sorted(targets):
        raise InputError("projections: not in the order of their targets")
    for s in model.projections:
        where = f"projections.{s.source}->{s.target}"
        _check_part(s, where)
        top = 2 ** weight_codes.stored_bits(s.bits or model.bits) - 1
        _check_range(s.weights + np.int16(s.params.get("zero_point", 0)), 0, top, f"{where}.weights")


def _check_part(item: Encoder | Population | Projection, where: str) -> None:
    """Raise ``InputError`` unless the declared fields and scalars of ``item`` are in range."""
    check_stored(item, where)
    for name, (low, high) in item.kind.scalars.items():
        _check_range(item.params[name], low, high, f"{where}.{name}")


def _check_range(values: Any, low: int, high: int, where: str, size: int | None = None) -> None:
    """Raise ``InputError`` unless ``values`` are within ``low``..``high``, of shape (size,) if given."""
    array = np.asarray(values)
    if size is not None and array.shape != (size,):
        raise InputError(f"model field {where!r}: shape {array.shape}, expected {(size,)}")
    if array.size and not (low <= array.min() and array.max() <= high):
        raise InputError(f"model field {where!r}: values outside {low}..{high}")


def sum_bound(model: Graph, population: str) -> int:
    """Return the largest magnitude of a synaptic sum of ``population`` in one step, at any receptor."""
    sums = dict.fromkeys(RECEPTORS, 0)
    for s in inputs_of(model, population):
        size = unit_count(model, population)
        sums[s.receptor] += s.kind.bound(s, size)
    return max(sums.values())
