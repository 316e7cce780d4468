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
from .checks import check_provenance, integer, typed
from .writer import KINDS

FIELDS = {
    *("format", "version", "hash", "name", "dt", "steps", "inputs", "outputs", "stages", KINDS, "readout"),
    *("scales", "storage", "provenance"),
}


def opened(header: dict[str, Any]) -> dict[str, Any]:
    """Return ``header`` in the form of version 2. Raises ``InputError`` naming the field."""
    _only(header)
    source = _input(header["inputs"])
    check_provenance(header["provenance"])
    encoder = typed(source["encoder"], dict) | {"shape": typed(source["shape"], list)}
    graph = typed(header[KINDS], dict) | {"encoder": encoder, "readout": _readout(header)}
    kept = {key: header[key] for key in header.keys() & {"version", "name", "dt", "scales", "storage"}}
    steps = integer(header.get("steps", MAX_STEPS))
    return kept | {"graph": graph | {"steps": steps}, "provenance": header["provenance"]}


def _only(header: Mapping[str, Any]) -> None:
    """Raise ``InputError`` for another stage than ``KINDS`` and for an unknown field."""
    stages = header["stages"]
    if stages != [KINDS]:
        raise InputError(
            f"field 'stages' is {str(stages)[:80]}; this snnedge runs [{KINDS!r}]: update snnedge"
        )
    unknown = sorted(header.keys() - FIELDS)
    if unknown:
        raise InputError(f"field {unknown[0][:80]!r} is not known; update snnedge")


def _input(inputs: Any) -> dict[str, Any]:
    """Return the one input, with its encoder. Raises ``InputError`` for what this version cannot run."""
    found: dict[str, Any] = typed(inputs[0], dict) if typed(inputs, list) else {}
    if len(inputs) != 1 or found.get("name") != INPUT:
        raise InputError(f"field 'inputs': this snnedge runs models with one input, {INPUT!r}")
    if found["dtype"] not in DTYPES:
        raise InputError(f"field 'inputs.0.dtype': none of {', '.join(DTYPES)}")
    if found["dtype"] != SAMPLES or "encoder" not in found:
        raise InputError(f"field 'inputs.0.dtype': this snnedge runs {SAMPLES} samples with an encoder")
    return found


def check_outputs(stated: Any, model: IntegerModel) -> None:
    """Raise ``InputError`` unless ``stated`` are the outputs that ``model`` has."""
    found = [(o["name"], o["population"], o["what"]) for o in typed(stated, list)]
    if found != [(o.name, o.population, o.what) for o in outputs(model)]:
        raise InputError(
            "field 'outputs': this snnedge returns the readout's spikes, and its label if it votes"
        )


def _readout(header: Mapping[str, Any]) -> dict[str, Any]:
    """Return the readout; without one, that of the first output, whose neurons have no labels."""
    if "readout" not in header:
        population = header["outputs"][0]["population"]
        return {"population": population, "classes": 1, "exit_margin": 0, "nearest": False}
    stated = dict(typed(header["readout"], dict))
    stated["exit_margin"] = exit_rule.exit_margin(typed(stated.pop("exit"), str))
    return stated
