"""The simulator of ``network.py``: one compiled program that trains, labels and predicts.

Only the sizes of the network are compiled in. Images, phases, learning rates, weights and thresholds are
arguments of every chunk. The program draws no random numbers, so equal arguments give equal bits.
"""

from dataclasses import dataclass

import numpy as np

from ....brian2_program.order import STEP
from ....brian2_program.program import Program
from ....brian2_program.timed_arrays import padded
from ....kinds.encoders import error_diffusion
from ....model.integers import Q16_ONE
from ....model.network import Encoder
from ....simulator.arithmetic import FixedPoint
from ...decision import Response
from ...presentation_order import batches
from .network import declare

CAPACITY = 2500  # default number of samples in a run of the program


@dataclass(frozen=True)
class Chunk:
    """Arguments of n presentations in order, n <= capacity; every array has length n.

    ``rates`` int (n, inputs), Q16 spikes per step. ``seeds`` int, 0..65535, of the encoder's phases.
    ``attract``, ``repel``: gain g of ``w += g (trace - w)`` at a spike of a neuron whose label equals the
    sample's ``target``, or differs. ``rise``: increment of a neuron's threshold at its spike. ``fall``:
    decrement of every threshold at the start of the sample.
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
    """The variables that are learned, and the labels.

    ``weights`` float32 (inputs, neurons), ``thresholds`` float32 (neurons,), ``labels`` int32 (neurons,).
    """

    weights: np.ndarray
    thresholds: np.ndarray
    labels: np.ndarray


class Simulator(Program):
    """A compiled layer of ``neurons`` neurons with ``inputs`` sources; see ``Program``.

    A sample takes ``steps`` steps. ``capacity``: number of samples in a run; fewer are padded with blank
    ones.
    """

    def __init__(self, inputs: int, neurons: int, steps: int, capacity: int = CAPACITY) -> None:
        self.inputs, self.neurons, self.steps, self.capacity = inputs, neurons, steps, capacity
        self.sizes = inputs, neurons, steps, capacity
        super().__init__(lambda b: declare(b, inputs, neurons, steps, capacity))

    def run(self, state: State, chunk: Chunk) -> tuple[Response, State]:
        """Present ``chunk``, starting from ``state``; return the response and the state after it.

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
        """Return the response to uint8 ``images`` (n, *encoder.shape) without learning.

        Raises ``ToolError`` when the program fails.
        """
        parts = batches(len(images), self.capacity)
        responses = [self._respond(state, encoder, images[part]) for part in parts]
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
        """Return the values of the timed arrays and variables before a run."""
        parts, rows = self.parts, self.capacity + 1
        series = {
            timed: padded(getattr(chunk, name).astype(float), rows) for name, timed in parts.series.items()
        }
        return series | {
            parts.synapses.w: state.weights.astype(np.float32).ravel(),
            parts.outputs.threshold: state.thresholds.astype(np.float32),
            parts.outputs.label: state.labels.astype(np.int32),
        }

    def _response(self, chunk: Chunk, found: dict[str, np.ndarray]) -> Response:
        samples = len(chunk.seeds)
        winners = np.full((self.capacity + 1) * self.steps, -1, np.int32)
        winners[np.rint(found["t"] / STEP).astype(int)] = found["i"]
        # The monitor records at the start of a sample, before the reset: row k + 1 ends sample k.
        margins = found["margins"].T[1 : samples + 1]
        driven = input_spikes(chunk.rates, chunk.seeds, np.full(samples, self.steps)) > 0
        return Response(winners.reshape(-1, self.steps)[:samples], margins, driven)


def integer_rates(encoder: Encoder, steps: int, images: np.ndarray) -> np.ndarray:
    """Return the integer model's rates of uint8 ``images``, Q16 spikes per step, int64 (n, inputs)."""
    params = error_diffusion.quantize(error_diffusion.discretize(encoder.params, steps, STEP))
    return error_diffusion.rates(params, images.reshape(len(images), -1), FixedPoint(len(images)))


def input_spikes(rates: np.ndarray, seeds: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return the encoder's spikes in the first ``steps`` int (n,) steps of each sample, int64 (n,).

    ``rates`` as in ``integer_rates``; ``seeds`` int (n,). A source accumulates rate * steps from its phase,
    and each whole 65536 is a spike.
    """
    start = np.stack([error_diffusion.phases(rates.shape[1], int(k)) for k in seeds])
    return np.asarray(((start + rates * steps[:, None]) // Q16_ONE).sum(axis=1))
