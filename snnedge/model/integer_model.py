"""IntegerModel: the network in integers, the one value that all back ends run. Saved as safetensors.

The file holds one tensor per array and one metadata key, ``snnedge``, with canonical JSON: it is
byte-reproducible, and everything read back is checked against the ranges of docs/fixed-point.md.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from . import codes, registry, zoo
from .arithmetic import INT16_MAX, INT16_MIN
from .errors import InputError
from .files import replacing, unreadable
from .network import (
    RECEPTORS,
    Encoder,
    Graph,
    Params,
    Population,
    Projection,
    Readout,
    check_delays,
    check_graph,
    inputs_of,
    source_size,
)
from .parameters import defaults

VERSIONS = (1, 2)  # of the file format
CHANGED = {"lif_cond_exp": 2}
MAX_FILE_BYTES = 2**30
ALIKE = ("dense", "sparse")  # kinds of one meaning: either may be stored as the other
STORAGES = ("auto", *ALIKE)
MODEL_FILE = "model.safetensors"  # in an exported folder


@dataclass(frozen=True)
class IntegerModel:
    """The integer network. Its parts are those of ``Network`` with integers in place of floats.

    ``bits``: 8, 6 or 4, of every weight, unless its projection has ``bits`` of its own. ``scales``: per
    population, integer = float x scale (weights, thresholds and membranes alike). ``wide``: populations
    whose synaptic sum needs int32. Weights are int8, in the shape that their kind has, arrays int16,
    scalars int32. ``storage``: how matrices of a kind in ``ALIKE`` are stored (``lower.stored``). It and
    ``provenance`` are not part of the hash.
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
        registry.choose(self.storage, STORAGES, "storage")
        check_graph(self)
        _check_integers(self)

    @cached_property
    def hash(self) -> int:
        """64-bit model hash: see docs/fixed-point.md."""
        graph, tensors = _describe(self)
        digest = hashlib.blake2b(_canonical(graph).encode(), digest_size=8)
        for array in tensors.values():
            digest.update(array.tobytes())
        return int.from_bytes(digest.digest(), "little")

    @property
    def hash_text(self) -> str:
        """The hash as users see it: 16 hexadecimal digits."""
        return f"{self.hash:016x}"


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _describe(model: IntegerModel) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """All that influences an answer: the graph as JSON values, the arrays in a fixed order."""
    tensors: dict[str, np.ndarray] = {}

    def part(path: str, folder: str, item: Any) -> dict[str, Any]:
        kind = registry.load(folder, item.kind)
        for name in kind.ARRAYS:
            tensors[f"{path}.{name}"] = np.ascontiguousarray(item.params[name], "<i2")
        scalars = {name: int(item.params[name]) for name in kind.SCALARS}
        usual = defaults(kind.PARAMETERS)  # absent before they existed: so are the hashes
        told = {name: value for name, value in scalars.items() if value != usual.get(name)}
        return {"kind": item.kind, "scalars": told}

    encoder = part("encoder", "encoders", model.encoder) | {"shape": list(model.encoder.shape)}
    populations = []
    for p in model.populations:
        described = part(f"populations.{p.name}", "neurons", p)
        populations.append(described | {"name": p.name, "size": p.size, "wide": model.wide[p.name]})
    projections = []
    for k, s in enumerate(model.projections):
        projections.append(
            part(f"projections.{k}", "synapses", s) | {"source": s.source, "target": s.target} | _options(s)
        )
        if registry.load("synapses", s.kind).MATRIX:
            tensors[f"projections.{k}.weights"] = np.ascontiguousarray(s.weights, "i1")
    tensors["readout.labels"] = np.ascontiguousarray(model.readout.labels, "<i2")
    graph = {
        "bits": model.bits,
        "steps": model.steps,
        "encoder": encoder,
        "populations": populations,
        "projections": projections,
        "readout": {
            "population": model.readout.population,
            "classes": model.readout.classes,
            "exit_margin": model.readout.exit_margin,
            "nearest": model.readout.nearest,
        },
    }
    return graph, tensors


def _options(s: Projection) -> dict[str, Any]:
    """Fields that came later, where they say something: models without them keep their hashes."""
    options = {"bits": s.bits, "delay": s.delay}
    stated = {name: int(value) for name, value in options.items() if value}
    return stated | ({} if s.receptor == RECEPTORS[0] else {"receptor": s.receptor})


