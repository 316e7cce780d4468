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
from .checks import dicts, integer, typed


def build(header: dict[str, Any], tensors: Mapping[str, np.ndarray]) -> IntegerModel:
    """Return the model of a header of versions 1 and 2 and the arrays. Raises ``InputError``."""
    graph = typed(header["graph"], dict, "graph")

    def params(path: str, kind: Kind, item: dict[str, Any]) -> dict[str, Any]:
        if kind.since > header["version"]:
            stale = f"{kind} has changed since format version {header['version']}"
            raise InputError(f"{stale}; export the model again")
        stated = defaults(kind.parameters) | typed(item["scalars"], dict, f"{path}.scalars")
        scalars = {name: integer(stated[name], f"{path}.{name}") for name in kind.scalars}
        return scalars | {n: _tensor(tensors, f"{path}.{n}", np.int16) for n in kind.arrays}

    source = typed(graph["encoder"], dict, "encoder")
    encoder = kinds.encoder(_word(source, "kind", "encoder"))
    populations = dicts(graph["populations"], "populations")
    projections = dicts(graph["projections"], "projections")
    shape = tuple(integer(n, "encoder.shape") for n in typed(source["shape"], list, "encoder.shape"))
    scales = typed(header["scales"], dict, "scales")
    return IntegerModel(
        name=typed(header["name"], str, "name"),
        dt=typed(header["dt"], float, "dt"),
        steps=integer(graph["steps"], "steps"),
        bits=integer(graph["bits"], "bits"),
        encoder=Encoder(encoder, shape, params("encoder", encoder, source)),
        populations=tuple(_population(p, params) for p in populations),
        projections=tuple(_projection(k, s, params, tensors) for k, s in enumerate(projections)),
        readout=_readout(graph["readout"], tensors),
        scales={p["name"]: typed(scales[p["name"]], float, f"scales.{p['name']}") for p in populations},
        wide={p["name"]: typed(p["wide"], bool, f"populations.{p['name']}.wide") for p in populations},
        provenance=dict(typed(header["provenance"], dict, "provenance")),
        storage=typed(header.get("storage", "auto"), str, "storage"),
    )


def _readout(stated: Any, tensors: Mapping[str, np.ndarray]) -> Readout:
    """Return the readout in the field ``readout``."""
    names = typed(typed(stated, dict, "readout").get("class_names", []), list, "readout.class_names")
    return Readout(
        population=_word(stated, "population", "readout"),
        labels=_tensor(tensors, "readout.labels", np.int16),
        classes=integer(stated["classes"], "readout.classes"),
        exit_margin=integer(stated["exit_margin"], "readout.exit_margin"),
        nearest=typed(stated["nearest"], bool, "readout.nearest"),
        class_names=tuple(typed(name, str, "readout.class_names") for name in names),
    )


ReadParams = Callable[[str, Kind, dict[str, Any]], dict[str, Any]]


def _population(p: dict[str, Any], params: ReadParams) -> Population:
    name = _word(p, "name", "populations")
    path, kind = f"populations.{name}", kinds.neuron(_word(p, "kind", f"populations.{name}"))
    size = integer(p["size"], f"{path}.size")
    return Population(name, kind, size, params(path, kind, p), **_options(Population, p, path))


def _projection(
    k: int, s: dict[str, Any], params: ReadParams, tensors: Mapping[str, np.ndarray]
) -> Projection:
    path = f"projections.{k}"
    kind = kinds.synapse(_word(s, "kind", path))
    weights = _tensor(tensors, f"{path}.weights", np.int8) if kind.has_weights else np.zeros(0, np.int8)
    stated = params(path, kind, s)
    source, target = (_word(s, end, path) for end in ("source", "target"))
    return Projection(source, target, kind, weights, stated, **_options(Projection, s, path))


def _word(item: dict[str, Any], key: str, path: str) -> str:
    """Return the text at ``key`` of the part at ``path``."""
    text: str = typed(item[key], str, f"{path}.{key}")
    return text


def _options(part: type, item: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the optional fields of ``part`` that the file states."""
    return {
        name: _option(declared, item[name], f"{path}.{name}")
        for name, declared in stored_fields(part).items()
        if name in item
    }


def _option(declared: Stored, value: Any, where: str) -> Any:
    if declared.sizes:
        return tuple(integer(n, where) for n in typed(value, list, where))
    return typed(value, str, where) if declared.choices else integer(value, where)


def _tensor(tensors: Mapping[str, np.ndarray], name: str, dtype: type) -> np.ndarray:
    array = tensors[name]
    if array.dtype != dtype:
        raise InputError(f"tensor {name!r} is {array.dtype}, expected {np.dtype(dtype).name}")
    return array
