"""The parameters of the neuron kind, read from a user's file by the kind's own declaration."""

from typing import Any

import numpy as np

from ... import kinds
from ...errors import InputError
from ...model.kind import NeuronKind
from ...model.parameter import Parameter
from ...support import plugins
from ...support.checked import show
from .aliases import DIMENSIONLESS, VOLT, Dimension, ScriptValues, unit


def taken() -> tuple[str, ...]:
    """Return the neuron kinds whose parameters a user's file can give."""
    return tuple(name for name in plugins.names("neurons") if _is_taken(kinds.neuron(name)))


def _is_taken(kind: NeuronKind) -> bool:
    return not kind.scans_map and all(p.per in ("", "neuron") for p in kind.parameters.values())


def read(script: ScriptValues, neurons: int, dimension: Dimension) -> dict[str, Any]:
    """Return the parameters of the neuron kind, by their names in files; record those missing."""
    name = script.get("neuron_kind")
    kind = None if name is None else _kind(name)
    if kind is None:
        _threshold(script, neurons, dimension, None)
        return {}
    extra = _extra(script, kind)
    if kind.conductances and dimension != DIMENSIONLESS:
        raise script.error(f"weights have {unit(dimension)}; {kind} takes them in units of the leak")
    _place_reset(script, kind)
    params: dict[str, Any] = {}
    for key, parameter in kind.parameters.items():
        if key == "threshold":
            params[key] = _threshold(script, neurons, VOLT if kind.conductances else dimension, kind)
        else:
            value = np.full(neurons, extra[key]) if parameter.per and key in extra else extra.get(key)
            params[key] = value if key in extra else _value(script, key, parameter, neurons)
    return kind.in_files(params)


def _kind(name: str) -> NeuronKind:
    """Return the kind ``name``, which may be its wire name. Raises ``InputError`` listing those taken."""
    named = kinds.wire_names("neurons").get(name, name)
    plugins.choose(named, taken(), "--neuron-kind")
    return kinds.neuron(named)


def _extra(script: ScriptValues, kind: NeuronKind) -> dict[str, float]:
    """Return the values of --param. Raises ``InputError`` for a name that the kind has not."""
    extra = dict(script.supplied.get("param") or ())
    for name in extra:
        plugins.choose(name, kind.parameters, f"--param of {kind}")
    return extra


def _place_reset(script: ScriptValues, kind: NeuronKind) -> None:
    """Take a reset potential that is the resting potential, which every kind resets to."""
    reset, rest = script.peek("v_reset"), script.peek("rest")
    if reset is not None and "reset" in kind.parameters and not kind.parameters["reset"].choices:
        return
    if reset is not None and rest is not None and np.array_equal(_plain(reset), _plain(rest)):
        script.get("v_reset")


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


def _value(script: ScriptValues, name: str, parameter: Parameter, neurons: int) -> Any:
    if parameter.choices:
        return _word(script, name, parameter)
    if parameter.unit == "s":
        return time_of(script, name)
    value = script.get(name)
    if isinstance(value, str) and name in script.supplied:
        return _number(script, name, value)
    alias = "v_reset" if name == "reset" and value is None else name
    found = script.quantity(alias)
    if found is None:
        return script.need(name)
    if parameter.unit == "V" and found[1] not in (VOLT, DIMENSIONLESS):
        raise script.error(f"{name} has {unit(found[1])}; save it in volts")
    if parameter.per:
        return np.broadcast_to(found[0], (neurons,)).astype(np.float64)
    return float(found[0]) if not found[0].ndim else found[0]


def _word(script: ScriptValues, name: str, parameter: Parameter) -> Any:
    """Return one of the words; a reset potential that is the resting potential means zero."""
    if script.get(name) is None and script.is_used("v_reset") and "zero" in parameter.choices:
        return "zero"
    return script.need(name)


def _number(script: ScriptValues, name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise script.error(f"--{name} {show(text)}: give a number in volts for this neuron kind") from error


def _threshold(
    script: ScriptValues, neurons: int, dimension: Dimension, kind: NeuronKind | None
) -> np.ndarray:
    """Return base threshold - rest + theta - offset, float64, shape (neurons,).

    A kind with a resting potential takes it apart. An option's threshold is above rest already.
    """
    above = "threshold" in script.supplied
    apart = kind is not None and "rest" in kind.parameters
    signs = {"threshold": 1, "theta": 1, "offset": -1, "rest": int(above) - int(not apart)}
    script.need("threshold")
    total = np.zeros(neurons)
    for name, sign in signs.items():
        part = script.membrane(name, dimension, volts=kind is not None and kind.conductances)
        if part is None:
            continue
        refuse_per_synapse(script, name, part, neurons)
        if part.shape not in ((), (neurons,)):
            raise script.error(f"{name} has shape {part.shape}, but there are {neurons} neurons")
        total += sign * part
    return total


def refuse_per_synapse(script: ScriptValues, name: str, values: np.ndarray, neurons: int) -> None:
    """Raise ``InputError`` if ``values`` has one entry per synapse: ``S.get_states()`` gives these."""
    synapses = script.quantity("weights")
    count = 0 if synapses is None else synapses[0].shape[0] if _is_rows(synapses[0]) else synapses[0].size
    if values.shape == (count,) and count != neurons:
        raise _per_synapse(script, name, count, neurons)


def refuse_per_target(script: ScriptValues, name: str, values: np.ndarray, inputs: int | None) -> None:
    """Raise ``InputError`` if ``values``, from which a number of neurons would follow, has one per synapse.

    The synapses of one target then have one value, or several inputs reach each neuron.
    """
    weights, targets = script.quantity("weights"), script.quantity("j")
    if weights is None or weights[0].ndim != 1 or values.shape != weights[0].shape:
        return
    if targets is not None and targets[0].shape == values.shape:
        order = np.lexsort((values, targets[0]))
        same = np.diff(targets[0][order]) == 0
        if same.any() and not np.diff(values[order])[same].any():
            raise _per_synapse(script, name, values.size, len(np.unique(targets[0])))
    elif targets is None and inputs is not None and inputs > 1:
        raise _per_synapse(script, name, values.size, values.size // inputs)


def _per_synapse(script: ScriptValues, name: str, count: int, neurons: int) -> InputError:
    return script.error(
        f"{name} has {count} values, one per synapse as S.get_states() gives them, but there are"
        f" {neurons} neurons; save those of the neurons: neurons.{name}[:]"
    )


def _is_rows(weights: np.ndarray) -> bool:
    return weights.ndim == 2 and weights.shape[1] == 3


def time_of(script: ScriptValues, name: str) -> float | None:
    """Return the time ``name`` in seconds; record it as missing if there is none."""
    seconds = script.seconds(name)
    if seconds is None:
        script.need(name)
    return seconds
