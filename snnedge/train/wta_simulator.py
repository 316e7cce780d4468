"""Runs the `wta` network in Brian2: one compiled program that trains, labels and predicts.

The program knows only the sizes of the network. All that changes while a training runs (images, phases,
learning rates, weights, thresholds) is handed to it chunk by chunk, so it is built once. It draws no
random numbers: the same arguments always give the same bits.
"""

import contextlib
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from ..arithmetic import Q16_ONE, FixedPoint
from ..encoders import error_diffusion
from ..errors import ToolError
from ..network import Encoder
from . import build, wta_network

CAPACITY = 2500  # samples per run of the program; fewer are filled up with blank ones


@dataclass(frozen=True)
class Chunk:
    """What happens to n <= CAPACITY samples, in order; every array has length n.

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


class Simulator:
    """``inputs`` sources, ``neurons`` neurons, ``steps`` steps per sample, compiled.

    A context manager; its files are temporary. Brian2 has one device per process: open one at a
    time. ``compile_seconds``: what opening it took. Raises ``ToolError``.
    """

    def __init__(self, inputs: int, neurons: int, steps: int) -> None:
        start = time.perf_counter()
        self.inputs, self.neurons, self.steps = inputs, neurons, steps
        self._brian = build.acquire()
        self._folder = Path(tempfile.mkdtemp(prefix="snnedge-brian2-"))
        try:
            self._parts = wta_network.declare(self._brian, inputs, neurons, steps, CAPACITY)
            build.compile_network(self._brian.device, self._folder)
        except BaseException:
            self.close()
            raise
        self.compile_seconds = time.perf_counter() - start

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the program and all its files, and give Brian2 free."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self.__dict__.pop("_parts", None)
        build.release(self._brian)

    def run(self, state: State, chunk: Chunk) -> tuple[Response, State]:
        """Present ``chunk``, starting from ``state``; return the answers and the state after it.

        Raises ``ToolError`` when the program fails.
        """
        device = self._brian.device
        try:
            with contextlib.redirect_stdout(sys.stderr):  # Brian2 prints there when a run fails
                device.run(with_output=False, run_args=self._arguments(state, chunk))
            device.delete(code=False, data=False, directory=False)
            return self._response(chunk), self._state(state.labels)
        except (RuntimeError, OSError, ValueError, IndexError) as error:
            raise ToolError(f"the compiled network failed ({error}); is the disk full?") from error

    def respond(self, state: State, encoder: Encoder, images: np.ndarray) -> Response:
        """Answers to uint8 ``images`` (n, *encoder.shape) of a network that does not learn."""
        parts = range(0, len(images), CAPACITY)
        responses = [self._respond(state, encoder, images[k : k + CAPACITY]) for k in parts]
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
        parts = self._parts
        series = {
            timed: _filled_up(getattr(chunk, name), timed.values.shape)
            for name, timed in parts.series.items()
        }
        return series | {
            parts.synapses.w: state.weights.astype(np.float32).ravel(),
            parts.outputs.threshold: state.thresholds.astype(np.float32),
            parts.outputs.label: state.labels.astype(np.int32),
        }

    def _response(self, chunk: Chunk) -> Response:
        samples, spikes = len(chunk.seeds), self._parts.spikes
        winners = np.full((CAPACITY + 1) * self.steps, -1, np.int32)
        winners[np.rint(np.asarray(spikes.t) / wta_network.STEP).astype(int)] = spikes.i[:]
        # The monitor acts at the start of a sample, before the reset: row k + 1 is the end of sample k.
        margins = np.array(self._parts.finals.margin).T[1 : samples + 1]
        driven = input_spikes(chunk.rates, chunk.seeds, np.full(samples, self.steps)) > 0
        return Response(winners.reshape(-1, self.steps)[:samples], margins, driven)

    def _state(self, labels: np.ndarray) -> State:
        weights = np.array(self._parts.synapses.w[:]).reshape(self.inputs, self.neurons)
        return State(weights, np.array(self._parts.outputs.threshold[:]), labels)


def integer_rates(encoder: Encoder, steps: int, images: np.ndarray) -> np.ndarray:
    """Rates in Q16 spikes per step, int64 (n, inputs): to the bit those of the integer model."""
    params = error_diffusion.quantize(error_diffusion.discretize(encoder.params, steps, wta_network.STEP))
    return error_diffusion.rates(params, images.reshape(len(images), -1), FixedPoint(len(images)))


def input_spikes(rates: np.ndarray, seeds: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Spikes of the encoder in the first ``steps`` int (n,) steps of each sample, int64 (n,)."""
    start = np.stack([error_diffusion.phases(rates.shape[1], int(k)) for k in seeds])
    return np.asarray(((start + rates * steps[:, None]) // Q16_ONE).sum(axis=1))


def _filled_up(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """``values`` followed by zeros: blank samples, in which nothing is learned."""
    whole = np.zeros(shape)
    whole[: len(values)] = values
    return whole
