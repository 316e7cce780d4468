"""Pickles of users' own Brian2 scripts: ``{"weights": S.w[:], "theta": ..., "config": {...}}``.

Their values become the content of a model.pkl; ``schema`` checks the rest.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from ...model.limits import MAX_CLASSES, MAX_STEPS, MAX_UNITS, MAX_WEIGHTS
from ...model.network import INPUT, UNASSIGNED, Network
from ...support.checked import Fields, legal_name
from .aliases import ALIASES, Dimension, ScriptValues
from .options import OPTIONS
from .schema import FORMAT, VERSION, to_network

POPULATION = "neurons"  # name of the one population


def read_script(content: dict[Any, Any], file: str, supplied: Mapping[str, Any]) -> Network:
    """Return the network in a script's ``content``; ``supplied``, by names in ``OPTIONS``, has precedence.

    Raises ``InputError``: one line with all missing values and their options, or with a contradiction.
    """
    Fields(supplied, file, "options.").only(OPTIONS)
    return to_network(_content(ScriptValues(file, content, supplied)), file)


def _content(script: ScriptValues) -> dict[str, Any]:
    weights, dimension = _weights(script)
    inputs, neurons = weights.shape
    projection = {"source": INPUT, "target": POPULATION, "kind": "dense", "weights": weights}
    content = {
        "format": FORMAT,
        "version": VERSION,
        "name": legal_name(Path(script.file).stem),
        "dt": _time(script, "dt"),
        "steps": _steps(script),
        "reset_between_samples": True,
        "encoder": _encoder(script, inputs),
        "populations": [_population(script, neurons, dimension)],
        "projections": [projection | {"params": {}}],
        "readout": _readout(script, neurons),
    }
    script.finish()
    return content | {"provenance": {"made_by": "a script", "not_used": script.unused()}}


def _weights(script: ScriptValues) -> tuple[np.ndarray, Dimension]:
    """Return the weights, shape (inputs, neurons), and their dimension.

    They are a matrix, a flat array in Brian2's order, or values with i and j.
    """
    found = script.quantity("weights")
    if found is None:
        names = ", ".join(ALIASES["weights"])
        raise script.error(f"has neither 'format' nor weights ({names}); save them as S.w[:]")
    values, dimension = found
    if script.get("i") is not None or script.get("j") is not None:
        return _sparse(script, values, dimension), dimension
    return values if values.ndim == 2 else _flat(script, values, dimension), dimension


def _flat(script: ScriptValues, values: np.ndarray, dimension: Dimension) -> np.ndarray:
    """Return flat ``values`` as a matrix: ``connect()`` numbers synapses by source, then by target."""
    neurons = _neurons(script, dimension)
    inputs = _inputs(script) or values.size // neurons
    if values.shape != (inputs * neurons,):
        raise script.error(
            f"weights have shape {values.shape}, which is not {inputs} inputs x {neurons} neurons;"
            " save a matrix (inputs, neurons), or i and j as well (S.i[:], S.j[:])"
        )
    return values.reshape(inputs, neurons)


def _sparse(script: ScriptValues, values: np.ndarray, dimension: Dimension) -> np.ndarray:
    """Return the matrix of ``values`` at i and j; absent synapses have weight 0.

    Several synapses of one pair add up, as their spikes do in Brian2.
    """
    inputs, neurons = _inputs(script), _neurons(script, dimension)
    if inputs is None:
        raise script.error(
            "weights with i and j leave the number of inputs open; save n_input in config,"
            " or give --shape H W"
        )
    if inputs * neurons > MAX_WEIGHTS:
        raise script.error(f"has {inputs} x {neurons} weights; at most {MAX_WEIGHTS} are read")
    matrix = np.zeros((inputs, neurons))
    rows = _indices(script, "i", values, inputs)
    np.add.at(matrix, (rows, _indices(script, "j", values, neurons)), values)
    return matrix


def _indices(script: ScriptValues, name: str, values: np.ndarray, size: int) -> np.ndarray:
    found = script.quantity(name)
    if found is None or found[0].dtype.kind not in "iu" or found[0].shape != (values.size,):
        raise script.error(f"{name} must be integers, one for each of the {values.size} weights")
    if not ((found[0] >= 0) & (found[0] < size)).all():
        raise script.error(f"{name} must be indices in 0..{size - 1}")
    return found[0].astype(np.int64)


def _inputs(script: ScriptValues) -> int | None:
    shape = script.get("shape")
    if shape is None:
        return script.size("inputs")
    return int(np.prod(Fields({"shape": shape}, script.file).shape("shape", limit=MAX_UNITS)))


def _neurons(script: ScriptValues, dimension: Dimension) -> int:
    """Return the number of neurons: as stated, or that of thetas, thresholds or labels."""
    per_neuron = [script.membrane("theta", dimension), script.membrane("threshold", dimension)]
    stated = script.size("neurons")
    if stated is None:
        per_neuron.append(_labels(script))
    counts = [a.size for a in per_neuron if a is not None and a.ndim == 1 and a.size]
    if stated is None and not counts:
        raise script.error(
            "weights leave the number of neurons open; save a matrix (inputs, neurons), or n_e in"
            " config, or give --labels FILE.npy"
        )
    return stated or counts[0]


def _time(script: ScriptValues, name: str) -> float | None:
    seconds = script.seconds(name)
    return script.need(name) if seconds is None else seconds


def _steps(script: ScriptValues) -> Any:
    """Return the steps of a sample: as stated, or its duration / dt."""
    stated, duration, dt = script.get("steps"), script.seconds("duration"), script.seconds("dt")
    if stated is not None or duration is None or dt is None:
        return script.need("steps")
    steps = duration / dt if dt else 0.0
    if not 1 <= steps <= MAX_STEPS or abs(steps - round(steps)) > 1e-6 * steps:
        raise script.error(f"duration is {steps:g} time steps of {dt:g} s; give --steps N")
    return round(steps)


def _encoder(script: ScriptValues, inputs: int) -> dict[str, Any]:
    """Return the encoder that the options describe: a script's rates belong to another encoder."""
    params = {
        "spikes_per_sample": script.need("spikes_per_sample"),
        "max_rate": script.supplied.get("max_rate", 0.5),
        "seed": 0,
    }
    shape = script.need("shape", f"H x W = {inputs}")
    return {"kind": "error_diffusion", "shape": shape, "params": params}


