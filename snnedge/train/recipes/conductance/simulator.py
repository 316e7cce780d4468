"""The simulator of ``network.py``: one compiled program that trains, labels and predicts.

Only sizes and rules are compiled in. Constants, images and weights are arguments of every chunk. Random
numbers are a function of seed, step and input (``encoders/poisson.py``), so equal arguments give equal
bits.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....brian2_program.order import STEP
from ....brian2_program.program import Program
from ....brian2_program.timed_arrays import padded
from ...recipe import State
from .constants import Constants
from .equations import STATE
from .network import Shape, declare


@dataclass(frozen=True)
class Chunk:
    """Arguments of n samples in order, n <= capacity.

    ``rates`` float (n, inputs): Q16 spikes per step at intensity 1. ``gains`` float (n,): factor on the
    learning rate; 0: no learning. ``seed``: of the random numbers of the first presentation, ``stride``:
    its increment. ``driven``: steps with input; ``length``: steps with the rest after it. ``initial``:
    intensity; with fewer than ``least`` spikes the sample is presented again with intensity + 1, up to
    ``cap``. ``keep``: membranes and traces continue in the next presentation.
    """

    rates: np.ndarray
    gains: np.ndarray
    seed: int
    stride: int
    length: int
    driven: int
    initial: float
    least: float
    cap: float
    keep: bool


@dataclass(frozen=True)
class Response:
    """Output of the last presentation of n samples.

    ``sample``, ``step``, ``neuron`` int (spikes,), sorted by them. ``intensity`` float (n,).
    ``presentations``: number in all, repeated ones included.
    """

    sample: np.ndarray
    step: np.ndarray
    neuron: np.ndarray
    intensity: np.ndarray
    presentations: int


class Simulator(Program):
    """A compiled network of ``shape``; see ``Program``. Raises ``ToolError``."""

    def __init__(self, shape: Shape) -> None:
        self.sizes = (shape,)
        super().__init__(lambda b: declare(b, shape))

    def run(self, constants: Constants, state: State, chunk: Chunk) -> tuple[Response, State]:
        """Present ``chunk``, starting from ``state``; return the response and the state after it.

        Raises ``ToolError`` when the program fails.
        """
        parts, kept = self.parts, [name for name in STATE if name in state]
        read = {name: lambda name=name: self._variable(name)[:] for name in kept} | {
            "step": lambda: np.rint(np.asarray(parts.spikes.t) / STEP).astype(np.int64),
            "neuron": lambda: parts.spikes.i[:],
            "cursor": lambda: parts.begins.cursor[:],
            "intensity": lambda: parts.begins.intensity[:],
        }
        found = self.execute(self._arguments(constants, state, chunk), read)
        after = {name: found[name].reshape(state[name].shape) for name in kept}
        return _response(found, chunk.length), {**state, **after}

    def _arguments(self, constants: Constants, state: State, chunk: Chunk) -> dict[object, Any]:
        """Return the values of the timed arrays and variables before a run."""
        tables = {**constants, "control": _numbers(chunk)}
        numbers = {f"{group}.{name}": v for group, table in tables.items() for name, v in table.items()}
        arrays = {name: state[name].ravel() for name in STATE if name in state}
        series = self.parts.series
        return {self._variable(name): value for name, value in (numbers | arrays).items()} | {
            series["images"]: padded(chunk.rates.astype(float), len(series["images"].values)),
            series["gains"]: padded(chunk.gains.astype(float), len(series["gains"].values)),
        }

    def _variable(self, name: str) -> Any:
        """Return the Brian2 variable ``name``, as group.variable."""
        group, variable = name.split(".")
        return getattr(self.parts.groups[group], variable)


def _numbers(chunk: Chunk) -> dict[str, float]:
    """Return the variables of `control` for ``chunk``."""
    whole = {name: getattr(chunk, name) for name in ("length", "driven", "seed", "stride")}
    real = {name: float(getattr(chunk, name)) for name in ("initial", "least", "cap", "keep")}
    return {**whole, **real, "samples": len(chunk.gains), "intensity": float(chunk.initial)}


def _response(found: dict[str, np.ndarray], length: int) -> Response:
    """Return the response, in which only the last presentation of each sample counts."""
    cursor, presentation = found["cursor"], found["step"] // length
    last = np.append(cursor[1:] != cursor[:-1], True)
    kept = last[presentation]
    return Response(
        sample=cursor[presentation[kept]],
        step=found["step"][kept] % length,
        neuron=found["neuron"][kept],
        intensity=found["intensity"][last],
        presentations=len(cursor),
    )