def _check_integers(model: IntegerModel) -> None:
    """Raise ``InputError`` unless every integer is in the contract's range and the sums are proved."""
    registry.choose(str(model.bits), ("4", "6", "8"), "bits")
    check_delays(model)
    _check_scalars("encoders", model.encoder, "encoder")
    for p in model.populations:
        neurons = registry.load("neurons", p.kind)
        _check_scalars("neurons", p, f"populations.{p.name}")
        for name in neurons.ARRAYS:
            entries = neurons.PARAMETERS[name].entries(p.params, p.size)
            _check_range(p.params[name], INT16_MIN, INT16_MAX, f"populations.{p.name}.{name}", entries)
        bound = sum_bound(model, p.name)
        if bound > (2**31 - 1 if model.wide[p.name] else INT16_MAX):
            raise InputError(f"populations.{p.name}: the synaptic sum may reach {bound}: overflow")
        if not 0 < model.scales[p.name] < np.inf:
            raise InputError(f"populations.{p.name}: scale {model.scales[p.name]} is not a positive number")
    order = [p.name for p in model.populations]
    targets = [order.index(s.target) for s in model.projections]
    if targets != sorted(targets):
        raise InputError("projections: not in the order of their targets")
    for s in model.projections:
        where = f"projections.{s.source}->{s.target}"
        _check_scalars("synapses", s, where)
        top = 2 ** codes.stored_bits(s.bits or model.bits) - 1
        _check_range(s.weights + np.int16(s.params.get("offset", 0)), 0, top, f"{where}.weights")


def _check_scalars(folder: str, item: Any, where: str) -> None:
    for name, (low, high) in registry.load(folder, item.kind).SCALARS.items():
        _check_range(item.params[name], low, high, f"{where}.{name}")


def _check_range(values: Any, low: int, high: int, where: str, size: int | None = None) -> None:
    array = np.asarray(values)
    if size is not None and array.shape != (size,):
        raise InputError(f"model field {where!r}: shape {array.shape}, expected {(size,)}")
    if array.size and not (low <= array.min() and array.max() <= high):
        raise InputError(f"model field {where!r}: values outside {low}..{high}")


def sum_bound(model: Graph, population: str) -> int:
    """Largest magnitude that a synaptic sum of ``population`` can reach in one step, at any receptor."""
    sums = dict.fromkeys(RECEPTORS, 0)
    for s in inputs_of(model, population):
        size = source_size(model, population)
        sums[s.receptor] += registry.load("synapses", s.kind).bounds(s, size)
    return max(sums.values())


# --- the file ------------------------------------------------------------------------------------


def to_bytes(model: IntegerModel) -> bytes:
    """The safetensors file, the same bytes for the same model."""
    from safetensors.numpy import save as save_tensors

    graph, tensors = _describe(model)
    header = {
        "format": "snnedge",
        "version": max(_version(p.kind) for p in model.populations),
        "hash": model.hash_text,
        "name": model.name,
        "dt": float(model.dt),
        "graph": graph,
        "scales": {name: float(scale) for name, scale in model.scales.items()},
        "provenance": dict(model.provenance),
        **({} if model.storage == "auto" else {"storage": model.storage}),
    }
    return save_tensors(tensors, metadata={"snnedge": _canonical(header)})


def save(model: IntegerModel, path: str | os.PathLike[str]) -> None:
    """Write ``model`` to ``path`` (whole or not at all)."""
    with replacing(path) as scratch:
        scratch.write_bytes(to_bytes(model))


def load(path: str | os.PathLike[str]) -> IntegerModel:
    """Read a model: the file, the exported folder with it, or `zoo:NAME`.

    Raises ``InputError`` naming the file when it is missing, damaged or foreign.
    """
    path = zoo.located(path)
    path = path / MODEL_FILE if path.is_dir() else path
    header, tensors = _read(path)
    try:
        model = _build(header, tensors)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InputError(f"{path}: not a valid snnedge model ({error!r}); export it again") from error
    if model.hash_text != header.get("hash"):
        raise InputError(
            f"{path}: the content has hash {model.hash_text} but the file says {header.get('hash')!r}:"
            " it was changed or damaged; export it again"
        )
    return model