def _population(script: ScriptValues, neurons: int, dimension: Dimension) -> dict[str, Any]:
    kind = script.need("neuron_kind")
    params: dict[str, Any] = {"threshold": _threshold(script, neurons, dimension)}
    if kind == "lif":
        params |= {name: _time(script, name) for name in ("tau", "refractory")}
        params |= {"reset": script.need("reset")}
    return {"name": POPULATION, "kind": kind, "size": neurons, "params": params}


def _threshold(script: ScriptValues, neurons: int, dimension: Dimension) -> np.ndarray:
    """Return base threshold - rest + theta, float64, shape (neurons,).

    An option's threshold is above rest already.
    """
    signs = {"threshold": 1, "theta": 1, "rest": 0 if "threshold" in script.supplied else -1}
    script.need("threshold")
    total = np.zeros(neurons)
    for name, sign in signs.items():
        part = script.membrane(name, dimension)
        if part is None:
            continue
        if part.shape not in ((), (neurons,)):
            raise script.error(f"{name} has shape {part.shape}, but there are {neurons} neurons")
        total += sign * part
    return total


def _readout(script: ScriptValues, neurons: int) -> dict[str, Any]:
    labels, classes = _labels(script), script.get("classes")
    if labels is None:
        script.need("labels", f"int, shape {(neurons,)}, -1 = unassigned")
    elif classes is None:
        classes = max(int(labels.max(initial=UNASSIGNED)) + 1, 1)
    rule = {"population": POPULATION, "exit_margin": 0, "nearest": True}
    return rule | {"labels": labels, "classes": classes}


def _labels(script: ScriptValues) -> np.ndarray | None:
    """Return the labels: integers, or whole floats as ``numpy.zeros`` makes them."""
    if "labels" in script.supplied:
        return _load_labels(script.supplied["labels"])
    found = script.quantity("labels")
    if found is None:
        return None
    if not ((np.rint(found[0]) == found[0]) & (np.abs(found[0]) <= MAX_CLASSES)).all():
        raise script.error("labels must be integers in -1..32766")
    return found[0].astype(np.int64)


def _load_labels(path: Any) -> np.ndarray:
    """Return the integers of an npy file, mapped so that a size it only announces reserves nothing."""
    try:
        labels = np.lib.format.open_memmap(path, mode="r")  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError, OverflowError) as error:
        reason = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        raise InputError(f"--labels {path}: not a readable npy file of integers ({reason})") from error
    if labels.dtype.kind not in "iu" or labels.ndim != 1 or labels.size > MAX_UNITS:
        found = f"dtype {labels.dtype}, shape {labels.shape}"
        raise InputError(f"--labels {path}: {found}; integers are needed, one for each neuron")
    return np.array(labels, np.int64)
