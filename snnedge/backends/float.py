"""`float`: the trained network in float64 on the time grid of the integer model; numpy, every kind.

The equations are those of the reference without rounding and saturation, so quantisation is the only
difference. `brian2` runs the network in the simulator that trained it.
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
        """Answer uint8 ``images`` (n, *shape)."""
        return simulate(self.grid, images, FloatingPoint)


def open(network: Network, argument: str | None = None) -> Float:
    """Open the float network; it takes no argument."""
    return Float(network)
