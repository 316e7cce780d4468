"""`float`: the trained network in Brian2, with float weights and without learning.

All steps are run; the decision rule is then applied to the spikes (docs/fixed-point.md). The encoder
draws its spikes as the integer model does, to the bit.
"""

import numpy as np

from ..errors import InputError
from ..network import INPUT, Network, Population, Projection
from ..outcome import Outcome, empty

INTEGER = False
ARGUMENT = False


class Float:
    """A network of one ``if_wta`` population with dense input; Brian2 compiles it in ``run``."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.population, self.projection = _parts(network)

    def run(self, images: np.ndarray) -> Outcome:
        """Answers for uint8 ``images`` (n, *shape). Raises ``ToolError`` without Brian2 or a compiler."""
        from ..train.answers import decide
        from ..train.wta_simulator import Simulator, State, input_spikes, integer_rates

        net, size = self.network, self.population.size
        state = State(
            weights=self.projection.weights,
            thresholds=np.broadcast_to(self.population.params["threshold"], size),
            labels=net.readout.labels,
        )
        with Simulator(net.encoder.size, size, net.steps) as simulator:
            response = simulator.respond(state, net.encoder, images)
        result = empty(len(images), size)
        result.labels[:], result.steps[:] = decide(response, net.readout)
        _count(response.winners, result)
        rates = integer_rates(net.encoder, net.steps, images)
        seeds = np.full(len(images), net.encoder.params["seed"])
        result.input_spikes[:] = input_spikes(rates, seeds, result.steps.astype(np.int64))
        return result


def open(network: Network, argument: str | None = None) -> Float:
    """Brian2; it takes no argument. Raises ``InputError`` for a network that it cannot run yet."""
    return Float(network)


def _parts(net: Network) -> tuple[Population, Projection]:
    kinds = [net.encoder.kind, *(p.kind for p in net.populations), *(s.kind for s in net.projections)]
    if kinds != ["error_diffusion", "if_wta", "dense"] or net.projections[0].source != INPUT:
        runs = "error_diffusion -> one if_wta population, through one dense projection"
        raise InputError(f"backend float runs only {runs}; {net.name!r} has {', '.join(kinds)}")
    return net.populations[0], net.projections[0]


def _count(winners: np.ndarray, result: Outcome) -> None:
    """Fill in the spikes up to the decision."""
    for step, winner in enumerate(winners.T):
        rows = np.flatnonzero((winner >= 0) & (step < result.steps))
        result.spike_counts[rows, winner[rows]] += 1
        first = result.first_spikes[rows, winner[rows]]
        result.first_spikes[rows, winner[rows]] = np.minimum(first, step)
