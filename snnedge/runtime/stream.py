"""Stream: input spikes step by step, from a sensor that sends events (stream-events.md).

s = snnedge.load("model.safetensors").stream()
neurons = s.step(np.array([3, 17], np.uint16))
"""

from typing import SupportsFloat

import numpy as np

from ..compiler.tables import SOURCE_INPUT
from ..errors import InputError, ShapeError
from ..model.integer_model import IntegerModel
from ..model.network import INPUT, check_stream, population
from ..model.outcome import Spikes
from .core import core

MAX_STEPS_AT_ONCE = 10**8  # in one call of run: a day at 1 ms; beyond that times are likely no seconds
EARLY = 2.0**-20  # steps by which an event may come before its step: k dt / dt can be a little less than k


class Stream:
    """A sample without an end: the state of all neurons is kept from call to call. See ``Runtime.stream``.

    A step lasts ``dt`` of the model. One thread at a time may use a stream; another gets a RuntimeError.
    """

    def __init__(self, model: IntegerModel, compiled: core.Model) -> None:
        check_stream(model)
        self.model = model
        self._core = core.Stream(compiled)

    def step(self, spikes: np.ndarray) -> np.ndarray:
        """Advance by one step, in which the inputs ``spikes`` spike: uint16 (n,), strictly ascending.

        Returns the neurons of the readout population that spike in it: uint16, ascending. Raises
        ``InputError`` (``ShapeError`` for another dtype or shape) for bad spikes; no step is done then.
        """
        try:
            return self._core.step(spikes)
        except (TypeError, ValueError):
            return self._core.step(self._checked(spikes))

    def run(self, indices: np.ndarray, times: np.ndarray, until: float | None = None) -> Spikes:
        """Advance through events: input ``indices``, integers (n,), at ``times``, float64 (n,).

        Times are in seconds since the stream began or was reset; they do not decrease, and none lies in a
        step that is done. An event at t belongs to step floor(t / dt); several of one input in one step
        are one spike. Runs all steps that end by ``until``, which is after all events; without it, to the
        end of the last event's step. Returns the spikes of the readout population in the same form, see
        ``Spikes``. Raises ``InputError`` for events or times that break these rules. The stream is then as
        before the call: no step was run.
        """
        inputs, at = self._inputs(indices), self._steps_of(_seconds(times))
        if len(inputs) != len(at):
            raise ShapeError(
                f"indices and times: {len(inputs)} and {len(at)} of them; give each event both"
            )
        end = self._end(at, until)
        events = np.unique(at << 16 | inputs)
        neurons, steps = self._core.run((events & 0xFFFF).astype(np.uint16), events >> 16, end)
        return Spikes(neurons, steps * self.model.dt, len(self.model.readout.labels))

    def spikes(self, name: str | None = None) -> np.ndarray:
        """Return the neurons of ``name`` that spiked in the last step: uint16, ascending.

        ``name``: a population, None for the readout's; or "input".
        """
        return self._core.spikes(SOURCE_INPUT if name == INPUT else self._population(name))

    def membrane(self, name: str | None = None) -> np.ndarray:
        """Return the membranes of the population ``name``: int16 (size,), in its scale.

        None: the readout population.
        """
        return self._core.membrane(self._population(name))

    @property
    def label(self) -> int:
        """The class that leads the votes since the stream began or ``clear_votes``; -1 = undecided.

        Without a vote the neuron nearest to its threshold answers, if the model says so.
        """
        return self._core.label

    @property
    def decided(self) -> bool:
        """Whether the leading class is the model's exit margin ahead; never, if it has none."""
        return self._core.decided

    @property
    def steps(self) -> int:
        """Steps done since the stream began or was reset."""
        return self._core.steps

    def clear_votes(self) -> None:
        """Reset the vote counts. Neuron state is unchanged. A count stays at 65535 when it reaches it."""
        self._core.clear_votes()

    def reset(self) -> None:
        """Reset the state of all neurons, the votes and the clock."""
        self._core.reset()

    def _population(self, name: str | None) -> int:
        chosen = population(self.model, name or self.model.readout.population)
        return self.model.populations.index(chosen)

    def _checked(self, spikes: np.ndarray) -> np.ndarray:
        """Return ``spikes`` in one piece. Raises ``InputError``: see ``step``."""
        if not isinstance(spikes, np.ndarray) or spikes.dtype != np.uint16 or spikes.ndim != 1:
            raise ShapeError(
                f"spikes: expected a uint16 array (n,), got {_described(spikes)}; use np.uint16"
            )
        self._inputs(spikes, "spikes")
        late = np.flatnonzero(spikes[1:] <= spikes[:-1])
        if len(late):
            one, two = spikes[late[0] : late[0] + 2]
            raise InputError(f"spikes: {two} after {one}; give ascending indices, each once (np.unique)")
        return np.ascontiguousarray(spikes)

    def _inputs(self, indices: np.ndarray, name: str = "indices") -> np.ndarray:
        """Return ``indices`` of inputs as int64. Raises ``InputError``."""
        if not isinstance(indices, np.ndarray) or indices.dtype.kind not in "iu" or indices.ndim != 1:
            raise ShapeError(f"{name}: expected an integer array (n,), got {_described(indices)}")
        size = self.model.encoder.size
        wrong = indices[(indices < 0) | (indices >= size)]
        if len(wrong):
            raise InputError(f"{name}: input {wrong[0]} of a model with inputs 0..{size - 1}")
        return indices.astype(np.int64)

    def _steps_of(self, times: np.ndarray) -> np.ndarray:
        """Return the step of each time, int64. Raises ``InputError``."""
        now = self.steps * self.model.dt
        if len(times) and self._step_of(times[0]) < self.steps:
            raise InputError(f"times: {times[0]:.9g} s, but the stream is at {now:.9g} s already")
        if len(times) and self._step_of(times[-1]) >= self.steps + MAX_STEPS_AT_ONCE:
            raise InputError(f"times: {times[-1]:.9g} s, and the stream is at {now:.9g} s; give seconds")
        return np.asarray(self._step_of(times)).astype(np.int64)

    def _step_of(self, times: np.ndarray | float) -> np.ndarray:
        return np.asarray(np.floor(np.asarray(times) / self.model.dt + EARLY))

    def _end(self, at: np.ndarray, until: float | None) -> int:
        """Return the number of steps at which ``run`` ends. Raises ``InputError``."""
        last = int(at[-1]) + 1 if len(at) else self.steps
        if until is None:
            return last
        if not isinstance(until, SupportsFloat) or isinstance(until, np.ndarray):
            raise ShapeError(f"until: expected a number of seconds, got {_described(until)}")
        end = float(self._step_of(float(until)))
        if not last <= end <= self.steps + MAX_STEPS_AT_ONCE:
            raise InputError(
                f"until: {until:.9g} s, but the stream is at {last * self.model.dt:.9g} s by then;"
                " give seconds after the last event,"
                f" at most {MAX_STEPS_AT_ONCE * self.model.dt:.9g} at a time"
            )
        return int(end)


def _seconds(times: np.ndarray) -> np.ndarray:
    if not isinstance(times, np.ndarray) or times.dtype != np.float64 or times.ndim != 1:
        raise ShapeError(f"times: expected a float64 array (n,) of seconds, got {_described(times)}")
    if not np.isfinite(times).all():
        raise InputError("times: NaN or infinite; drop such events")
    back = np.flatnonzero(times[1:] < times[:-1])
    if len(back):
        one, two = times[back[0] : back[0] + 2]
        raise InputError(f"times: {two:.9g} s after {one:.9g} s; sort the events by time")
    return times


def _described(value: object) -> str:
    return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
