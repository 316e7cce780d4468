"""Runs the race of ``race_network`` in Brian2: one compiled program that learns and answers.

The same arguments always give the same bits: the program draws no random numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ....brian2_program.program import Program, filled_up
from . import network as race_network

MAX_BYTES = 1 << 26  # of what the sources need to know about the samples of one run
MAX_SAMPLES = 10_000
SILENT = 127  # phase of a source that does not spike


@dataclass(frozen=True)
class Rule:
    """``margin``, ``graded``, ``bias_rate``, ``exits`` of ``race_network``."""

    margin: float
    graded: float = 0.0
    bias_rate: float = 1.0
    exits: float = 1.0


@dataclass(frozen=True)
class State:
    """float32: ``weights`` (inputs, neurons), ``bias``, ``thresholds`` and ``conscience`` (neurons,).

    No ``conscience``: all 0.
    """

    weights: np.ndarray
    bias: np.ndarray
    thresholds: np.ndarray
    conscience: np.ndarray | None = None


@dataclass(frozen=True)
class Response:
    """Of n samples: ``winners`` int (n,), of r and q the one with the larger v - threshold (without a
    conscience the largest of all), and ``decided`` int (n,), the step of the decision, or the number of
    steps if no neuron crossed. ``right``, ``wrong``: r and q, int (n,), and ``lead``: h_r - h_q.
    """

    winners: np.ndarray
    decided: np.ndarray
    right: np.ndarray
    wrong: np.ndarray
    lead: np.ndarray


class Race(Program):
    """Any program that holds a race. ``capacity``: samples of a run at most."""

    capacity: int

    def run(
        self, state: State, labels: np.ndarray, rule: Rule, series: Mapping[str, np.ndarray]
    ) -> tuple[Response, State]:
        """Present n <= capacity samples; ``labels`` int (neurons,).

        ``series``: arrays of n rows: ``target``, ``rate``, ``rise`` (else 0) and those of the sources.
        Raises ``ToolError`` when the program fails.
        """
        parts, samples = self.parts, len(series["target"])
        series, blank = {"rise": np.zeros(samples), **series}, {"phases": SILENT}
        arrays = {
            timed: filled_up(series[name], self.capacity + 1, blank.get(name, 0))
            for name, timed in parts.series.items()
        }
        found = self.execute(
            arrays | self._variables(state, labels, rule),
            {name: lambda name=name: getattr(parts.answers, name) for name in race_network.ANSWERS}
            | {"w": lambda: parts.synapses.w[:]}
            | {name: lambda name=name: getattr(parts.outputs, name)[:] for name in ("bias", "conscience")},
        )
        weights = found["w"].reshape(state.weights.shape)
        after = State(weights, found["bias"], state.thresholds, found["conscience"])
        return self._response(found, samples), after

    def _variables(self, state: State, labels: np.ndarray, rule: Rule) -> dict[object, np.ndarray]:
        parts = self.parts
        conscience = np.zeros(len(labels)) if state.conscience is None else state.conscience
        rules = {name: np.array([value], np.float32) for name, value in vars(rule).items()}
        return {getattr(parts.arbiter, name): value for name, value in rules.items()} | {
            parts.synapses.w: state.weights.astype(np.float32).ravel(),
            parts.outputs.bias: state.bias.astype(np.float32),
            parts.outputs.threshold: state.thresholds.astype(np.float32),
            parts.outputs.conscience: conscience.astype(np.float32),
            parts.outputs.label: labels.astype(np.int32),
            parts.outputs.share: (1 / (labels[:, None] == labels).sum(axis=1)).astype(np.float32),
        }

    def _response(self, found: dict[str, np.ndarray], samples: int) -> Response:
        # The monitor acts at the start of a sample, before the reset: row k + 1 is the end of sample k.
        row = {name: found[name][0, 1 : samples + 1] for name in race_network.ANSWERS}
        lead = row["height"] - row["best_wrong"]
        ahead = (lead > 0) | ((lead == 0) & (row["right"] < row["wrong"]))
        winners = np.where(ahead, row["right"], row["wrong"]).astype(np.int64)
        right, wrong, decided = (row[name].astype(np.int64) for name in ("right", "wrong", "decided"))
        return Response(winners, decided, right, wrong, lead)


class Simulator(Race):
    """``inputs`` sources of ``kind``, ``neurons`` neurons, ``steps`` steps per sample, compiled.

    A context manager, see ``Program``.
    """

    def __init__(
        self, kind: str, inputs: int, neurons: int, steps: int, capacity: int | None = None
    ) -> None:
        size = 1 if kind == "scan" else 8
        self.steps, self.neurons = steps, neurons
        self.capacity = capacity or max(min(MAX_SAMPLES, MAX_BYTES // (size * inputs)), 1)
        super().__init__(lambda b: race_network.declare(b, kind, inputs, neurons, steps, self.capacity))
