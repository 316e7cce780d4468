"""Runs the `conductance` network in Brian2: one compiled program that trains, labels and predicts.

The program knows only sizes and rules; constants, images, weights and all that changes are handed to it
chunk by chunk. Its random numbers are a function of seed, step and input
(``encoders/poisson.py``), so the same arguments always give the same bits.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ....brian2_program.program import Program, filled_up
from ...recipe import State
from .network import STATE, STEP, Shape, declare

Constants = dict[str, dict[str, float]]  # by group and name, as in the equations of conductance_network


@dataclass(frozen=True)
class Chunk:
    """n <= capacity samples to be presented.

    ``rates`` float (n, inputs): Q16 spikes per step at intensity 1. ``gains`` float (n,): factor on what is
    learned; 0: nothing. ``seed``: of the first presentation's random numbers, ``stride``: from one to the
    next. ``driven`` steps with input, ``length`` steps with the rest. ``initial``: intensity; with fewer
    than ``least`` spikes the sample is presented again with intensity + 1, up to ``cap``. ``keep``:
    membranes and traces live on from one presentation to the next.
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
    """Output spikes of each sample's last presentation, by sample, step and neuron: ``sample``, ``step``,
    ``neuron`` int (spikes,). ``intensity`` float (n,) of it; ``presentations``, repeated ones included."""

    sample: np.ndarray
    step: np.ndarray
    neuron: np.ndarray
    intensity: np.ndarray
    presentations: int


class Simulator(Program):
    """A network of ``shape``, compiled; a context manager, see ``Program``. Raises ``ToolError``."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(lambda b: declare(b, shape))

    def run(self, constants: Constants, state: State, chunk: Chunk) -> tuple[Response, State]:
        """Present ``chunk``, starting from ``state``; return the answers and the state after it.

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
        tables = {**constants, "control": _numbers(chunk)}
        numbers = {f"{group}.{name}": v for group, table in tables.items() for name, v in table.items()}
        arrays = {name: state[name].ravel() for name in STATE if name in state}
        series = self.parts.series
        return {self._variable(name): value for name, value in (numbers | arrays).items()} | {
            series["images"]: filled_up(chunk.rates.astype(float), len(series["images"].values)),
            series["gains"]: filled_up(chunk.gains.astype(float), len(series["gains"].values)),
        }

    def _variable(self, name: str) -> Any:
        group, variable = name.split(".")
        return getattr(self.parts.groups[group], variable)


def _numbers(chunk: Chunk) -> dict[str, float]:
    """What ``control`` needs to know of ``chunk``."""
    whole = {name: getattr(chunk, name) for name in ("length", "driven", "seed", "stride")}
    real = {name: float(getattr(chunk, name)) for name in ("initial", "least", "cap", "keep")}
    return {**whole, **real, "samples": len(chunk.gains), "intensity": float(chunk.initial)}


def _response(found: dict[str, np.ndarray], length: int) -> Response:
    """Only the last presentation of each sample counts."""
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
