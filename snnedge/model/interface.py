"""Interface: the named inputs and outputs of a model, as files and programs that call it see them."""

from dataclasses import dataclass

from .network import INPUT, Encoder, Graph

SAMPLES, SPIKES, VALUES = "uint8", "spikes", "int16"
DTYPES = (SAMPLES, SPIKES, VALUES)
WHAT = ("label", "spikes", "membrane")


@dataclass(frozen=True)
class Input:
    """A named input of a model.

    ``shape``: of one sample. ``dtype``: ``uint8`` samples, raw ``spikes`` (indices, step by step), or
    ``int16`` values. ``encoder``: the encoder of uint8 samples, else None.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str = SAMPLES
    encoder: Encoder | None = None


@dataclass(frozen=True)
class Output:
    """A named output of a model: the label, spikes or membranes of ``population``."""

    name: str
    population: str
    what: str = "spikes"


def inputs(graph: Graph) -> tuple[Input, ...]:
    """Return the inputs of ``graph``."""
    return (Input(INPUT, graph.encoder.shape, SAMPLES, graph.encoder),)


def outputs(graph: Graph) -> tuple[Output, ...]:
    """Return the outputs of ``graph``: the spikes of the readout population, and the label if it votes."""
    population = graph.readout.population
    spikes = Output(population, population, "spikes")
    return (spikes, Output("label", population, "label")) if graph.readout.votes else (spikes,)
