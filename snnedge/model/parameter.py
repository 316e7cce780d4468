"""Parameter: what a kind says of each of its float parameters, so that every reader checks them alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """A float parameter: its ``unit`` ("" for none) and the range ``low``..``high`` (both included).

    ``per``: what the entries of an array belong to: "neuron", or the name of the integer parameter that
    counts them; "": one number. ``integer``: a whole number.
    ``choices``: a word out of these instead of a number. ``default``: of an integer that files may lack.
    """

    unit: str
    low: float = -1e9
    high: float = 1e9
    per: str = ""
    integer: bool = False
    choices: tuple[str, ...] = ()
    default: int | None = None

    def entries(self, params: Mapping[str, Any], size: int) -> int:
        """Length of the array in a population of ``size`` neurons with ``params``."""
        return size if self.per == "neuron" else int(params[self.per])


def defaults(parameters: Mapping[str, Parameter]) -> dict[str, int]:
    """The integers that a file may lack. The value that means "as before they existed" keeps old hashes."""
    return {name: p.default for name, p in parameters.items() if p.default is not None}
