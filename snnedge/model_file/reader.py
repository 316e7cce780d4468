"""Reader: a safetensors file from outside, checked, as an ``IntegerModel``."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import kinds, zoo
from ..errors import InputError
from ..model.integer_model import IntegerModel
from ..model.kind import Kind
from ..model.network import Encoder, Population, Projection, Readout
from ..model.parameter import defaults
from ..model.schema import stored_fields
from ..support.files import unreadable
from .versions import VERSIONS
from .writer import MODEL_FILE

MAX_FILE_BYTES = 2**30


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


def _build(header: dict[str, Any], tensors: dict[str, np.ndarray]) -> IntegerModel:
    graph = header["graph"]

    def params(path: str, kind: Kind, item: dict[str, Any]) -> dict[str, Any]:
        if kind.since > header["version"]:
            stale = f"{kind} has changed since format version {header['version']}"
            raise InputError(f"{stale}; export the model again")
        stated = defaults(kind.parameters) | item["scalars"]
        scalars = {name: _integer(stated[name]) for name in kind.scalars}
        return scalars | {n: _tensor(tensors, f"{path}.{n}", np.int16) for n in kind.arrays}

    encoder = kinds.encoder(graph["encoder"]["kind"])
    populations = graph["populations"]
    shape = tuple(_integer(n) for n in graph["encoder"]["shape"])
    readout = dict(graph["readout"])
    return IntegerModel(
        name=_typed(header["name"], str),
        dt=_typed(header["dt"], float),
        steps=_integer(graph["steps"]),
        bits=_integer(graph["bits"]),
        encoder=Encoder(encoder, shape, params("encoder", encoder, graph["encoder"])),
        populations=tuple(_population(p, params) for p in populations),
        projections=tuple(_projection(k, s, params, tensors) for k, s in enumerate(graph["projections"])),
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


ReadParams = Callable[[str, Kind, dict[str, Any]], dict[str, Any]]


def _population(p: dict[str, Any], params: ReadParams) -> Population:
    name, kind = _typed(p["name"], str), kinds.neuron(p["kind"])
    size = _integer(p["size"])
    return Population(name, kind, size, params(f"populations.{name}", kind, p), **_options(Population, p))


def _projection(
    k: int, s: dict[str, Any], params: ReadParams, tensors: dict[str, np.ndarray]
) -> Projection:
    kind, path = kinds.synapse(s["kind"]), f"projections.{k}"
    weights = _tensor(tensors, f"{path}.weights", np.int8) if kind.has_weights else np.zeros(0, np.int8)
    stated = params(path, kind, s)
    return Projection(s["source"], s["target"], kind, weights, stated, **_options(Projection, s))


def _options(part: type, item: dict[str, Any]) -> dict[str, Any]:
    """The optional fields of a part that the file states."""
    return {
        name: _typed(item[name], str) if declared.choices else _integer(item[name])
        for name, declared in stored_fields(part).items()
        if name in item
    }


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise InputError(f"{value!r} is not of type {kind.__name__}")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**31) <= value < 2**31:
        raise InputError(f"{value!r} is not a 32-bit integer")
    return value


def _tensor(tensors: Mapping[str, np.ndarray], name: str, dtype: type) -> np.ndarray:
    array = tensors[name]
    if array.dtype != dtype:
        raise InputError(f"tensor {name!r} is {array.dtype}, expected {np.dtype(dtype).name}")
    return array
