"""The zoo: small trained models inside the package, found by folder: NAME.toml and NAME.safetensors.

The TOML file is the catalogue: a summary, the commands that make the model, and measurements. `zoo:NAME` is
accepted wherever a command takes a model. ``tools/train_zoo`` makes them again from the data.
"""

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from ..support.plugins import choose

FOLDER = Path(__file__).parent
PREFIX = "zoo:"


@cache
def names() -> tuple[str, ...]:
    """Return the names of the bundled models, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def entry(name: str) -> dict[str, Any]:
    """Return the catalogue entry of ``name``. Raises ``UnknownName``.

    ``summary``: one line. ``train``, ``export``: the words after these commands. ``measured``: ``hash``,
    the ``right`` labels of ``samples`` test images, and ``synaptic_operations``, their mean number.
    """
    return tomllib.loads((FOLDER / f"{choose(name, names(), 'zoo')}.toml").read_text())


def path(name: str) -> Path:
    """Return the path of the model file. Raises ``UnknownName``."""
    return FOLDER / f"{choose(name, names(), 'zoo')}.safetensors"


def is_zoo_name(model: str | os.PathLike[str]) -> bool:
    """Return whether ``model`` has the form `zoo:NAME`."""
    return os.fspath(model).startswith(PREFIX)


def located(model: str | os.PathLike[str]) -> Path:
    """Return the file or folder of ``model``, `zoo:NAME` or a path. Raises ``UnknownName``."""
    return path(os.fspath(model).removeprefix(PREFIX)) if is_zoo_name(model) else Path(model)
