"""Models as the functions of the API take them: values, or files by their paths."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .. import frontends, model_file
from ..errors import InputError
from ..model.integer_model import IntegerModel
from ..model.network import Network
from ..runtime.runtime import Runtime

File = str | os.PathLike[str]
Integers = IntegerModel | Runtime | File  # a file: model.safetensors, an exported folder, zoo:NAME
Floats = Network | File  # a file: model.pkl
Supplied = Mapping[str, Any] | None  # what a model.pkl lacks, by the names of frontends.pkl.OPTIONS


def open_integer(model: Integers) -> IntegerModel:
    """Return ``model``, or the integer model in the file of that name. Raises ``InputError``."""
    if isinstance(model, IntegerModel):
        return model
    if isinstance(model, Runtime):
        return model.model
    refuse_network(_file(model, "a model.safetensors, an exported folder, zoo:NAME, or an IntegerModel"))
    return model_file.load(model)


def open_network(network: Floats, supplied: Supplied = None) -> Network:
    """Return ``network``, or the float network in the file of that name. Raises ``InputError``."""
    if isinstance(network, Network):
        return network
    return frontends.read(_file(network, "a model.pkl, or a Network"), supplied)


def _file(model: Any, wanted: str) -> File:
    """Return ``model`` if it is the name of a file. Raises ``InputError``."""
    if not isinstance(model, (str, os.PathLike)):
        raise InputError(f"a {type(model).__name__} is no model here: give {wanted}")
    return model


def open_either(
    model: Integers | Floats, options: Mapping[str, Any], supplied: Supplied = None
) -> Network | IntegerModel:
    """Return ``model``, or the float network or integer model in the file of that name.

    Raises ``InputError``, also for integers if any of ``options``, which are for float networks, is
    given.
    """
    if isinstance(model, Network):
        return model
    if isinstance(model, (str, os.PathLike)) and frontends.is_network(model):
        return open_network(model, supplied)
    refuse_options(model, options)
    return open_integer(model)


def refuse_network(path: File) -> None:
    """Raise ``InputError`` if ``path`` is the file of a float network, where integers are needed."""
    if frontends.is_network(path) and Path(path).exists():
        remedy = f"run snnedge export {path} first, and give the folder that it writes"
        raise InputError(f"{path} is a float network: {remedy}")


def refuse_options(model: Integers, options: Mapping[str, Any]) -> None:
    """Raise ``InputError`` if any of ``options``, which are for float networks, is not None."""
    for name, value in options.items():
        if value is not None:
            said = f"--{name.replace('_', '-')} {value}"
            raise InputError(f"{said}: {title(model)} is integers already; export its float network again")


def title(model: Integers | Floats) -> str:
    """Return what messages call ``model``: its path, or its name."""
    if isinstance(model, Runtime):
        return model.model.name
    if isinstance(model, (IntegerModel, Network)):
        return model.name
    return os.fspath(_file(model, "a model, or the name of its file"))
