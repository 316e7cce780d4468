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
    repeatable: bool = False


def inhibition(text: str) -> float:
    """Return the number in ``text``, 0 for "none"."""
    return 0.0 if text == "none" else float(text)


def parameter(text: str) -> tuple[str, float]:
    """Return the name and the number in ``text``, which is NAME=VALUE."""
    name, _, value = text.partition("=")
    return name, float(value)


OPTIONS: Mapping[str, Option] = {
    "labels": Option(Path, "FILE.npy", "label of each neuron: integers, -1 = unassigned"),
    "threshold": Option(float, "X", "base threshold above rest, in SI units; theta is added to it"),
    "neuron_kind": Option(str, "KIND", "neuron model, such as if_wta (integer-contract.md)"),
    "tau": Option(float, "SECONDS", "membrane time constant"),
    "refractory": Option(float, "SECONDS", "refractory period"),
    "reset": Option(str, "HOW", "what a spike does to v: zero or subtract for lif, volts for lif_cond_exp"),
    "dt": Option(float, "SECONDS", "time step"),
    "steps": Option(int, "N", "time steps per sample"),
    "shape": Option(int, ("H", "W"), "shape of a sample"),
    "spikes_per_sample": Option(float, "X", "mean number of input spikes of a sample"),
    "max_rate": Option(float, "X", "largest rate of an input, spikes per step; without it 0.5"),
    "param": Option(parameter, "NAME=VALUE", "another parameter of the neuron kind", repeatable=True),
    "inhibition": Option(inhibition, "W", "what a spike subtracts from the other neurons; none, or 0"),
    "silent": Option(str, "HOW", "what a sample without output spikes answers: nearest or undecided"),
    "weights_as": Option(str, "HOW", "how to read weights of shape (n, 3): matrix or rows"),
    "ignore": Option(str, "NAME", "a name in the file that the model does not need", repeatable=True),
}


def flag(name: str) -> str:
    """Return the command line's word for an option."""
    return "--" + name.replace("_", "-")
