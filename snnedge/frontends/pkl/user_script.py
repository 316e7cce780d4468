"""Pickles of users' own Brian2 scripts: ``{"weights": S.w[:], "theta": ..., "config": {...}}``.

Their values become the content of a model.pkl; ``schema`` checks the rest.
"""

import logging
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ... import kinds
from ...errors import InputError
from ...model.limits import MAX_CLASSES, MAX_STEPS, MAX_UNITS, MAX_WEIGHTS
from ...model.network import INPUT, UNASSIGNED, Network
from ...support import plugins
from ...support.checked import Fields, legal_name, show
from . import neuron_params
from .aliases import SEARCHED_DICTS, Dimension, ScriptValues
from .description import Description
from .neuron_params import refuse_per_synapse, refuse_per_target, time_of
from .options import OPTIONS
from .schema import FORMAT, VERSION, to_network
from .script_names import ALIASES

INHIBITION_BY_PROJECTIONS = "by its projections alone"  # of a kind without inhibition of its own
POPULATION = "neurons"  # name of the one population


def read_script(content: dict[Any, Any], file: str, supplied: Mapping[str, Any]) -> Network:
    """Return the network in a script's ``content``; ``supplied``, by names in ``OPTIONS``, has precedence.

    Raises ``InputError``: one line with all missing values and their options, or with a contradiction.
    """
    Fields(supplied, file, "options.").only(OPTIONS)
    found = describe(ScriptValues(file, content, supplied))
    assumed = "; ".join(f"{subject}: {text}" for subject, text in found.assumed.items())
    logging.getLogger("snnedge").info("%s: assumed: %s", file, assumed)
    return to_network(to_content(found), file)


def describe(script: ScriptValues) -> Description:
    """Return what the file and the options say of the network.

    Raises ``InputError``: one line with everything that is missing, has no place or is unknown.
    """
    found: dict[str, Any] = {}
    for name, read in (("dt", partial(time_of, script, "dt")), ("steps", partial(_steps, script))):
        with script.collecting(name):
            found[name] = read()
    found["kind"] = script.need("neuron_kind")
    with script.collecting("weights"):
        weights, dimension = _weights(script)
        found |= {"weights": weights} | _sized(script, weights.shape[0], weights.shape[1], dimension)
    inhibition, silent = script.get("inhibition"), script.get("silent")
    if inhibition is not None and not inhibition >= 0:
        script.problem("inhibition", f"--inhibition {inhibition:g}: give 0 or more; a spike subtracts it")
    if silent not in (None, "nearest", "undecided"):
        script.problem("silent", f"--silent {show(silent)}: give nearest or undecided")
    script.finish(str(found["kind"] or ""))
    return Description(
        name=legal_name(Path(script.file).stem),
        dt=found["dt"],
        steps=found["steps"],
        shape=found["shape"],
        neuron_kind=found["kind"],
        params=found["params"],
        weights=found["weights"],
        labels=found["labels"],
        classes=found["classes"],
        encoder=found["encoder"],
        inhibition=inhibition or 0.0,
        nearest=silent != "undecided",
        ignored=tuple(script.unused()),
        assumed=_assumed(script, found),
    )


def _sized(script: ScriptValues, inputs: int, neurons: int, dimension: Dimension) -> dict[str, Any]:
    """Return the parts whose sizes follow from the weights."""
    for name, size in (("inputs", inputs), ("neurons", neurons)):
        stated = script.size(name)
        if stated not in (None, size):
            script.problem(name, f"{name}: {stated}, but the weights are for {size}")
    found: dict[str, Any] = {"shape": script.need("shape", f"H x W = {inputs}")}
    found["encoder"] = {
        "spikes_per_sample": script.need("spikes_per_sample"),
        "max_rate": script.supplied.get("max_rate", 0.5),
        "seed": 0,
    }
    with script.collecting("params"):
        found["params"] = neuron_params.read(script, neurons, dimension)
    with script.collecting("labels"):
        found["labels"], found["classes"] = _answers(script, neurons)
    return found


