"""Compare a model with spikes that were recorded in another simulator."""

from dataclasses import dataclass

import numpy as np

from ..data import recording
from ..data.recording import Recording
from ..errors import InputError
from ..measure.coincidence import matched
from ..model.network import Readout
from ..runtime.runtime import Runtime
from ..support.progress import Progress
from .models import File, Integers, open_integer
from .result import Result

DT_TOLERANCE = 1e-6  # relative: dt is a float in both files


@dataclass(frozen=True, eq=False, repr=False)
class CompareResult(Result):
    """The model's spikes and the recorded ones, both of the readout population, by sample.

    ``coincidence``: 2 x spikes with a partner within 1 step / all spikes of both; 1 without any spike.
    ``mean_coincidence``: of all samples. ``recorded_spikes``, ``model_spikes``: numbers of output
    spikes. ``same_count``: share of samples in which every neuron spikes as often in both.
    ``recorded_labels``, ``model_labels``: class with most votes, -1 without a vote. ``same_label``:
    share of samples with one label in both, None if no neuron has a label. ``hash``: of the model.
    """

    samples: int
    mean_coincidence: float
    same_count: float
    same_label: float | None
    coincidence: np.ndarray
    recorded_spikes: np.ndarray
    model_spikes: np.ndarray
    recorded_labels: np.ndarray
    model_labels: np.ndarray
    hash: str


def compare(model: Integers, spikes: Recording | File) -> CompareResult:
    """Run ``model`` on the recorded input ``spikes`` and compare its output spikes with the recorded ones.

    ``spikes``: a ``Recording``, or the .npz file of one. The state is reset before each sample. Raises
    ``InputError`` for a recording that does not fit the model.

        api.compare("digits", "recorded.npz").mean_coincidence
    """
    runtime = model if isinstance(model, Runtime) else Runtime(open_integer(model))
    recorded = spikes if isinstance(spikes, Recording) else recording.read(spikes)
    called = "spikes" if isinstance(spikes, Recording) else str(spikes)
    _check(runtime, recorded, called)
    rows = _rows(runtime, recorded)
    readout = runtime.model.readout
    pairs = [(_counts(one, readout), _counts(other, readout)) for one, other, _ in rows]
    labels = np.array([[_label(a, readout), _label(b, readout)] for a, b in pairs])
    coincidence = np.array([share for *_, share in rows])
    return CompareResult(
        samples=len(rows),
        mean_coincidence=float(coincidence.mean()),
        same_count=float(np.mean([np.array_equal(a, b) for a, b in pairs])),
        same_label=float((labels[:, 0] == labels[:, 1]).mean()) if readout.votes else None,
        coincidence=coincidence,
        recorded_spikes=np.array([a.sum() for a, _ in pairs]),
        model_spikes=np.array([b.sum() for _, b in pairs]),
        recorded_labels=labels[:, 0],
        model_labels=labels[:, 1],
        hash=runtime.hash_text,
    )


def _check(runtime: Runtime, recorded: Recording, called: str) -> None:
    """Raise ``InputError`` unless ``recorded`` has the steps, inputs and neurons of the model."""
    model = runtime.model
    if abs(recorded.dt / model.dt - 1) > DT_TOLERANCE:
        raise InputError(
            f"{called}: field 'dt' is {recorded.dt:g} s, and the model's step is {model.dt:g} s;"
            " record with that step"
        )
    for name, size in (("input", model.encoder.size), ("output", len(model.readout.labels))):
        largest = int(getattr(recorded, f"{name}_i").max(initial=0))
        if largest >= size:
            raise InputError(f"{called}: field '{name}_i' has {largest}; the model has 0..{size - 1}")


def _rows(runtime: Runtime, recorded: Recording) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Return for each sample the recorded neurons, the model's neurons, and their coincidence."""
    stream, rows = runtime.stream(), []
    with Progress(len(recorded), "compare") as bar:
        for sample in recorded.samples():
            stream.reset()
            dt, end = runtime.model.dt, int(sample.sample_offsets[1])
            found = stream.run(sample.input_i, sample.input_t * dt, until=end * dt)
            times = np.rint(found.t / dt).astype(np.int64)
            both = matched(sample.output_i, sample.output_t, found.i.astype(np.int64), times)
            total = len(sample.output_i) + len(found.i)
            rows.append((sample.output_i, found.i, 2 * both / total if total else 1.0))
            bar.advance()
    return rows


def _counts(neurons: np.ndarray, readout: Readout) -> np.ndarray:
    return np.bincount(neurons, minlength=len(readout.labels))


def _label(counts: np.ndarray, readout: Readout) -> int:
    """Return the class with most votes, -1 without a vote."""
    assigned = readout.labels >= 0
    votes = np.bincount(readout.labels[assigned], counts[assigned], minlength=readout.classes)
    return int(votes.argmax()) if votes.any() else -1
