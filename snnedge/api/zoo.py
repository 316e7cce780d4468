"""List the bundled models, or copy one out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from .. import exporters, frontends, model_file
from .. import zoo as models
from ..compiler.tables import lower
from ..errors import InputError
from ..exporters.c import table_bytes, workspace_bytes
from .models import File
from .result import FormerKey, Result


@dataclass(frozen=True)
class ZooModel(Result):
    """A bundled model. ``accuracy``: ``right`` / ``samples`` on test images, as measured.

    ``hash``: 16 hexadecimal digits; ``synaptic_operations``: per sample. Bytes of the file,
    of the constant tables and of the workspace. ``commands``: those that made it.
    """

    summary: str
    hash: str
    bits: int
    supervised: bool
    accuracy: float
    right: int
    samples: int
    synaptic_operations: Annotated[float, FormerKey("additions")]
    file_bytes: int
    flash_bytes: int
    ram_bytes: int
    commands: tuple[str, ...]
    provenance: Mapping[str, Any]


@dataclass(frozen=True)
class ZooResult(Result):
    """``models`` by name; ``written``: the copy, or None; ``listed``: whether all models are there."""

    models: Mapping[str, ZooModel]
    written: Path | None
    listed: bool


def zoo(name: str | None = None, output: File | None = None) -> ZooResult:
    """Return the bundled models, or the one called ``name``; copy it to ``output``, if that is given.

    ``output``: FILE.safetensors, or a folder that becomes an export. Raises ``InputError``.

        api.zoo().models["digits"].accuracy
    """
    if name is None and output:
        raise InputError(f"-o {output}: which model? give one of {', '.join(models.names())}")
    chosen = models.names() if name is None else (name.removeprefix(models.PREFIX),)
    found = {each: _describe(each) for each in chosen}
    written = _write(chosen[0], Path(output)) if output else None
    return ZooResult(found, written, name is None)


def _describe(name: str) -> ZooModel:
    """Return the catalogue's words and figures, and those of the model itself."""
    entry, model = models.entry(name), model_file.load(models.path(name))
    measured, tables = entry["measured"], lower(model)
    return ZooModel(
        summary=entry["summary"],
        hash=model.hash_text,
        bits=model.bits,
        supervised=bool(model.provenance.get("supervised")),
        accuracy=measured["right"] / measured["samples"],
        right=measured["right"],
        samples=measured["samples"],
        synaptic_operations=measured["synaptic_operations"],
        file_bytes=models.path(name).stat().st_size,
        flash_bytes=table_bytes(tables),
        ram_bytes=workspace_bytes(tables),
        commands=(
            f"snnedge train {entry['train']} -o {name}.pkl",
            f"snnedge export {name}.pkl {entry['export']} --name {name} -o {name}",
        ),
        provenance=dict(model.provenance),
    )


def _write(name: str, output: Path) -> Path:
    if frontends.is_network(output):
        problem = "the zoo has models of integers, no float networks"
        raise InputError(f"-o {output}: {problem}; give FILE.safetensors, or a folder")
    model = model_file.load(models.path(name))
    if output.suffix == ".safetensors":
        model_file.save(model, output)
    else:
        exporters.write(model, output, "c")
    return output
