"""Envelope: checks the header of version 3 and returns it in the form of version 2.

It states inputs, outputs, stages and provenance in the same form for every stage, and has one section for
each stage. This snnedge runs models of one stage, ``kinds``.
"""

from collections.abc import Mapping
from typing import Any

from ..errors import InputError
from ..model import exit_rule
from ..model.integer_model import IntegerModel
from ..model.interface import DTYPES, SAMPLES, outputs
from ..model.network import INPUT, MAX_STEPS
from ..support.checked import show
from .checks import check_provenance, dicts, integer, typed
from .writer import KINDS

FIELDS = {
    *("format", "version", "hash", "name", "dt", "steps", "inputs", "outputs", "stages", KINDS, "readout"),
    *("scales", "storage", "provenance"),
}


def opened(header: dict[str, Any]) -> dict[str, Any]:
    """Return ``header`` in the form of version 2. Raises ``InputError`` naming the field."""
    _only(header)
    dicts(typed(header[KINDS], dict, KINDS)["populations"], "populations")
    source = _input(header["inputs"])
    check_provenance(typed(header["provenance"], dict, "provenance"))
    encoder = source["encoder"] | {"shape": source["shape"]}
    graph = header[KINDS] | {"encoder": encoder, "readout": _readout(header)}
    kept = {key: header[key] for key in header.keys() & {"version", "name", "dt", "scales", "storage"}}
    steps = integer(header.get("steps", MAX_STEPS), "steps")
    return kept | {"graph": graph | {"steps": steps}, "provenance": header["provenance"]}


def _only(header: Mapping[str, Any]) -> None:
    """Raise ``InputError`` for another stage than ``KINDS`` and for an unknown field."""
    stages = header["stages"]
    if stages != [KINDS]:
        raise InputError(
            f"field 'stages' is {ascii(stages)[:80]}; this snnedge runs [{KINDS!r}]: update snnedge"
        )
    unknown = sorted(header.keys() - FIELDS)
    if unknown:
        raise InputError(f"field {show(unknown[0])} is not known; update snnedge")


def _input(inputs: Any) -> dict[str, Any]:
    """Return the one input, with its encoder. Raises ``InputError`` for what this version cannot run."""
    if len(typed(inputs, list, "inputs")) != 1 or typed(inputs[0], dict, "inputs.0").get("name") != INPUT:
        raise InputError(f"field 'inputs': this snnedge runs models with one input, {INPUT!r}")
    found: dict[str, Any] = inputs[0]
    if found["dtype"] not in DTYPES:
        raise InputError(f"field 'inputs.0.dtype': none of {', '.join(DTYPES)}")
    if found["dtype"] != SAMPLES or "encoder" not in found:
        raise InputError(f"field 'inputs.0.dtype': this snnedge runs {SAMPLES} samples with an encoder")
    typed(found["encoder"], dict, "inputs.0.encoder")
    typed(found["shape"], list, "inputs.0.shape")
    return found


def check_outputs(stated: Any, model: IntegerModel) -> None:
    """Raise ``InputError`` unless ``stated`` are the outputs that ``model`` has."""
    found = [(o["name"], o["population"], o["what"]) for o in dicts(stated, "outputs")]
    if found != [(o.name, o.population, o.what) for o in outputs(model)]:
        remedy = "this snnedge returns the readout's spikes, and its label if it votes"
        raise InputError(f"field 'outputs': {remedy}")


def _readout(header: Mapping[str, Any]) -> dict[str, Any]:
    """Return the readout; without one, that of the first output, whose neurons have no labels."""
    if "readout" not in header:
        first = (dicts(header["outputs"], "outputs") or [{}])[0]
        population = typed(first.get("population"), str, "outputs.0.population")
        return {"population": population, "classes": 1, "exit_margin": 0, "nearest": False}
    stated = dict(typed(header["readout"], dict, "readout"))
    words = typed(stated.pop("exit"), str, "readout.exit")
    try:
        return stated | {"exit_margin": exit_rule.exit_margin(words)}
    except InputError as error:
        choices = "first-spike, margin:M (M = 1..65535) or all-steps"
        raise InputError(f"field 'readout.exit': {show(words)} is none of {choices}") from error
