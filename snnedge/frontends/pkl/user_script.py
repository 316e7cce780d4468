"""Pickles of people's own Brian2 scripts: ``{"weights": S.w[:], "theta": ..., "config": {...}}``.

Their values become the content of a version 1 model (``_schema``), which checks the rest.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.network import INPUT, UNASSIGNED, Network
from .aliases import ALIASES, Dimension, Source
from .fields import Fields, legal_name
from .options import OPTIONS
from .schema import FORMAT, MAX_WEIGHTS, VERSION, to_network

NEURONS = "neurons"  # name of the one population


def read_script(content: dict[Any, Any], file: str, supplied: Mapping[str, Any]) -> Network:
    """The network in a script's ``content``; ``supplied``, by names in ``OPTIONS``, counts first.

    Raises ``InputError``: one line with all that is missing and the options for it, or with what
    contradicts what.
    """
    Fields(supplied, file, "options.").only(OPTIONS)
    return to_network(_content(Source(file, content, supplied)), file)


def _content(source: Source) -> dict[str, Any]:
    weights, dimension = _weights(source)
    inputs, neurons = weights.shape
    projection = {"source": INPUT, "target": NEURONS, "kind": "dense", "weights": weights}
    content = {
        "format": FORMAT,
        "version": VERSION,
        "name": legal_name(Path(source.file).stem),
        "dt": _time(source, "dt"),
        "steps": _steps(source),
        "reset_between_samples": True,
        "encoder": _encoder(source, inputs),
        "populations": [_population(source, neurons, dimension)],
        "projections": [projection | {"params": {}}],
        "readout": _readout(source, neurons),
    }
    source.finish()
    return content | {"provenance": {"made_by": "a script", "not_used": source.unused()}}


def _weights(source: Source) -> tuple[np.ndarray, Dimension]:
    """Shape (inputs, neurons): from a matrix, a flat array in Brian2's order, or values with i, j."""
    found = source.quantity("weights")
    if found is None:
        names = ", ".join(ALIASES["weights"])
        raise source.error(f"has neither 'format' nor weights ({names}); save them as S.w[:]")
    values, dimension = found
    if source.get("i") is not None or source.get("j") is not None:
        return _sparse(source, values, dimension), dimension
    return values if values.ndim == 2 else _flat(source, values, dimension), dimension


def _flat(source: Source, values: np.ndarray, dimension: Dimension) -> np.ndarray:
    """Brian2 numbers the synapses of ``connect()`` by source, then by target."""
    neurons = _neurons(source, dimension)
    inputs = _inputs(source) or values.size // neurons
    if values.shape != (inputs * neurons,):
        raise source.error(
            f"weights have shape {values.shape}, which is not {inputs} inputs x {neurons} neurons;"
            " save a matrix (inputs, neurons), or i and j as well (S.i[:], S.j[:])"
        )
    return values.reshape(inputs, neurons)


def _sparse(source: Source, values: np.ndarray, dimension: Dimension) -> np.ndarray:
    """An absent synapse weighs 0; several synapses of one pair add up, as their spikes do in Brian2."""
    inputs, neurons = _inputs(source), _neurons(source, dimension)
    if inputs is None:
        raise source.error(
            "weights with i and j leave the number of inputs open; save n_input in config,"
            " or give --shape H W"
        )
    if inputs * neurons > MAX_WEIGHTS:
        raise source.error(f"has {inputs} x {neurons} weights; at most {MAX_WEIGHTS} are read")
    matrix = np.zeros((inputs, neurons))
    rows = _indices(source, "i", values, inputs)
    np.add.at(matrix, (rows, _indices(source, "j", values, neurons)), values)
    return matrix


def _indices(source: Source, name: str, values: np.ndarray, size: int) -> np.ndarray:
    found = source.quantity(name)
    if found is None or found[0].dtype.kind not in "iu" or found[0].shape != (values.size,):
        raise source.error(f"{name} must be integers, one for each of the {values.size} weights")
    if not ((found[0] >= 0) & (found[0] < size)).all():
        raise source.error(f"{name} must be indices in 0..{size - 1}")
    return found[0].astype(np.int64)


def _inputs(source: Source) -> int | None:
    shape = source.get("shape")
    if shape is None:
        return source.size("inputs")
    return int(np.prod(Fields({"shape": shape}, source.file).shape("shape")))