def _assumed(script: ScriptValues, found: Mapping[str, Any]) -> dict[str, str]:
    """Return what neither the file nor an option says, by subject, with the option that changes it."""
    kind = kinds.neuron(found["kind"])
    rate = "" if "max_rate" in script.supplied else ", at most 0.5 spikes per step (--max-rate)"
    spikes = found["encoder"]["spikes_per_sample"]
    within = kind.inhibition != INHIBITION_BY_PROJECTIONS
    assumed = {
        "inhibition": f"{kind.inhibition} (--neuron-kind)" if within else "none (--inhibition)",
        "reset": "state is reset between samples",
        "encoder": f"error_diffusion, {spikes:g} spikes per sample (--spikes-per-sample){rate}",
        "silent sample": "label of the neuron nearest to its threshold (--silent)",
    }
    if "reset" not in kind.parameters:
        assumed["reset"] = f"a spike resets v to rest, by {kind} (--neuron-kind); {assumed['reset']}"
    if "inhibition" in script.supplied:
        del assumed["inhibition"]
    if "silent" in script.supplied:
        del assumed["silent sample"]
    return assumed


def to_content(found: Description) -> dict[str, Any]:
    """Return ``found`` as the content of a model.pkl."""
    kind = kinds.neuron(found.neuron_kind)
    neurons = found.weights.shape[1]
    projection = {"source": INPUT, "target": POPULATION, "kind": "dense", "weights": found.weights}
    population = {"name": POPULATION, "kind": kind.wire, "size": neurons, "params": dict(found.params)}
    lateral: dict[str, Any] = {"source": POPULATION, "target": POPULATION, "kind": "all_but_self"}
    lateral |= {"params": {"weight": found.inhibition if kind.conductances else -found.inhibition}}
    lateral |= {"receptor": "inhibitory"} if kind.conductances else {}
    rule = {"population": POPULATION, "exit_margin": 0, "nearest": found.nearest}
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": found.name,
        "dt": found.dt,
        "steps": found.steps,
        "reset_between_samples": True,
        "encoder": {"kind": "error_diffusion", "shape": found.shape, "params": dict(found.encoder)},
        "populations": [population],
        "projections": [projection | {"params": {}}, *([lateral] if found.inhibition else [])],
        "readout": rule | {"labels": found.labels, "classes": found.classes},
        "provenance": {
            "made_by": "a script",
            "not_used": list(found.ignored),
            "assumed": dict(found.assumed),
        },
    }


def _weights(script: ScriptValues) -> tuple[np.ndarray, Dimension]:
    """Return the weights, shape (inputs, neurons), and their dimension.

    They are a matrix, a flat array in Brian2's order, or values with i and j.
    """
    found = script.quantity("weights")
    if found is None:
        if _is_whole_network(script.content):
            raise script.error(
                "holds the states of a whole Brian2 network (net.store or net.get_states); save the values"
                ' that the model needs: {"weights": S.w[:], "theta": neurons.theta[:], ...}'
            )
        names = ", ".join(ALIASES["weights"])
        raise script.error(f"has neither 'format' nor weights ({names}); save them as S.w[:]")
    values, dimension = found
    by_three = values.ndim == 2 and values.shape[1] == 3
    if "weights_as" in script.supplied and not by_three:
        raise script.error(f"--weights-as is for weights of shape (n, 3), and these have {values.shape}")
    if by_three and _are_rows(script, values):
        return _matrix(script, values[:, :2].T.astype(np.int64), values[:, 2], dimension), dimension
    if script.get("i") is not None or script.get("j") is not None:
        return _sparse(script, values, dimension), dimension
    return values if values.ndim == 2 else _flat(script, values, dimension), dimension


