"""Runs the `wta` network in Brian2: one compiled program that trains, labels and predicts.

The program knows only the sizes of the network. All that changes while a training runs (images, phases,
learning rates, weights, thresholds) is handed to it chunk by chunk, so it is built once. It draws no
random numbers: the same arguments always give the same bits.
"""

from dataclasses import dataclass

import numpy as np

from ....brian2_program.program import Program, filled_up
from ....kinds.encoders import error_diffusion
from ....model.integers import Q16_ONE
from ....model.network import Encoder
from ....simulator.arithmetic import FixedPoint
from . import network as wta_network

CAPACITY = 2500  # samples per run of the program, unless told otherwise


@dataclass(frozen=True)
class Chunk:
    """What happens to n samples, no more than the capacity, in order; every array has length n.

    ``rates`` int (n, inputs), Q16 spikes per step. ``seeds`` int, 0..65535, of the encoder's phases.
    ``attract``, ``repel``: gain g of ``w += g (trace - w)`` at a spike of a neuron whose label is
    the sample's ``target``, or is another one. ``rise``: what a spike adds to its neuron's
    threshold; ``fall``: what every threshold loses at the start of the sample.
    """

    rates: np.ndarray
    seeds: np.ndarray
    attract: np.ndarray
    repel: np.ndarray
    rise: np.ndarray
    fall: np.ndarray
    target: np.ndarray


@dataclass(frozen=True)
class State:
    """``weights`` float32 (inputs, neurons), ``thresholds`` float32 (neurons,), ``labels`` int32
    (neurons,)."""

    weights: np.ndarray
    thresholds: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Response:
    """``winners`` int32 (n, steps): the neuron that fired in a step, or -1. ``margins`` float32
    (n, neurons): v - threshold after the last step. ``driven`` bool (n,): there were input spikes."""

    winners: np.ndarray
    margins: np.ndarray
    driven: np.ndarray


class Simulator(Program):
    """``inputs`` sources, ``neurons`` neurons, ``steps`` steps per sample, compiled.

    A context manager, see ``Program``. ``capacity``: samples of a run at most; fewer are filled up with
    blank ones.
    """

    def __init__(self, inputs: int, neurons: int, steps: int, capacity: int = CAPACITY) -> None:
        self.inputs, self.neurons, self.steps, self.capacity = inputs, neurons, steps, capacity
        super().__init__(lambda b: wta_network.declare(b, inputs, neurons, steps, capacity))

    def run(self, state: State, chunk: Chunk) -> tuple[Response, State]:
        """Present ``chunk``, starting from ``state``; return the answers and the state after it.

        Raises ``ToolError`` when the program fails.
        """
        parts = self.parts
        read = {
            "t": lambda: parts.spikes.t,
            "i": lambda: parts.spikes.i[:],
            "margins": lambda: parts.finals.margin,
            "w": lambda: parts.synapses.w[:],
            "thresholds": lambda: parts.outputs.threshold[:],
        }
        found = self.execute(self._arguments(state, chunk), read)
        after = State(found["w"].reshape(self.inputs, self.neurons), found["thresholds"], state.labels)
        return self._response(chunk, found), after

    def respond(self, state: State, encoder: Encoder, images: np.ndarray) -> Response:
        """Answers to uint8 ``images`` (n, *encoder.shape) of a network that does not learn."""
        parts = range(0, len(images), self.capacity)
        responses = [self._respond(state, encoder, images[k : k + self.capacity]) for k in parts]
        return Response(
            winners=np.concatenate([r.winners for r in responses]),
            margins=np.concatenate([r.margins for r in responses]),
            driven=np.concatenate([r.driven for r in responses]),
        )

    def _respond(self, state: State, encoder: Encoder, images: np.ndarray) -> Response:
        seeds = np.full(len(images), encoder.params["seed"])
        rates = integer_rates(encoder, self.steps, images)
        return self.run(state, Chunk(rates, seeds, *np.zeros((5, len(images)))))[0]

    def _arguments(self, state: State, chunk: Chunk) -> dict[object, np.ndarray]:
        parts, rows = self.parts, self.capacity + 1
        series = {
            timed: filled_up(getattr(chunk, name).astype(float), rows)
            for name, timed in parts.series.items()
        }
        return series | {
            parts.synapses.w: state.weights.astype(np.float32).ravel(),
            parts.outputs.threshold: state.thresholds.astype(np.float32),
            parts.outputs.label: state.labels.astype(np.int32),
        }

    def _response(self, chunk: Chunk, found: dict[str, np.ndarray]) -> Response:
        samples = len(chunk.seeds)
        winners = np.full((self.capacity + 1) * self.steps, -1, np.int32)
        winners[np.rint(found["t"] / wta_network.STEP).astype(int)] = found["i"]
        # The monitor acts at the start of a sample, before the reset: row k + 1 is the end of sample k.
        margins = found["margins"].T[1 : samples + 1]
        driven = input_spikes(chunk.rates, chunk.seeds, np.full(samples, self.steps)) > 0
        return Response(winners.reshape(-1, self.steps)[:samples], margins, driven)


def integer_rates(encoder: Encoder, steps: int, images: np.ndarray) -> np.ndarray:
    """Rates in Q16 spikes per step, int64 (n, inputs): to the bit those of the integer model."""
    params = error_diffusion.quantize(error_diffusion.discretize(encoder.params, steps, wta_network.STEP))
    return error_diffusion.rates(params, images.reshape(len(images), -1), FixedPoint(len(images)))


def input_spikes(rates: np.ndarray, seeds: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Spikes of the encoder in the first ``steps`` int (n,) steps of each sample, int64 (n,)."""
    start = np.stack([error_diffusion.phases(rates.shape[1], int(k)) for k in seeds])
    return np.asarray(((start + rates * steps[:, None]) // Q16_ONE).sum(axis=1))
