"""Conversion between the content of a model.pkl and a Network, field by field (model-pkl.md).

Kinds and parameters are written by their wire names, and read by these or by their names.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ... import kinds
from ...errors import InputError
from ...model.kind import Kind
from ...model.limits import MAX_STEPS, MAX_UNITS, MAX_WEIGHTS
from ...model.network import UNASSIGNED, Encoder, Network, Population, Projection, Readout
from ...model.parameter import Parameter
from ...model.schema import SECONDS, Stored, read_stated, stated, stored_fields
from ...support import plugins
from ...support.checked import Fields
from ...support.plain_values import plain

FORMAT = "snnedge-model"
VERSION = 2  # what is written: the fields of version 1 and a checksum
FIRST_CHECKED = 2  # the version since which files have a checksum
SCALAR_FIELDS = ("format", "version", "name", "dt", "steps", "reset_between_samples")
PART_FIELDS = ("encoder", "populations", "projections", "readout")
MAX_SECONDS = 1e6
OPTIONAL_FIELDS = ("units", "inhibition", "provenance")  # that a file may leave out


def to_network(content: Mapping[str, Any], file: str) -> Network:
    """Return the network that ``content`` describes; the checksum is not looked up.

    Raises ``InputError`` naming ``file`` and the field.
    """
    top = Fields(content, file)
    check_version(content, file)
    top.only((*SCALAR_FIELDS, *PART_FIELDS, *OPTIONAL_FIELDS))
    if not top.flag("reset_between_samples"):
        raise top.error("reset_between_samples", "is False; snnedge resets the state between samples")
    network = _network(top)
    _check_statements(Fields({"units": {}, "inhibition": {}, **content}, file), network)
    return network


def to_content(network: Network) -> dict[str, Any]:
    """Return what a model.pkl of ``network`` holds but for its checksum.

    It consists of plain dicts, lists, numbers, strings and arrays.
    """
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": network.name,
        "dt": network.dt,
        "steps": network.steps,
        "reset_between_samples": True,
        "encoder": _encoder_content(network.encoder),
        "populations": [_population_content(p) for p in network.populations],
        "projections": [_projection_content(p) for p in network.projections],
        "readout": _readout_content(network.readout),
        "units": _units(network),
        "inhibition": _inhibition(network),
        "provenance": plain(network.provenance, leaf=lambda value: value, sort=True),
    }


def check_version(content: Mapping[str, Any], file: str) -> int:
    """Return the version of ``content``. Raises ``InputError`` for one that is not read."""
    top = Fields(content, file)
    if top.text("format") != FORMAT:
        raise top.error("format", f"must be {FORMAT!r}")
    version = top.integer("version", 0, 2**31)
    if not 1 <= version <= VERSION:
        raise InputError(
            f"{file} is a model of version {version}; this snnedge reads versions 1 to {VERSION}:"
            " update snnedge, or write the model again with this one"
        )
    return version


def _encoder_content(encoder: Encoder) -> dict[str, Any]:
    fields = {"kind": encoder.kind.wire, "shape": tuple(encoder.shape), "params": _params_content(encoder)}
    return fields | stated(encoder)


def _population_content(p: Population) -> dict[str, Any]:
    fields = {"name": p.name, "kind": p.kind.wire, "size": p.size, "params": _params_content(p)}
    return fields | stated(p)


def _projection_content(p: Projection) -> dict[str, Any]:
    return {
        "source": p.source,
        "target": p.target,
        "kind": p.kind.wire,
        **({"weights": p.weights} if p.kind.has_weights else {}),
        "params": _params_content(p),
        **stated(p),
    }


def _params_content(part: Encoder | Population | Projection) -> dict[str, Any]:
    return part.kind.in_files(part.params)


def _readout_content(readout: Readout) -> dict[str, Any]:
    return {"population": readout.population, "labels": readout.labels, **stated(readout)}


def _network(top: Fields) -> Network:
    encoder = _encoder(top.fields("encoder"))
    populations = tuple(_population(fields) for fields in top.each("populations"))
    projections = tuple(_projection(fields) for fields in top.each("projections"))
    if sum(p.weights.size for p in projections) > MAX_WEIGHTS:
        raise top.error("projections", f"have more than {MAX_WEIGHTS} weights")
    parts: dict[str, Any] = {
        "name": top.name("name"),
        "dt": top.number("dt", 1e-9, 1e3),
        "steps": top.integer("steps", 1, MAX_STEPS),
        "encoder": encoder,
        "populations": populations,
        "projections": projections,
        "readout": _readout(top.fields("readout")),
        "provenance": top.fields("provenance").content if "provenance" in top.content else {},
    }
    try:
        return Network(**parts)
    except InputError as error:
        raise InputError(f"{top.file}: {error}") from error


def _encoder(fields: Fields) -> Encoder:
    fields.only(("kind", "shape", "params", *stored_fields(Encoder)))
    kind = kinds.encoder(_kind_name(fields, "encoders"))
    return Encoder(
        kind, fields.shape("shape", limit=MAX_UNITS), _params(fields, kind, 0), **_stored(Encoder, fields)
    )


def _kind_name(fields: Fields, folder: str) -> str:
    """Return the name of a kind that the file states, perhaps by its wire name."""
    stated = fields.text("kind")
    return kinds.wire_names(folder).get(stated) or fields.choice("kind", plugins.names(folder))


def _population(fields: Fields) -> Population:
    fields.only(("name", "kind", "size", "params", *stored_fields(Population)))
    kind = kinds.neuron(_kind_name(fields, "neurons"))
    size = fields.integer("size", 1, MAX_UNITS)
    params = _params(fields, kind, size)
    return Population(fields.name("name"), kind, size, params, **_stored(Population, fields))


def _projection(fields: Fields) -> Projection:
    kind = kinds.synapse(_kind_name(fields, "synapses"))
    weights = ("weights",) if kind.has_weights else ()
    optional = [name for name in stored_fields(Projection) if weights or name != "bits"]
    fields.only(("source", "target", "kind", "params", *optional, *weights))
    return Projection(
        source=fields.name("source"),
        target=fields.name("target"),
        kind=kind,
        weights=fields.floats("weights") if weights else np.zeros(0),
        params=_params(fields, kind, 0),
        **_stored(Projection, fields),
    )


def _stored(part: type, fields: Fields) -> dict[str, Any]:
    """Return the declared fields of ``part`` that the file states, with times in seconds."""
    return read_stated(part, fields, _in_seconds)


def _in_seconds(declared: Stored, fields: Fields, key: str) -> Any:
    return fields.number(key, 0, MAX_SECONDS) if declared.unit == SECONDS else declared.read(fields, key)


def _readout(fields: Fields) -> Readout:
    fields.only(("population", "labels", *stored_fields(Readout)))
    stored = _stored(Readout, fields)
    labels = fields.integers("labels", UNASSIGNED, stored["classes"] - 1).astype(np.int16)
    return Readout(fields.name("population"), labels, **stored)


def _params(fields: Fields, kind: Kind, size: int) -> dict[str, Any]:
    params, known = fields.fields("params"), kind.parameters
    params.only((*map(kind.wire_of, known), *(set(known) & set(kind.wire_names))))
    read: dict[str, Any] = {}
    for name, parameter in known.items():
        key = _stated_key(params, name, kind.wire_of(name))
        read[name] = _param(params, key, parameter, parameter.entries(read, size) if parameter.per else 0)
    return read


def _stated_key(params: Fields, name: str, wire: str) -> str:
    """Return the key under which ``params`` have the parameter ``name``: its wire name, or its name."""
    if name == wire or name not in params.content:
        return wire
    if wire in params.content:
        raise params.error(name, f"is there twice: also as {wire!r}; keep one")
    return name


def _param(fields: Fields, key: str, parameter: Parameter, entries: int) -> Any:
    if parameter.choices:
        return fields.choice(key, parameter.choices)
    if parameter.default is not None and key not in fields.content:
        return parameter.default
    if parameter.integer:
        return fields.integer(key, int(parameter.low), int(parameter.high))
    if not parameter.per:
        return fields.number(key, parameter.low, parameter.high)
    array = fields.floats(key, parameter.low, parameter.high)
    if array.shape != (entries,):
        raise fields.error(key, f"has shape {array.shape}, expected {(entries,)}")
    return array


def _units(network: Network, wire: bool = True) -> dict[str, str]:
    """Return the unit of every field that has one. ``wire``: parameters by their wire names.

    "membrane" is any unit, the same for weights and thresholds; "leak" is the target's leak conductance.
    """
    kind_at: dict[str, Kind] = {"encoder": network.encoder.kind}
    kind_at |= {f"populations.{p.name}": p.kind for p in network.populations}
    kind_at |= {_path(p): p.kind for p in network.projections}
    units = {"dt": "s", **_weight_units(network)}
    for p in network.projections:
        units |= {
            f"{_path(p)}.{n}": d.unit
            for n, d in stored_fields(Projection).items()
            if d.unit and getattr(p, n)
        }
    for path, kind in kind_at.items():
        stated = ((name, p.unit) for name, p in kind.parameters.items() if p.unit)
        units |= {f"{path}.{kind.wire_of(name) if wire else name}": unit for name, unit in stated}
    return units


def _weight_units(network: Network) -> dict[str, str]:
    conductances = {p.name for p in network.populations if p.kind.conductances}
    units = {}
    for p in network.projections:
        field = "weights" if p.kind.has_weights else "weight"
        units[f"{_path(p)}.{field}"] = "leak" if p.target in conductances else "membrane"
    return units


def _path(p: Projection) -> str:
    return f"projections.{p.source}->{p.target}"


def _inhibition(network: Network) -> dict[str, str]:
    return {p.name: p.kind.inhibition for p in network.populations}


def _check_statements(top: Fields, network: Network) -> None:
    """Raise ``InputError`` unless the stated units and inhibition are those of ``network``."""
    units = _units(network, wire=False) | _units(network)
    for key, expected in (("units", units), ("inhibition", _inhibition(network))):
        stated = top.fields(key)
        stated.only(expected)
        for entry in stated.content:
            stated.choice(entry, (expected[entry],))