def _read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    from safetensors import SafetensorError, safe_open

    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path} is not a file; give a model.safetensors")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path}: larger than {MAX_FILE_BYTES} bytes")
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get("snnedge")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except OSError as error:
        raise unreadable(path, error) from error
    except (SafetensorError, TypeError, ValueError) as error:
        raise InputError(
            f"{path}: not a safetensors file ({error}); give a model.safetensors, or export first"
        ) from error
    return _header(path, text), tensors


def _header(path: Path, text: str | None) -> dict[str, Any]:
    try:
        header = json.loads(text or "")
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: no snnedge metadata; write it with snnedge export") from error
    if not isinstance(header, dict) or header.get("format") != "snnedge":
        raise InputError(f"{path}: metadata field 'format' is not 'snnedge'")
    if type(header.get("version")) is not int or header["version"] not in VERSIONS:
        raise InputError(
            f"{path}: format version {header.get('version')!r}; this snnedge reads {VERSIONS}:"
            " export the model again or update snnedge"
        )
    return header


def _version(kind: str) -> int:
    """The first version of the format in which neurons of ``kind`` do what they do now."""
    return CHANGED.get(kind, 1)


def _build(header: dict[str, Any], tensors: dict[str, np.ndarray]) -> IntegerModel:
    graph = header["graph"]

    def params(path: str, folder: str, item: dict[str, Any]) -> dict[str, Any]:
        kind = registry.load(folder, item["kind"])
        stated = defaults(kind.PARAMETERS) | item["scalars"]
        scalars = {name: _integer(stated[name]) for name in kind.SCALARS}
        return scalars | {n: _tensor(tensors, f"{path}.{n}", np.int16) for n in kind.ARRAYS}

    encoder = graph["encoder"]
    populations = graph["populations"]
    for p in populations:
        if _version(p["kind"]) > header["version"]:
            raise InputError(
                f"{p['kind']} has changed since format version {header['version']}; export the model again"
            )
    shape = tuple(_integer(n) for n in encoder["shape"])
    readout = dict(graph["readout"])
    return IntegerModel(
        name=_typed(header["name"], str),
        dt=_typed(header["dt"], float),
        steps=_integer(graph["steps"]),
        bits=_integer(graph["bits"]),
        encoder=Encoder(encoder["kind"], shape, params("encoder", "encoders", encoder)),
        populations=tuple(
            Population(
                _typed(p["name"], str),
                p["kind"],
                _integer(p["size"]),
                params(f"populations.{p['name']}", "neurons", p),
            )
            for p in populations
        ),
        projections=tuple(
            Projection(
                s["source"],
                s["target"],
                s["kind"],
                _weights(tensors, f"projections.{k}.weights", s["kind"]),
                params(f"projections.{k}", "synapses", s),
                _integer(s.get("bits", 0)),
                _typed(s.get("receptor", RECEPTORS[0]), str),
                _integer(s.get("delay", 0)),
            )
            for k, s in enumerate(graph["projections"])
        ),
        readout=Readout(
            population=readout["population"],
            labels=_tensor(tensors, "readout.labels", np.int16),
            classes=_integer(readout["classes"]),
            exit_margin=_integer(readout["exit_margin"]),
            nearest=_typed(readout["nearest"], bool),
        ),
        scales={p["name"]: _typed(header["scales"][p["name"]], float) for p in populations},
        wide={p["name"]: _typed(p["wide"], bool) for p in populations},
        provenance=dict(header["provenance"]),
        storage=_typed(header.get("storage", "auto"), str),
    )


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise InputError(f"{value!r} is not of type {kind.__name__}")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**31) <= value < 2**31:
        raise InputError(f"{value!r} is not a 32-bit integer")
    return value


def _weights(tensors: dict[str, np.ndarray], name: str, kind: str) -> np.ndarray:
    matrix = registry.load("synapses", kind).MATRIX
    return _tensor(tensors, name, np.int8) if matrix else np.zeros(0, np.int8)


def _tensor(tensors: dict[str, np.ndarray], name: str, dtype: type) -> np.ndarray:
    array = tensors[name]
    if array.dtype != dtype:
        raise InputError(f"tensor {name!r} is {array.dtype}, expected {np.dtype(dtype).name}")
    return array
