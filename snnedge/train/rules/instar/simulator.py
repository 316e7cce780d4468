"""The simulator of ``network.py``: one compiled program that learns and predicts.

Equal arguments give equal bits: the program draws no random numbers.
"""

from dataclasses import dataclass

import numpy as np

from ....brian2_program.order import STEP
from ....brian2_program.program import Program
from ....brian2_program.timed_arrays import padded
from .network import declare

MAX_BYTES = 1 << 26  # of the samples in a run
MAX_SAMPLES = 50_000


@dataclass(frozen=True)
class State:
    """The variables that are learned, all float32.

    ``weights`` (inputs, neurons), ``thresholds`` and ``conscience`` (neurons,).
    """

    weights: np.ndarray
    thresholds: np.ndarray
    conscience: np.ndarray


class Simulator(Program):
    """A compiled network of ``inputs`` sources and ``neurons`` neurons; see ``Program``.

    ``capacity``: upper bound of the samples in a run of the program.
    """

    def __init__(self, inputs: int, neurons: int) -> None:
        self.sizes = inputs, neurons
        self.capacity = max(min(MAX_SAMPLES, MAX_BYTES // inputs), 1)
        super().__init__(lambda b: declare(b, inputs, neurons, self.capacity))

    def run(
        self, state: State, pixels: np.ndarray, rate: np.ndarray, rise: np.ndarray
    ) -> tuple[np.ndarray, State]:
        """Present ``pixels`` bool (n, inputs); return the winners, int64 (n,), and the state after them.

        ``rate``, ``rise``: float (n,), see ``network.py``. Raises ``ToolError`` when the program fails.
        """
        winners = [np.zeros(0, np.int64)]
        for k in range(0, len(pixels), self.capacity):
            part = slice(k, k + self.capacity)
            won, state = self._run(state, pixels[part], rate[part], rise[part])
            winners.append(won)
        return np.concatenate(winners), state

    def _run(
        self, state: State, pixels: np.ndarray, rate: np.ndarray, rise: np.ndarray
    ) -> tuple[np.ndarray, State]:
        parts = self.parts
        series = {"pixels": pixels.astype(np.int8), "rate": rate, "rise": rise}
        arrays = {timed: padded(series[name], self.capacity) for name, timed in parts.series.items()}
        read = {
            "w": lambda: parts.synapses.w[:],
            "thresholds": lambda: parts.outputs.threshold[:],
            "conscience": lambda: parts.outputs.conscience[:],
            "step": lambda: np.asarray(parts.spikes.t) / STEP,
            "winner": lambda: parts.spikes.i[:],
        }
        found = self.execute(arrays | self._variables(state), read)
        winners = np.full(self.capacity, -1, np.int64)
        winners[np.rint(found["step"]).astype(int)] = found["winner"]
        weights = found["w"].reshape(state.weights.shape)
        return winners[: len(pixels)], State(weights, found["thresholds"], found["conscience"])

    def _variables(self, state: State) -> dict[object, np.ndarray]:
        """Return the values of the Brian2 variables before a run."""
        return {
            self.parts.synapses.w: state.weights.astype(np.float32).ravel(),
            self.parts.outputs.threshold: state.thresholds.astype(np.float32),
            self.parts.outputs.conscience: state.conscience.astype(np.float32),
        }
