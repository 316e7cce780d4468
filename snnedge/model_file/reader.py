"""Reader: a safetensors file from outside, checked, as an ``IntegerModel``."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import zoo
from ..errors import InputError
from ..model.integer_model import IntegerModel, describe
from ..support.checked import Fields, show
from ..support.damage import found_instead
from ..support.files import unreadable
from .envelope import check_outputs, opened
from .kinds_section import build
from .provenance import check_finite
from .versions import ENVELOPE, VERSIONS
from .writer import FORMAT, MODEL_FILE

MAX_FILE_BYTES = 2**30


def load(path: str | os.PathLike[str]) -> IntegerModel:
    """Read a model: the file, the exported folder with it, or `zoo:NAME`.

    Raises ``InputError`` naming the file when it is missing, damaged or foreign.
    """
    path = zoo.located(path)
    path = path / MODEL_FILE if path.is_dir() else path
    header, tensors = _read(path)
    top = Fields(header, str(path))
    try:
        model = build(opened(top), tensors)
        check_outputs(top, model)
        _refuse_unknown(top, model, tensors)
    except InputError:
        raise
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError, RecursionError) as error:
        raise InputError(f"{path}: not a valid snnedge model ({error!r}); export it again") from error
    if model.hash_text != header.get("hash"):
        raise InputError(
            f"{path}: the content has hash {model.hash_text} but the file says {show(header.get('hash'))}:"
            " it was changed or damaged; export it again"
        )
    return model


def _refuse_unknown(top: Fields, model: IntegerModel, tensors: Mapping[str, np.ndarray]) -> None:
    """Raise ``InputError`` for what a save would refuse or lose: a tensor of no part, odd provenance."""
    try:
        check_finite(model.provenance)
    except InputError as error:
        raise InputError(f"{top.file}: {error}") from error
    superfluous = sorted(tensors.keys() - describe(model)[1].keys())
    if superfluous and top.content["version"] >= ENVELOPE:
        belongs = "belongs to no part of the model; update snnedge"
        raise InputError(f"{top.file}: tensor {show(superfluous[0])} {belongs}")


def _read(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    from safetensors import SafetensorError, safe_open

    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path} is not a file; give a model.safetensors")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path}: larger than {MAX_FILE_BYTES} bytes")
        with safe_open(path, framework="numpy") as file:
            text = (file.metadata() or {}).get("snnedge")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        _check_dtypes(path, tensors)
    except InputError:
        raise
    except OSError as error:
        raise unreadable(path, error) from error
    except (SafetensorError, TypeError, ValueError, AttributeError, KeyError) as error:
        instead = _instead(path)
        if instead:
            raise InputError(f"{path} {instead}") from error
        raise InputError(
            f"{path}: not a safetensors file ({error}); give a model.safetensors, or export first"
        ) from error
    return _header(path, text), tensors


def _instead(path: Path) -> str:
    """Return what the file ``path`` is instead of a model, in words; "" if that is not known."""
    try:
        with path.open("rb") as file:
            return found_instead(file.read(64))
    except (OSError, ValueError):  # of a name that no file can have, too
        return ""


def _check_dtypes(path: Path, tensors: Mapping[str, np.ndarray]) -> None:
    """Raise ``InputError`` for a dtype that numpy has from another package only, such as bfloat16."""
    for name, array in tensors.items():
        if array.dtype.kind not in "biufc":
            raise InputError(f"{path}: tensor {show(name)} is {array.dtype}; export the model again")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return ``pairs`` as a dict. Raises ``InputError`` for a key that occurs twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError(f"field {show(twice)} occurs twice in one object; export the model again")
    return found


def _header(path: Path, text: str | None) -> dict[str, Any]:
    try:
        header = json.loads(text or "", object_pairs_hook=_unique)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: no snnedge metadata; write it with snnedge export") from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise InputError(f"{path}: metadata field 'format' is not 'snnedge'")
    if type(header.get("version")) is not int or header["version"] not in VERSIONS:
        raise InputError(
            f"{path}: format version {ascii(header.get('version'))[:60]}; this snnedge reads {VERSIONS}:"
            " export the model again or update snnedge"
        )
    return header
