"""Inference of a trained `conductance` network in Brian2, without learning.

The input spikes are those of the integer model.
"""

import numpy as np

from ....kinds.encoders import poisson
from ....model.network import INPUT, Network, Population, Projection
from ....model.outcome import Outcome, empty
from ...decision import decide_spikes
from ...presentation_order import batches
from ...recipe import State
from .constants import Constants, neuron_constants
from .equations import STATE
from .network import Shape
from .presentation import inference_chunk
from .simulator import Chunk, Response, Simulator

CAPACITY = 1000  # samples in a run, as in training: the same program


def supports(network: Network) -> bool:
    """Return whether ``network`` has Poisson input to `lif_cond_exp` neurons with mutual inhibition.

    Inhibition is direct, or through a second population with one threshold.
    """
    names = tuple(p.name for p in network.populations)
    known = {network.encoder.kind, *(p.kind for p in network.populations)}
    if known != {"poisson", "lif_cond_exp"} or len(names) > 2 or network.readout.population != names[0]:
        return False
    first, last = names[0], names[-1]
    paths = {(INPUT, first): ("dense", "sparse"), (last, first): ("lateral",)}
    paths |= {} if first == last else {(first, last): ("one_to_one",)}
    if len(names) == 2 and np.ptp(network.populations[1].params["threshold"]):
        return False
    found = {(p.source, p.target): p for p in network.projections}
    return found.keys() == paths.keys() and all(
        p.kind in paths[ends] and not p.delay and p.receptor == _receptor(p.kind.name)
        for ends, p in found.items()
    )


def _receptor(kind: str) -> str:
    return "inhibitory" if kind == "lateral" else "excitatory"


def replay(network: Network, images: np.ndarray) -> Outcome:
    """Return the outcome for uint8 ``images`` (n, *shape).

    Raises ``ToolError`` without Brian2 or a compiler.
    """
    first, last = network.populations[0], network.populations[-1]
    shape = Shape(network.encoder.size, first.size, CAPACITY, "triplet", "sum", first is last)
    constants, state = _constants(network, first, last), _state(network, first)
    result = empty(len(images), first.size)
    with Simulator(shape) as simulator:
        for part in batches(len(images), CAPACITY):
            chunk = inference_chunk(network.encoder, network.dt, network.steps, images[part])
            response, _ = simulator.run(constants, state, chunk)
            _fill(network, result, part, response, chunk)
    return result


def _constants(network: Network, first: Population, last: Population) -> Constants:
    """Return the constants of the equations, in V; ``theta`` holds the excitatory thresholds."""
    inhibition = _between(network, last.name, first.name).params["weight"]
    found = {
        "excitatory": neuron_constants(first.params, network.dt) | {"inhibition": inhibition, "remain": 1.0}
    }
    if first is not last:
        strength = _between(network, first.name, last.name).params["weight"]
        base = float(np.ravel(last.params["threshold"])[0])
        rest = {"excitation": strength, "base": base}
        found["inhibitory"] = neuron_constants(last.params, network.dt) | rest
    return found


def _between(network: Network, source: str, target: str) -> Projection:
    return next(p for p in network.projections if (p.source, p.target) == (source, target))


def _state(network: Network, first: Population) -> State:
    """Return the state of the equations: all 0 but weights and thresholds."""
    n, sources = first.size, network.encoder.size
    weights = _between(network, INPUT, first.name).weights.astype(np.float32)
    thresholds = np.broadcast_to(first.params["threshold"], n).astype(np.float32)
    state = {"synapses.w": weights, "synapses.limit": weights, "excitatory.theta": thresholds}
    names = [name for name in STATE if len(network.populations) > 1 or not name.startswith("inhibitory")]
    kinds = {name: np.int32 if name.endswith("resting") else np.float32 for name in names}
    sizes = dict.fromkeys(names, n) | {"inputs.trace": sources, "pool.others": 1}
    return {name: np.zeros(sizes[name], kinds[name]) for name in names} | state


def _fill(network: Network, result: Outcome, part: slice, response: Response, chunk: Chunk) -> None:
    """Enter decisions, and the spikes before them, of the samples ``part`` into ``result``."""
    spikes = (response.sample, response.step, response.neuron)
    decided = decide_spikes(len(chunk.gains), network.steps, *spikes, network.readout)
    result.labels[part], result.steps[part] = decided
    before = response.step < result.steps[part][response.sample]
    sample, step, neuron = (values[before] for values in spikes)
    np.add.at(result.spike_counts[part], (sample, neuron), 1)
    np.minimum.at(result.first_spikes[part], (sample, neuron), step)
    noise = _noise(network)
    for k, end in enumerate(decided[1].tolist()):
        result.input_spikes[part.start + k] = np.count_nonzero(noise[:end] < chunk.rates[k])


def _noise(network: Network) -> np.ndarray:
    """Return the random numbers that the encoder compares with its probabilities, (steps, inputs)."""
    key, steps = poisson.key(int(network.encoder.params["seed"])), range(network.steps)
    return np.stack([poisson.draw(key, step, network.encoder.size) for step in steps])
