"""Parameter: what a kind says of each of its float parameters, so that every reader checks them alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """A float parameter: its ``unit`` ("" for none) and the range ``low``..``high`` (both included).

    ``per``: what the entries of an array belong to: "neuron", or the name of the integer parameter that
    counts them; "": one number. ``integer``: a whole number.
    ``choices``: a word out of these instead of a number.
    """

    unit: str
    low: float = -1e9
    high: float = 1e9
    per: str = ""
    integer: bool = False
    choices: tuple[str, ...] = ()

    def entries(self, params: Mapping[str, Any], size: int) -> int:
        """Length of the array in a population of ``size`` neurons with ``params``."""
        return size if self.per == "neuron" else int(params[self.per])
