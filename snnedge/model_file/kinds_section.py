"""Kinds section: builds an ``IntegerModel`` from JSON values and arrays of hand-written kinds."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import kinds
from ..errors import InputError
from ..model.integer_model import STORAGES, IntegerModel
from ..model.kind import Kind
from ..model.limits import MAX_PARTS, MAX_UNITS
from ..model.network import Encoder, Population, Projection, Readout
from ..model.parameter import defaults
from ..model.schema import read_stated
from ..support.checked import Fields, show
from .envelope import Parts

MAX_FLOAT = 1e300  # of scales and dt: finite

Tensors = Mapping[str, np.ndarray]


def build(parts: Parts, tensors: Tensors) -> IntegerModel:
    """Return the model of the ``parts`` of a header and of the arrays. Raises ``InputError``."""
    top, section = parts.top, parts.section
    populations, projections = (
        section.each("populations", MAX_PARTS),
        section.each("projections", MAX_PARTS),
    )
    names, scales = [p.label("name") for p in populations], top.fields("scales")
    content: dict[str, Any] = {
        "name": top.text("name"),
        "dt": top.number("dt", 0, MAX_FLOAT),
        "steps": parts.steps,
        "bits": section.integer("bits", 4, 8),
        "encoder": _encoder(parts, tensors),
        "populations": tuple(_population(p, parts, tensors) for p in populations),
        "projections": tuple(_projection(k, s, parts, tensors) for k, s in enumerate(projections)),
        "readout": Readout(labels=_tensor(top, tensors, "readout.labels", np.int16), **parts.readout),
        "scales": {name: scales.number(name, 0, MAX_FLOAT) for name in names},
        "wide": {name: p.flag("wide") for name, p in zip(names, populations, strict=True)},
        "provenance": dict(top.fields("provenance").content),
        "storage": top.choice("storage", STORAGES) if "storage" in top.content else "auto",
    }
    try:
        return IntegerModel(**content)
    except InputError as error:
        raise InputError(f"{top.file}: {error}") from error


def _encoder(parts: Parts, tensors: Tensors) -> Encoder:
    fields = parts.encoder
    kind = kinds.encoder(fields.choice("kind", tuple(kinds.wire_names("encoders"))))
    params = _params(fields, kind, parts, tensors, "encoder")
    return Encoder(kind, parts.shape, params, **read_stated(Encoder, fields))


def _population(fields: Fields, parts: Parts, tensors: Tensors) -> Population:
    name = fields.label("name")
    kind = kinds.neuron(fields.choice("kind", tuple(kinds.wire_names("neurons"))))
    params = _params(fields, kind, parts, tensors, f"populations.{name}")
    return Population(
        name, kind, fields.integer("size", 1, MAX_UNITS), params, **read_stated(Population, fields)
    )


def _projection(k: int, fields: Fields, parts: Parts, tensors: Tensors) -> Projection:
    kind = kinds.synapse(fields.choice("kind", tuple(kinds.wire_names("synapses"))))
    path, empty = f"projections.{k}", np.zeros(0, np.int8)
    weights = _tensor(fields, tensors, f"{path}.weights", np.int8) if kind.has_weights else empty
    params = _params(fields, kind, parts, tensors, path)
    source, target = fields.label("source"), fields.label("target")
    return Projection(source, target, kind, weights, params, **read_stated(Projection, fields))


def _params(fields: Fields, kind: Kind, parts: Parts, tensors: Tensors, path: str) -> dict[str, Any]:
    """Return the scalars that ``fields`` state, else their defaults, and the arrays below ``path``."""
    version, scalars = parts.top.content["version"], fields.fields("scalars")
    if kind.since > version:
        raise fields.error("kind", f"{kind} has changed since format version {version}; export it again")
    usual = kind.in_files(defaults(kind.parameters))
    stated = Fields(usual | scalars.content, scalars.file, scalars.path)
    wires = {name: kind.wire_of(name) for name in (*kind.scalars, *kind.arrays)}
    found = {name: stated.integer(wires[name], *limits) for name, limits in kind.scalars.items()}
    return found | {n: _tensor(fields, tensors, f"{path}.{wires[n]}", np.int16) for n in kind.arrays}


def _tensor(fields: Fields, tensors: Tensors, name: str, dtype: type) -> np.ndarray:
    """Return the tensor ``name``. Raises ``InputError`` when it is missing, or of another dtype."""
    if name not in tensors:
        raise InputError(f"{fields.file}: tensor {show(name)} is missing; export the model again")
    array = tensors[name]
    if array.dtype != dtype:
        raise InputError(f"{fields.file}: tensor {show(name)} is {array.dtype}, not {np.dtype(dtype).name}")
    return array
