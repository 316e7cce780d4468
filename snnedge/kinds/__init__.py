"""The hand-written building blocks: encoders, neuron models and connection types, found by folder.

A kind is found by its name, and by its wire name, which files have for ever.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from ..model.kind import EncoderKind, NeuronKind, SynapseKind
from ..support import plugins

FOLDERS = ("encoders", "neurons", "synapses")


def encoder(name: str) -> EncoderKind:
    """Return the encoder called ``name``. Raises ``UnknownName``."""
    kind: EncoderKind = _load("encoders", name)
    return kind


def neuron(name: str) -> NeuronKind:
    """Return the neuron model called ``name``. Raises ``UnknownName``."""
    kind: NeuronKind = _load("neurons", name)
    return kind


def synapse(name: str) -> SynapseKind:
    """Return the connection type called ``name``. Raises ``UnknownName``."""
    kind: SynapseKind = _load("synapses", name)
    return kind


@cache
def wire_names(folder: str) -> Mapping[str, str]:
    """Return wire name -> name of all kinds in ``folder``."""
    return {_kind(folder, name).wire: name for name in plugins.names(folder)}


@cache
def renamed_parameters() -> Mapping[str, str]:
    """Return wire name -> name of all parameters of kinds whose name in files is another one."""
    kinds = (_kind(folder, name) for folder in FOLDERS for name in plugins.names(folder))
    return {wire: name for kind in kinds for name, wire in kind.wire_names.items()}


def _load(folder: str, name: str) -> Any:
    """Return the kind of a name, or of a wire name. Raises ``UnknownName``."""
    known = name in plugins.names(folder)
    return _kind(folder, name if known else wire_names(folder).get(name, name))


def _kind(folder: str, name: str) -> Any:
    return plugins.load(folder, name).KIND