def _neurons(source: Source, dimension: Dimension) -> int:
    """As many as thetas, thresholds or labels; or as stated."""
    per_neuron = [source.membrane("theta", dimension), source.membrane("threshold", dimension)]
    stated = source.size("neurons")
    if stated is None:
        per_neuron.append(_labels(source))
    counts = [a.size for a in per_neuron if a is not None and a.ndim == 1 and a.size]
    if stated is None and not counts:
        raise source.error(
            "weights leave the number of neurons open; save a matrix (inputs, neurons), or n_e in"
            " config, or give --labels FILE.npy"
        )
    return stated or counts[0]


def _time(source: Source, name: str) -> float | None:
    seconds = source.seconds(name)
    return source.need(name) if seconds is None else seconds


def _steps(source: Source) -> Any:
    """As stated, or the time of a sample / dt."""
    stated, duration, dt = source.get("steps"), source.seconds("duration"), source.seconds("dt")
    if stated is not None or duration is None or dt is None:
        return source.need("steps")
    steps = duration / dt if dt else 0.0
    if not 1 <= steps <= 65535 or abs(steps - round(steps)) > 1e-6 * steps:
        raise source.error(f"duration is {steps:g} time steps of {dt:g} s; give --steps N")
    return round(steps)


def _encoder(source: Source, inputs: int) -> dict[str, Any]:
    """From the options alone: what scripts call a rate belongs to another encoder."""
    params = {
        "spikes_per_sample": source.need("spikes_per_sample"),
        "max_rate": source.supplied.get("max_rate", 0.5),
        "seed": 0,
    }
    shape = source.need("shape", f"H x W = {inputs}")
    return {"kind": "error_diffusion", "shape": shape, "params": params}


def _population(source: Source, neurons: int, dimension: Dimension) -> dict[str, Any]:
    kind = source.need("neuron_kind")
    params: dict[str, Any] = {"threshold": _threshold(source, neurons, dimension)}
    if kind == "lif":
        params |= {name: _time(source, name) for name in ("tau", "refractory")}
        params |= {"reset": source.need("reset")}
    return {"name": NEURONS, "kind": kind, "size": neurons, "params": params}


def _threshold(source: Source, neurons: int, dimension: Dimension) -> np.ndarray:
    """Base threshold - rest + theta, float64, shape (neurons,). The option is above rest already."""
    signs = {"threshold": 1, "theta": 1, "rest": 0 if "threshold" in source.supplied else -1}
    source.need("threshold")
    total = np.zeros(neurons)
    for name, sign in signs.items():
        part = source.membrane(name, dimension)
        if part is None:
            continue
        if part.shape not in ((), (neurons,)):
            raise source.error(f"{name} has shape {part.shape}, but there are {neurons} neurons")
        total += sign * part
    return total


def _readout(source: Source, neurons: int) -> dict[str, Any]:
    labels, classes = _labels(source), source.get("classes")
    if labels is None:
        source.need("labels", f"int, shape {(neurons,)}, -1 = unassigned")
    elif classes is None:
        classes = max(int(labels.max(initial=UNASSIGNED)) + 1, 1)
    rule = {"population": NEURONS, "exit_margin": 0, "nearest": True}
    return rule | {"labels": labels, "classes": classes}


def _labels(source: Source) -> np.ndarray | None:
    """Integers, or the whole floats that ``numpy.zeros`` makes of them."""
    if "labels" in source.supplied:
        return _load_labels(source.supplied["labels"])
    found = source.quantity("labels")
    if found is None:
        return None
    if not ((np.rint(found[0]) == found[0]) & (np.abs(found[0]) <= 32767)).all():
        raise source.error("labels must be integers in -1..32766")
    return found[0].astype(np.int64)


def _load_labels(path: Any) -> np.ndarray:
    """Integers of an npy file. It is mapped, so that a size it only announces reserves nothing."""
    try:
        labels = np.lib.format.open_memmap(path, mode="r")  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError, OverflowError) as error:
        reason = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        raise InputError(f"--labels {path}: not a readable npy file of integers ({reason})") from error
    if labels.dtype.kind not in "iu" or labels.ndim != 1 or labels.size > 65535:
        found = f"dtype {labels.dtype}, shape {labels.shape}"
        raise InputError(f"--labels {path}: {found}; integers are needed, one for each neuron")
    return np.array(labels, np.int64)
