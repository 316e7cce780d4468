"""Inference of a trained `wta` network in Brian2: float weights, no learning.

Brian2 runs all steps, and the decision rule is then applied to the spikes (integer-contract.md). The
encoder spikes as in the integer model, bit for bit.
"""

import numpy as np

from ....model.network import INPUT, Network, kind_names
from ....model.outcome import Outcome, empty
from ...decision import decide
from .simulator import Simulator, State, input_spikes, integer_rates


def supports(network: Network) -> bool:
    """Return whether ``network`` is one ``if_wta`` population behind a dense ``error_diffusion`` input."""
    fits = kind_names(network) == ("error_diffusion", "if_wta", "dense")
    projection = network.projections[0]
    return fits and projection.source == INPUT and not projection.delay


def replay(network: Network, images: np.ndarray) -> Outcome:
    """Return the outcome for uint8 ``images`` (n, *shape).

    Raises ``ToolError`` without Brian2 or a compiler.
    """
    (population,), (projection,) = network.populations, network.projections
    size, encoder, steps = population.size, network.encoder, network.steps
    thresholds = np.broadcast_to(population.params["threshold"], size)
    state = State(projection.weights, thresholds, network.readout.labels)
    with Simulator(encoder.size, size, steps) as simulator:
        response = simulator.respond(state, encoder, images)
    result = empty(len(images), size)
    result.labels[:], result.steps[:] = decide(response, network.readout)
    _count(response.winners, result)
    seeds = np.full(len(images), encoder.params["seed"])
    rates = integer_rates(encoder, steps, images)
    result.input_spikes[:] = input_spikes(rates, seeds, result.steps.astype(np.int64))
    return result


def _count(winners: np.ndarray, result: Outcome) -> None:
    """Enter the spikes before the decision into ``result``."""
    for step, winner in enumerate(winners.T):
        rows = np.flatnonzero((winner >= 0) & (step < result.steps))
        result.spike_counts[rows, winner[rows]] += 1
        first = result.first_spikes[rows, winner[rows]]
        result.first_spikes[rows, winner[rows]] = np.minimum(first, step)
