"""Writer: an ``IntegerModel`` as the bytes of a safetensors file."""

import os

from ..model.integer_model import IntegerModel, canonical, describe
from ..support.files import replacing
from .versions import version_of

MODEL_FILE = "model.safetensors"  # in an exported folder


def to_bytes(model: IntegerModel) -> bytes:
    """The safetensors file, the same bytes for the same model."""
    from safetensors.numpy import save as save_tensors

    graph, tensors = describe(model)
    header = {
        "format": "snnedge",
        "version": version_of(model),
        "hash": model.hash_text,
        "name": model.name,
        "dt": float(model.dt),
        "graph": graph,
        "scales": {name: float(scale) for name, scale in model.scales.items()},
        "provenance": dict(model.provenance),
        **({} if model.storage == "auto" else {"storage": model.storage}),
    }
    return save_tensors(tensors, metadata={"snnedge": canonical(header)})


def save(model: IntegerModel, path: str | os.PathLike[str]) -> None:
    """Write ``model`` to ``path`` (whole or not at all)."""
    with replacing(path) as scratch:
        scratch.write_bytes(to_bytes(model))
