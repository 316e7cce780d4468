"""Lowerings: ``neurons/N.py``, ``synapses/N.py`` and ``encoders/N.py`` write the kind ``N`` in ONNX."""

from types import ModuleType

from ...errors import InputError
from ...support import plugins

FOLDER = "onnx"


def lowering(folder: str, kind: str) -> ModuleType:
    """Return the module that writes ``kind`` of ``folder``. Raises ``InputError`` when there is none."""
    known = plugins.names(f"{FOLDER}/{folder}")
    if kind not in known:
        raise InputError(
            f"ONNX has no {kind!r} among its {folder} ({', '.join(known)}): take --format c, or write"
            f" snnedge/exporters/onnx/{folder}/{kind}.py"
        )
    return plugins.load(f"{FOLDER}/{folder}", kind)
