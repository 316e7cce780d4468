"""Parameters: the declaration of each float parameter of a kind, from which every reader checks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """A float parameter: its ``unit`` ("" for none) and the range ``low``..``high`` (both included).

    ``per``: "neuron" for an array with one entry per neuron, or the name of the integer parameter that is
    its length; "" for one number. ``integer``: a whole number. ``choices``: the words that take the place
    of a number. ``default``: the value of an integer that a file may lack.
    """

    unit: str
    low: float = -1e9
    high: float = 1e9
    per: str = ""
    integer: bool = False
    choices: tuple[str, ...] = ()
    default: int | None = None

    def entries(self, params: Mapping[str, Any], size: int) -> int:
        """Return the length of the array in a population of ``size`` neurons with ``params``."""
        return size if self.per == "neuron" else int(params[self.per])


def defaults(parameters: Mapping[str, Parameter]) -> dict[str, int]:
    """Return the integers that a file may lack. A hash leaves them out, so that old hashes stay."""
    return {name: p.default for name, p in parameters.items() if p.default is not None}
