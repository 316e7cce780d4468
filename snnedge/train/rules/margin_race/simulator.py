"""The simulator of ``network.py``: one compiled program that learns and predicts.

Equal arguments give equal bits: the program draws no random numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....brian2_program.program import Program
from ....brian2_program.timed_arrays import padded
from .network import DECISION, declare

MAX_BYTES = 1 << 26  # of the sources' numbers for the samples in a run
MAX_SAMPLES = 10_000
SILENT = 127  # phase of a source that does not spike
BLANK = {"phases": SILENT}  # values of a blank sample that are not 0


@dataclass(frozen=True)
class Rule:
    """Constants of the learning rule, as in ``network.py``; ``margin`` > 0 is in units of the weights."""

    margin: float
    graded: float = 0.0
    bias_rate: float = 1.0
    exits: float = 1.0


@dataclass(frozen=True)
class State:
    """The variables of the neurons, all float32; ``thresholds`` are constant.

    ``weights`` (inputs, neurons); ``bias``, ``thresholds`` and ``conscience`` (neurons,). A ``conscience``
    of None is all 0.
    """

    weights: np.ndarray
    bias: np.ndarray
    thresholds: np.ndarray
    conscience: np.ndarray | None = None


@dataclass(frozen=True)
class Response:
    """The outcome of n samples.

    ``winners`` int (n,): of r and q the one with the larger v - threshold, which without a conscience is
    the largest of all. ``decided`` int (n,): step of the decision, or the number of steps without a
    crossing. ``right``, ``wrong`` int (n,): r and q. ``lead`` float (n,): h_r - h_q.
    """

    winners: np.ndarray
    decided: np.ndarray
    right: np.ndarray
    wrong: np.ndarray
    lead: np.ndarray


class Race(Program):
    """A program that contains a race. ``capacity``: upper bound of the samples in a run."""

    capacity: int

    def run(
        self, state: State, labels: np.ndarray, rule: Rule, series: Mapping[str, np.ndarray]
    ) -> tuple[Response, State]:
        """Present n <= capacity samples; return their outcome and the state after them.

        ``labels`` int (neurons,). ``series``: arrays of n rows, by name: ``target``, ``rate``, ``rise``
        (default 0) and those of the sources. Raises ``ToolError`` when the program fails.
        """
        samples = len(series["target"])
        series = {"rise": np.zeros(samples), **series}
        arrays = {
            timed: padded(series[name], self.capacity + 1, BLANK.get(name, 0))
            for name, timed in self.parts.series.items()
        }
        found = self.execute(arrays | self._variables(state, labels, rule), self._results())
        weights = found["w"].reshape(state.weights.shape)
        after = State(weights, found["bias"], state.thresholds, found["conscience"])
        return self._response(found, samples), after

    def _results(self) -> dict[str, Callable[[], Any]]:
        """Return the functions that read the results of a run."""
        parts = self.parts
        return (
            {name: lambda name=name: getattr(parts.decisions, name) for name in DECISION}
            | {"w": lambda: parts.synapses.w[:]}
            | {name: lambda name=name: getattr(parts.outputs, name)[:] for name in ("bias", "conscience")}
        )

    def _variables(self, state: State, labels: np.ndarray, rule: Rule) -> dict[object, np.ndarray]:
        """Return the values of the Brian2 variables before a run."""
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
        # The monitor records at the start of a sample, before the reset: column k + 1 ends sample k.
        row = {name: found[name][0, 1 : samples + 1] for name in DECISION}
        lead = row["height"] - row["best_wrong"]
        ahead = (lead > 0) | ((lead == 0) & (row["right"] < row["wrong"]))
        winners = np.where(ahead, row["right"], row["wrong"]).astype(np.int64)
        right, wrong, decided = (row[name].astype(np.int64) for name in ("right", "wrong", "decided"))
        return Response(winners, decided, right, wrong, lead)


class Simulator(Race):
    """A compiled race of ``inputs`` sources of ``kind`` and ``neurons`` neurons; see ``Program``.

    A sample has at most ``steps`` steps. ``capacity`` defaults to what ``MAX_BYTES`` and ``MAX_SAMPLES``
    allow.
    """

    def __init__(
        self, kind: str, inputs: int, neurons: int, steps: int, capacity: int | None = None
    ) -> None:
        size = 1 if kind == "scan" else 8  # bytes of a number of a source
        self.sizes = kind, inputs, neurons, steps, capacity
        self.capacity = capacity or max(min(MAX_SAMPLES, MAX_BYTES // (size * inputs)), 1)
        super().__init__(lambda b: declare(b, kind, inputs, neurons, steps, self.capacity))
