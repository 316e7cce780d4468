"""`float`: the trained network in float64 on the time grid of the integer model; numpy, every kind.

The equations are those of the reference, with nothing rounded and nothing saturated: what differs
between the two is quantisation and nothing else. `brian2` runs the network where it was trained.
"""

import numpy as np

from ..compiler.discretize import discretize
from ..model.network import Network
from ..model.outcome import Outcome
from ..simulator.arithmetic import FloatingPoint
from ..simulator.reference import simulate

INTEGER = False
ARGUMENT = False


class Float:
    """The float network ``network``."""

    def __init__(self, network: Network) -> None:
        self.grid = discretize(network)

    def run(self, images: np.ndarray) -> Outcome:
        """Answers for uint8 ``images`` (n, *shape)."""
        return simulate(self.grid, images, FloatingPoint)


def open(network: Network, argument: str | None = None) -> Float:
    """The float network; it takes no argument."""
    return Float(network)
