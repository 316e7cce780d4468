"""Parameter: what a kind says of each of its float parameters, so that every reader checks them alike."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """A float parameter: its ``unit`` ("" for none) and the range ``low``..``high`` (both included).

    ``per_neuron``: an array of shape (size,) instead of one number. ``integer``: a whole number.
    ``choices``: a word out of these instead of a number.
    """

    unit: str
    low: float = -1e9
    high: float = 1e9
    per_neuron: bool = False
    integer: bool = False
    choices: tuple[str, ...] = ()
