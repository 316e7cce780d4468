"""Plug-ins are found by listing a folder: file stem = plug-in name = CLI word.

``names("neurons")`` lists ``snnedge/kinds/neurons/``; ``load("neurons", "lif")`` imports one. A plug-in is
a file ``NAME.py`` or a folder ``NAME/`` with an ``__init__.py``.
"""

import difflib
import importlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

from ..errors import UnknownName

PACKAGE = Path(__file__).parents[1]
FOLDERS = {
    "neurons": "kinds/neurons",
    "synapses": "kinds/synapses",
    "encoders": "kinds/encoders",
    "frontends": "frontends",
    "readers": "data/readers",
    "exporters": "exporters",
    "backends": "backends",
    "peers": "measure/peers",
    "plots": "plots/pictures",
    "commands": "cli/commands",
    "recipes": "train/recipes",
    "runners": "boards/flash/runners",
    "onnx/encoders": "exporters/onnx/encoders",
    "onnx/neurons": "exporters/onnx/neurons",
    "onnx/synapses": "exporters/onnx/synapses",
}


@cache
def names(group: str) -> tuple[str, ...]:
    """Return the names of the plug-ins of ``group``, a key of ``FOLDERS``, sorted.

    Raises ``LookupError`` when its folder is empty.
    """
    folder = PACKAGE / FOLDERS[group]
    files, folders = folder.glob("*.py"), folder.glob("*/__init__.py")
    found = {path.stem for path in files} | {path.parent.name for path in folders}
    listed = tuple(sorted(name for name in found if not name.startswith("_")))
    if not listed:
        raise LookupError(f"there is no plug-in in {folder.relative_to(PACKAGE.parent)}")
    return listed


def load(group: str, name: str) -> ModuleType:
    """Import the plug-in ``name`` of ``group``. Raises ``UnknownName`` with the nearest known name."""
    choose(name, names(group), group)
    return importlib.import_module(f"snnedge.{FOLDERS[group].replace('/', '.')}.{name}")


def choose(name: str, known: Iterable[str], what: str) -> str:
    """Return ``name`` when it is in ``known``; raise ``UnknownName`` with the nearest match if not."""
    known = tuple(known)
    if name in known:
        return name
    near = difflib.get_close_matches(str(name)[:80], known, n=1)
    guess = f"; did you mean {near[0]!r}?" if near else ""
    raise UnknownName(f"{what}: no {ascii(name)[:80]}{guess} (known: {', '.join(known)})")
