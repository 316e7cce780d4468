"""`onnx`: one ONNX file with the integer time loop, for other tools and as a check by another runtime.

``onnx:image`` takes images, which the graph encodes; ``onnx:spikes`` takes input spikes (export-onnx.md).
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...compiler.tables import Tables
from ...errors import InputError, ToolError
from ...model.integer_model import IntegerModel
from ...support.files import refuse_foreign_file
from .sources import SOURCES

if TYPE_CHECKING:
    import onnx

SUFFIX = ".onnx"
ARGUMENTS = tuple(SOURCES)  # the first by default
STORAGES: tuple[str, ...] = ()
MARK = "snnedge"  # producer, and prefix of the keys in the file's metadata
REMEDY = "pip install 'snnedge[onnx]'"


def default_path(stem: str) -> Path:
    """Return the path without ``-o`` for a model of the file ``stem``."""
    return Path(f"{stem}{SUFFIX}")


def check_path(path: Path) -> None:
    """Raise ``InputError`` if ``path`` has another ending, or is a file that snnedge did not write."""
    if path.suffix != SUFFIX:
        raise InputError(f"-o {path}: --format onnx writes one file; give a name that ends in {SUFFIX}")
    refuse_foreign_file(path, _is_written_here, ", and snnedge did not write it: choose another -o")


def write(
    model: IntegerModel, path: Path, argument: str | None = None, tables: Tables | None = None
) -> None:
    """Write ``model`` to ``path``; ``tables`` are of the C core, not used. Raises what ``proto`` raises."""
    path.write_bytes(proto(model, argument or ARGUMENTS[0]).SerializeToString(deterministic=True))


def facts(model: IntegerModel, path: Path, tables: Tables | None = None) -> dict[str, Any]:
    """Return the size, opset, input and node counts of the file ``path``."""
    made = _onnx().load(path)
    (given,) = made.graph.input
    dtype = _onnx().helper.tensor_dtype_to_np_dtype(given.type.tensor_type.elem_type)
    shape = ", ".join(d.dim_param or str(d.dim_value) for d in given.type.tensor_type.shape.dim)
    (loop,) = (node.attribute[0].g for node in made.graph.node if node.op_type == "Loop")
    return {
        "file_bytes": path.stat().st_size,
        "opset": made.opset_import[0].version,
        "input": f"{given.name} {dtype} ({shape})",
        "nodes": len(made.graph.node),
        "nodes_per_step": len(loop.node),
    }


def show(result: dict[str, Any]) -> tuple[str, list[str]]:
    """Return the title and the lines of a report on ``result``, which ``facts`` returned."""
    return "ONNX, opset {opset}, {file_bytes:,} bytes".format(**result), [
        f"input       {result['input']}",
        f"nodes       {result['nodes']}, and {result['nodes_per_step']} in each time step",
    ]


def proto(model: IntegerModel, given: str = ARGUMENTS[0]) -> "onnx.ModelProto":
    """Return the ONNX model, checked by ``onnx.checker``.

    Raises ``InputError`` for a kind without a lowering, and ``ToolError`` without the package onnx.
    """
    package = _onnx()
    from importlib.metadata import version

    from . import tensor, time_loop

    made: onnx.ModelProto = package.helper.make_model(
        time_loop.build(model, given),
        producer_name=MARK,
        producer_version=version("snnedge"),
        ir_version=tensor.IR_VERSION,
        opset_imports=[package.helper.make_opsetid("", tensor.OPSET)],
    )
    package.helper.set_model_props(made, _metadata(model, given))
    package.checker.check_model(made, full_check=True)
    return made


def _onnx() -> Any:
    """Import onnx. Raises ``ToolError`` with the command that installs it."""
    try:
        import onnx
    except ImportError as error:
        raise ToolError(f"no onnx: {REMEDY}") from error
    return onnx


def _is_written_here(path: Path) -> bool:
    try:
        return bool(_onnx().load(path, load_external_data=False).producer_name == MARK)
    except ToolError:
        raise
    except Exception:  # protobuf's decoder raises errors of several types
        return False


def _metadata(model: IntegerModel, given: str) -> dict[str, str]:
    """Return the metadata of the file: strings, by key."""
    metadata = {
        "hash": model.hash_text,
        "name": model.name,
        "dt": repr(float(model.dt)),
        "input": given,
        "scale": repr(float(model.scales[model.readout.population])),
        "provenance": json.dumps(dict(model.provenance), sort_keys=True),
    }
    return {f"{MARK}.{key}": value for key, value in metadata.items()}