def _is_whole_network(content: Mapping[Any, Any]) -> bool:
    """Return whether ``content`` has a dict of states for each object of a network, or sets of these."""
    if {str(key).lower() for key in content} & set(SEARCHED_DICTS):
        return False
    inner = list(content.values())
    return any(inner) and all(isinstance(value, dict | tuple) for value in inner)


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
    """Return the matrix of ``values`` at i and j."""
    neurons = _neurons(script, dimension)
    sources = _indices(script, "i", values, _inputs(script) or MAX_UNITS)
    targets = _indices(script, "j", values, neurons)
    return _matrix(script, np.stack([sources, targets]), values, dimension)


def _are_rows(script: ScriptValues, values: np.ndarray) -> bool:
    """Return whether an (n, 3) array holds rows (source, target, weight), rather than three neurons."""
    low, high = values[:, :2].min(initial=0), values[:, :2].max(axis=0, initial=0)
    whole = bool((np.rint(values[:, :2]) == values[:, :2]).all() and low >= 0 and high.max() < MAX_UNITS)
    stated = script.supplied.get("weights_as")
    if stated is not None:
        plugins.choose(stated, ("matrix", "rows"), "--weights-as")
        if stated == "rows" and not whole:
            raise script.error("rows (source, target, weight) have whole numbers in columns 0 and 1")
        return bool(stated == "rows")
    inputs, neurons = _inputs(script), _stated_neurons(script)
    rows = whole and high[0] < (inputs or MAX_UNITS) and high[1] < (neurons or MAX_UNITS)
    matrix = neurons in (None, 3) and inputs in (None, len(values))
    if rows and matrix and neurons is None:
        raise script.error(
            f"weights of shape {values.shape} are rows (source, target, weight) or a matrix of 3 neurons;"
            " give --weights-as rows or --weights-as matrix"
        )
    return rows and not matrix


def _matrix(script: ScriptValues, at: np.ndarray, values: np.ndarray, dimension: Dimension) -> np.ndarray:
    """Return the matrix of ``values`` at sources and targets ``at``; absent synapses have weight 0.

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
    if at.size and not ((at.min() >= 0) & (at.max(axis=1) < (inputs, neurons))).all():
        raise script.error(f"rows must have indices in 0..{inputs - 1} and 0..{neurons - 1}")
    np.add.at(matrix, tuple(at), values)
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
    found = _stated_neurons(script)
    if found is None:
        raise script.error(
            "weights leave the number of neurons open; save a matrix (inputs, neurons), or n_e in"
            " config, or give --labels FILE.npy"
        )
    return found


def _stated_neurons(script: ScriptValues) -> int | None:
    """Return the number of neurons without the weights: as stated, or that of thetas or labels."""
    stated = script.size("neurons")
    if stated is not None:
        return stated
    found = {name: script.quantity(name) for name in ("theta", "threshold")}
    arrays = {name: quantity[0] for name, quantity in found.items() if quantity is not None}
    labels = _labels(script)
    arrays |= {} if labels is None else {"labels": labels}
    for name, array in arrays.items():
        refuse_per_target(script, name, array, _inputs(script))
    counts = [array.size for array in arrays.values() if array.ndim == 1 and array.size]
    return counts[0] if counts else None


def _steps(script: ScriptValues) -> Any:
    """Return the steps of a sample: as stated, or its duration / dt."""
    stated, duration, dt = script.get("steps"), script.seconds("duration"), script.seconds("dt")
    if stated is not None or duration is None or dt is None:
        return script.need("steps")
    steps = duration / dt if dt else 0.0
    if not 1 <= steps <= MAX_STEPS or abs(steps - round(steps)) > 1e-6 * steps:
        raise script.error(f"duration is {steps:g} time steps of {dt:g} s; give --steps N")
    return round(steps)


def _answers(script: ScriptValues, neurons: int) -> tuple[np.ndarray | None, Any]:
    """Return the labels and the number of classes."""
    labels, classes = _labels(script), script.get("classes")
    if labels is None:
        script.need("labels", f"int, shape {(neurons,)}, -1 = unassigned")
        return None, classes
    refuse_per_synapse(script, "labels", labels, neurons)
    if classes is None:
        classes = max(int(labels.max(initial=UNASSIGNED)) + 1, 1)
    return labels, classes


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
