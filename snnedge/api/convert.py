"""Convert a model file to another version of its format."""

import os
from dataclasses import dataclass
from pathlib import Path

from .. import frontends, model_file
from ..errors import InputError
from ..frontends import pkl
from ..model_file.versions import VERSIONS
from .models import Floats, Integers, open_integer, open_network
from .result import Result


@dataclass(frozen=True)
class ConvertResult(Result):
    """The file ``path`` in ``version`` of its format. ``hash``: of a model of integers, else None."""

    path: Path
    version: int
    hash: str | None


def convert(old: Integers | Floats, new: str | Path, version: int | None = None) -> ConvertResult:
    """Write the model ``old`` to the file ``new``, with the same content and the same hash.

    ``version``: of the format of model.safetensors, None: the newest. A model.pkl is written in the newest
    version. Raises ``InputError`` for another kind of file, for a version that cannot hold the model, and
    if ``new`` exists and is not ``old``. Example:

        api.convert("old.safetensors", "new.safetensors")
    """
    path = Path(new)
    if os.path.lexists(path) and not _is_file(old, path):
        raise InputError(f"{path} exists: choose another NEW")
    if path.suffix.lower() in frontends.extensions():
        return _network(old, path, version)
    if path.suffix != Path(model_file.MODEL_FILE).suffix:
        raise InputError(f"{path}: give a NEW that ends in .safetensors, or .pkl for a float network")
    model = open_integer(old)  # type: ignore[arg-type]  # a Network is refused there, too
    chosen = max(VERSIONS) if version is None else version
    model_file.save(model, path, chosen)
    return ConvertResult(path, chosen, model.hash_text)


def _is_file(old: Integers | Floats, path: Path) -> bool:
    """Return whether ``old`` is the file ``path``. A model may have the name of a file by chance."""
    return (
        isinstance(old, (str, os.PathLike)) and Path(old).exists() and path.exists() and path.samefile(old)
    )


def _network(old: Integers | Floats, path: Path, version: int | None) -> ConvertResult:
    if version is not None:
        raise InputError(
            f"--format-version {version}: a model.pkl is written in version {pkl.schema.VERSION}"
        )
    pkl.write(open_network(old), path)  # type: ignore[arg-type]  # a model of integers is refused there
    return ConvertResult(path, pkl.schema.VERSION, None)
