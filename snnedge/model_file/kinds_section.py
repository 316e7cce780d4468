"""Kinds section: builds an ``IntegerModel`` from JSON values and arrays of hand-written kinds."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .. import kinds
from ..errors import InputError
from ..model.integer_model import IntegerModel
from ..model.kind import Kind
from ..model.network import Encoder, Population, Projection, Readout
from ..model.parameter import defaults
from ..model.schema import Stored, stored_fields
from .checks import integer, typed


def build(header: dict[str, Any], tensors: Mapping[str, np.ndarray]) -> IntegerModel:
    """Return the model of a header of versions 1 and 2 and the arrays. Raises ``InputError``."""
    graph = header["graph"]

    def params(path: str, kind: Kind, item: dict[str, Any]) -> dict[str, Any]:
        if kind.since > header["version"]:
            stale = f"{kind} has changed since format version {header['version']}"
            raise InputError(f"{stale}; export the model again")
        stated = defaults(kind.parameters) | item["scalars"]
        scalars = {name: integer(stated[name]) for name in kind.scalars}
        return scalars | {n: _tensor(tensors, f"{path}.{n}", np.int16) for n in kind.arrays}

    encoder = kinds.encoder(graph["encoder"]["kind"])
    populations = graph["populations"]
    shape = tuple(integer(n) for n in graph["encoder"]["shape"])
    readout = dict(graph["readout"])
    return IntegerModel(
        name=typed(header["name"], str),
        dt=typed(header["dt"], float),
        steps=integer(graph["steps"]),
        bits=integer(graph["bits"]),
        encoder=Encoder(encoder, shape, params("encoder", encoder, graph["encoder"])),
        populations=tuple(_population(p, params) for p in populations),
        projections=tuple(_projection(k, s, params, tensors) for k, s in enumerate(graph["projections"])),
        readout=Readout(
            population=readout["population"],
            labels=_tensor(tensors, "readout.labels", np.int16),
            classes=integer(readout["classes"]),
            exit_margin=integer(readout["exit_margin"]),
            nearest=typed(readout["nearest"], bool),
            class_names=tuple(typed(name, str) for name in readout.get("class_names", ())),
        ),
        scales={p["name"]: typed(header["scales"][p["name"]], float) for p in populations},
        wide={p["name"]: typed(p["wide"], bool) for p in populations},
        provenance=dict(header["provenance"]),
        storage=typed(header.get("storage", "auto"), str),
    )


ReadParams = Callable[[str, Kind, dict[str, Any]], dict[str, Any]]


def _population(p: dict[str, Any], params: ReadParams) -> Population:
    name, kind = typed(p["name"], str), kinds.neuron(p["kind"])
    size = integer(p["size"])
    return Population(name, kind, size, params(f"populations.{name}", kind, p), **_options(Population, p))


def _projection(
    k: int, s: dict[str, Any], params: ReadParams, tensors: Mapping[str, np.ndarray]
) -> Projection:
    kind, path = kinds.synapse(s["kind"]), f"projections.{k}"
    weights = _tensor(tensors, f"{path}.weights", np.int8) if kind.has_weights else np.zeros(0, np.int8)
    stated = params(path, kind, s)
    return Projection(s["source"], s["target"], kind, weights, stated, **_options(Projection, s))


def _options(part: type, item: dict[str, Any]) -> dict[str, Any]:
    """Return the optional fields of ``part`` that the file states."""
    return {
        name: _option(declared, item[name])
        for name, declared in stored_fields(part).items()
        if name in item
    }


def _option(declared: Stored, value: Any) -> Any:
    if declared.sizes:
        return tuple(integer(n) for n in typed(value, list))
    return typed(value, str) if declared.choices else integer(value)


def _tensor(tensors: Mapping[str, np.ndarray], name: str, dtype: type) -> np.ndarray:
    array = tensors[name]
    if array.dtype != dtype:
        raise InputError(f"tensor {name!r} is {array.dtype}, expected {np.dtype(dtype).name}")
    return array
