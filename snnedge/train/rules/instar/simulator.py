"""Runs the network of ``instar_network`` in Brian2: one compiled program that learns and answers.

The same arguments always give the same bits: the program draws no random numbers.
"""

from dataclasses import dataclass

import numpy as np

from ....brian2_program.program import Program, filled_up
from ...recipes.wta.network import STEP
from . import network as instar_network

MAX_BYTES = 1 << 26  # of the samples of one run
MAX_SAMPLES = 50_000


@dataclass(frozen=True)
class State:
    """float32: ``weights`` (inputs, neurons), ``thresholds`` and ``conscience`` (neurons,)."""

    weights: np.ndarray
    thresholds: np.ndarray
    conscience: np.ndarray


class Simulator(Program):
    """``inputs`` sources, ``neurons`` neurons, compiled. A context manager, see ``Program``.

    ``capacity``: samples of a run at most.
    """

    def __init__(self, inputs: int, neurons: int) -> None:
        self.capacity = max(min(MAX_SAMPLES, MAX_BYTES // inputs), 1)
        super().__init__(lambda b: instar_network.declare(b, inputs, neurons, self.capacity))

    def run(
        self, state: State, pixels: np.ndarray, rate: np.ndarray, rise: np.ndarray
    ) -> tuple[np.ndarray, State]:
        """Present ``pixels`` bool (n, inputs), and return the winners, int64 (n,), and the state after it.

        ``rate``, ``rise``: float (n,), see ``instar_network``. Raises ``ToolError`` when the program fails.
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
        arrays = {timed: filled_up(series[name], self.capacity) for name, timed in parts.series.items()} | {
            parts.synapses.w: state.weights.astype(np.float32).ravel(),
            parts.outputs.threshold: state.thresholds.astype(np.float32),
            parts.outputs.conscience: state.conscience.astype(np.float32),
        }
        found = self.execute(
            arrays,
            {
                "w": lambda: parts.synapses.w[:],
                "thresholds": lambda: parts.outputs.threshold[:],
                "conscience": lambda: parts.outputs.conscience[:],
                "step": lambda: np.asarray(parts.spikes.t) / STEP,
                "winner": lambda: parts.spikes.i[:],
            },
        )
        winners = np.full(self.capacity, -1, np.int64)
        winners[np.rint(found["step"]).astype(int)] = found["winner"]
        weights = found["w"].reshape(state.weights.shape)
        return winners[: len(pixels)], State(weights, found["thresholds"], found["conscience"])
