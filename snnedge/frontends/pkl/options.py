"""Values that the command line can supply for a pickle that lacks them. Light, since --help reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Option:
    """An option of the command line for a value that a file lacks."""

    type: Callable[[str], Any]
    metavar: str | tuple[str, ...]
    help: str


OPTIONS: Mapping[str, Option] = {
    "labels": Option(Path, "FILE.npy", "label of each neuron: integers, -1 = unassigned"),
    "threshold": Option(float, "X", "base threshold above rest, in SI units; theta is added to it"),
    "neuron_kind": Option(str, "KIND", "neuron model, such as if_wta (integer-contract.md)"),
    "tau": Option(float, "SECONDS", "membrane time constant of lif"),
    "refractory": Option(float, "SECONDS", "refractory period of lif"),
    "reset": Option(str, "HOW", "what a spike of lif does to v: zero or subtract"),
    "dt": Option(float, "SECONDS", "time step"),
    "steps": Option(int, "N", "time steps per sample"),
    "shape": Option(int, ("H", "W"), "shape of a sample"),
    "spikes_per_sample": Option(float, "X", "mean number of input spikes of a sample"),
    "max_rate": Option(float, "X", "largest rate of an input, spikes per step; without it 0.5"),
}


def flag(name: str) -> str:
    """Return the command line's word for an option."""
    return "--" + name.replace("_", "-")
