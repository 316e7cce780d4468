"""The zoo: small trained models inside the package, found by folder: NAME.toml and NAME.safetensors.

The TOML file is the catalogue: what it is, the commands that make it, and what was measured. `zoo:NAME`
stands for the model wherever one is asked for. ``tools/train_zoo`` makes them again from the data.
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
    """Models there are."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def entry(name: str) -> dict[str, Any]:
    """``summary``; ``train`` and ``export``, the words after these commands; ``measured``: ``hash``,
    ``right`` answers of ``samples`` test images, mean synaptic ``additions``. Raises ``UnknownName``."""
    return tomllib.loads((FOLDER / f"{choose(name, names(), 'zoo')}.toml").read_text())


def path(name: str) -> Path:
    """The model file. Raises ``UnknownName``."""
    return FOLDER / f"{choose(name, names(), 'zoo')}.safetensors"


def is_zoo_name(model: str | os.PathLike[str]) -> bool:
    """Is ``model`` written as `zoo:NAME`?"""
    return os.fspath(model).startswith(PREFIX)


def located(model: str | os.PathLike[str]) -> Path:
    """The file or folder that ``model`` means, `zoo:NAME` or a path. Raises ``UnknownName``."""
    return path(os.fspath(model).removeprefix(PREFIX)) if is_zoo_name(model) else Path(model)
