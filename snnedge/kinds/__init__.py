"""The hand-written building blocks: encoders, neuron models and connection types, found by folder."""

from ..model.kind import EncoderKind, NeuronKind, SynapseKind
from ..support import plugins


def encoder(name: str) -> EncoderKind:
    """Return the encoder called ``name``. Raises ``UnknownName``."""
    kind: EncoderKind = plugins.load("encoders", name).KIND
    return kind


def neuron(name: str) -> NeuronKind:
    """Return the neuron model called ``name``. Raises ``UnknownName``."""
    kind: NeuronKind = plugins.load("neurons", name).KIND
    return kind


def synapse(name: str) -> SynapseKind:
    """Return the connection type called ``name``. Raises ``UnknownName``."""
    kind: SynapseKind = plugins.load("synapses", name).KIND
    return kind
