"""Writer: an ``IntegerModel`` as the bytes of a safetensors file."""

import os
from typing import Any

from ..errors import InputError
from ..model import exit_rule
from ..model.integer_model import IntegerModel, canonical, describe
from ..model.limits import MAX_STEPS
from ..model.network import Readout
from ..model.schema import as_json
from ..support.files import replacing
from .provenance import check_finite, check_provenance
from .versions import ENVELOPE, VERSIONS, reasons, version_of

MODEL_FILE = "model.safetensors"  # in an exported folder
FORMAT = "snnedge"
KINDS = "kinds"  # the stage that is a graph of kinds


def to_bytes(model: IntegerModel, version: int | None = None) -> bytes:
    """Return the safetensors file, the same bytes for the same model.

    ``version``: of the format; None: the first that suffices. Raises ``InputError`` for one that cannot
    hold the model.
    """
    from safetensors.numpy import save as save_tensors

    graph, tensors = describe(model)
    chosen = _chosen(model, version)
    content = _envelope(model, graph) if chosen >= ENVELOPE else _content(model, graph)
    try:
        (check_provenance if chosen >= ENVELOPE else check_finite)(content["provenance"])
    except InputError as error:
        raise InputError(f"model {model.name!r} in format version {chosen}: {error}; shorten it") from error
    header = {"format": FORMAT, "version": chosen, "hash": model.hash_text, "name": model.name} | content
    return save_tensors(tensors, metadata={"snnedge": canonical(header)})


def save(model: IntegerModel, path: str | os.PathLike[str], version: int | None = None) -> None:
    """Write ``model`` to ``path``, whole or not at all. ``version``: as for ``to_bytes``."""
    content = to_bytes(model, version)
    with replacing(path) as scratch:
        scratch.write_bytes(content)


def _chosen(model: IntegerModel, version: int | None) -> int:
    """Return the version to write. Raises ``InputError`` for one that cannot hold ``model``."""
    least = version_of(model)
    chosen = least if version is None else version
    if chosen not in VERSIONS or chosen < least:
        raise InputError(f"format version {chosen} cannot hold model {model.name!r}: give {_limits(model)}")
    return chosen


def _limits(model: IntegerModel) -> str:
    """Return the versions that can hold ``model``, and what no earlier one has."""
    least, latest = version_of(model), VERSIONS[-1]
    later = ", ".join(reasons(model, least - 1)) if least > VERSIONS[0] else ""
    versions = f"{least}" if least == latest else f"{least} to {latest}"
    return f"{versions}: it has {later}" if later else versions


def _content(model: IntegerModel, graph: dict[str, Any]) -> dict[str, Any]:
    """Return the header of versions 1 and 2."""
    return {
        "dt": float(model.dt),
        "graph": graph,
        "scales": {name: float(scale) for name, scale in model.scales.items()},
        "provenance": dict(model.provenance),
        **({} if model.storage == "auto" else {"storage": model.storage}),
    }


def _envelope(model: IntegerModel, graph: dict[str, Any]) -> dict[str, Any]:
    """Return the header of version 3: the same values, in an envelope that other stages share."""
    content = _content(model, graph)
    del content["graph"]
    return content | {
        "inputs": [
            {"name": i.name, "shape": list(i.shape), "dtype": i.dtype, "encoder": _encoder(graph)}
            for i in model.inputs
        ],
        "outputs": [{"name": o.name, "population": o.population, "what": o.what} for o in model.outputs],
        "stages": [KINDS],
        KINDS: {key: graph[key] for key in ("bits", "populations", "projections")},
        **({} if graph["steps"] == MAX_STEPS else {"steps": graph["steps"]}),
        **({} if model.readout.absent else {"readout": _readout(model.readout)}),
    }


def _readout(readout: Readout) -> dict[str, Any]:
    """Return the fields of ``readout``, with the exit rule in place of the margin."""
    content = as_json(readout)
    rule = exit_rule.words(content.pop("exit_margin"))
    return {"population": readout.population, "exit": rule} | content


def _encoder(graph: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in graph["encoder"].items() if key != "shape"}
