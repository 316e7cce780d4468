"""Extensions are found by listing a folder: file stem = registry name = CLI word = name in files.

``names("neurons")`` lists ``snnedge/neurons/*.py``; ``load("neurons", "lif")`` imports one. Adding a
neuron model, connection type, encoder, frontend, exporter, backend, command, recipe or runner is adding
a file.
"""

import difflib
import importlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType

from .errors import UnknownName

FOLDERS = (
    "neurons",
    "synapses",
    "encoders",
    "frontends",
    "exporters",
    "backends",
    "peers",
    "plots",
    "commands",
    "train/recipes",
    "targets/runners",
)


@cache
def names(folder: str) -> tuple[str, ...]:
    """Names registered under ``folder``, sorted. Raises ``LookupError`` when the folder is empty."""
    found = (path.stem for path in (Path(__file__).parent / folder).glob("*.py"))
    registered = tuple(sorted(name for name in found if not name.startswith("_")))
    if not registered:
        raise LookupError(f"nothing is registered in snnedge/{folder}")
    return registered


def load(folder: str, name: str) -> ModuleType:
    """Import ``snnedge.<folder>.<name>``. Raises ``UnknownName`` with the nearest known name."""
    choose(name, names(folder), folder)
    return importlib.import_module(f".{folder.replace('/', '.')}.{name}", __package__)


def choose(name: str, known: Iterable[str], what: str) -> str:
    """Return ``name`` when it is in ``known``; raise ``UnknownName`` with the nearest match if not."""
    known = tuple(known)
    if name in known:
        return name
    near = difflib.get_close_matches(str(name), known, n=1)
    guess = f"; did you mean {near[0]!r}?" if near else ""
    raise UnknownName(f"{what}: no {name!r}{guess} (known: {', '.join(known)})")
