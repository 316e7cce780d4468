"""Inference of a trained `conv_wta` network in Brian2: its readout in floats, without learning.

As in the training, the spikes of layer 1 come from the integer core: it was rounded before the readout
learned.
"""

from dataclasses import replace

import numpy as np

from ....compiler.quantize import quantize
from ....kinds.neurons.if_ttfs import NEVER
from ....model.network import INPUT, UNDECIDED, Network, kind_names
from ....model.outcome import Outcome, empty
from ....runtime.runtime import Runtime
from ...presentation_order import batches
from ...rules.margin_race.simulator import SILENT, Response, Rule, Simulator, State

UNLABELLED_BIAS = 1e6  # keeps neurons without a label from being the nearest


def supports(network: Network) -> bool:
    """Return whether ``network`` is a rounded patch layer behind ``binary``, and a race.

    The race ends at its first spike, or has no threshold.
    """
    if kind_names(network) != ("binary", "conv_wta", "if_ttfs", "patch", "dense"):
        return False
    (features, output), (patch, dense) = network.populations, network.projections
    wired = (patch.source, dense.source, dense.target) == (INPUT, features.name, output.name)
    never = np.asarray(output.params["threshold"]) >= NEVER
    ends = network.readout.exit_margin == 1 and bool(
        (network.readout.labels >= 0).all() and not never.any()
    )
    return wired and not dense.delay and bool(patch.bits) and (ends or bool(never.all()))


def replay(network: Network, images: np.ndarray) -> Outcome:
    """Return the outcome for uint8 ``images`` (n, *shape).

    Raises ``ToolError`` without Brian2 or a compiler.
    """
    output, labels = network.populations[1], network.readout.labels
    bias = output.params["bias"] + UNLABELLED_BIAS * (labels < 0)
    threshold = np.asarray(output.params["threshold"])
    exits = bool((threshold < NEVER).all())
    # In single precision NEVER absorbs all other terms; without exits only differences of v matter.
    state = State(network.projections[1].weights, bias, threshold * exits)
    phases = _phases(network, images)
    with Simulator("scan", phases.shape[1], output.size, network.steps) as simulator:
        parts = batches(len(phases), simulator.capacity)
        found = [_race(simulator, state, labels, phases[part], exits) for part in parts]
    winners = np.concatenate([response.winners for response in found])
    decided = np.concatenate([response.decided for response in found])
    return _outcome(network, images, winners, decided)


def _phases(network: Network, images: np.ndarray) -> np.ndarray:
    """Return the step at which each unit of layer 1 spikes, or ``SILENT``: int8 (n, units)."""
    features, output = network.populations
    never = {**output.params, "threshold": np.full(output.size, NEVER)}
    whole = replace(network, populations=(features, replace(output, params=never)))
    first = Runtime(quantize(whole)).first_spikes(images, features.name)
    return np.asarray(np.minimum(first, SILENT).astype(np.int8))


def _race(
    simulator: Simulator, state: State, labels: np.ndarray, phases: np.ndarray, exits: bool
) -> Response:
    """Return the outcome of a race in which nothing is learned."""
    zeros = np.zeros(len(phases))
    series = {"phases": phases, "target": zeros, "rate": zeros}
    return simulator.run(state, labels, Rule(1.0, exits=exits), series)[0]


def _outcome(network: Network, images: np.ndarray, winners: np.ndarray, decided: np.ndarray) -> Outcome:
    """Return the outcome of a race with ``winners`` and decisions at the steps ``decided``, int (n,)."""
    result = empty(len(images), len(network.readout.labels))
    gray = images.reshape(len(images), -1)
    result.input_spikes[:] = (gray >= network.encoder.params["threshold"]).sum(axis=1)
    crossed = decided < network.steps
    answered = crossed | (network.readout.nearest & (result.input_spikes > 0))
    result.labels[:] = np.where(answered, network.readout.labels[winners], UNDECIDED)
    result.steps[:] = np.minimum(decided + 1, network.steps)
    rows = np.flatnonzero(crossed)
    result.spike_counts[rows, winners[rows]] = 1
    result.first_spikes[rows, winners[rows]] = decided[rows]
    return result
