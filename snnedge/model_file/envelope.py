"""Envelope: the header of version 3, checked, as the header of the versions before.

It states inputs, outputs, stages and provenance in the same form for every stage, and has one section for
each stage. This snnedge runs models of one stage, ``kinds``.
"""

import math
from collections.abc import Mapping
from typing import Any

from ..errors import InputError
from ..model import exit_rule
from ..model.interface import DTYPES, SAMPLES, WHAT
from ..model.network import INPUT, MAX_STEPS
from .checks import integer, typed
from .writer import KINDS

MAX_DEPTH, MAX_ENTRIES, MAX_TEXT = 8, 4096, 65536  # of provenance
FIELDS = {
    *("format", "version", "hash", "name", "dt", "steps", "inputs", "outputs", "stages", KINDS, "readout"),
    *("scales", "storage", "provenance"),
}


def opened(header: dict[str, Any]) -> dict[str, Any]:
    """Return ``header`` in the form of version 2. Raises ``InputError`` naming the field."""
    _only(header)
    source = _input(header["inputs"])
    _check_outputs(header["outputs"])
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
    if len(typed(inputs, list)) != 1 or inputs[0].get("name") != INPUT:
        raise InputError(f"field 'inputs': this snnedge runs models with one input, {INPUT!r}")
    found: dict[str, Any] = typed(inputs[0], dict)
    if found["dtype"] not in DTYPES:
        raise InputError(f"field 'inputs.0.dtype': none of {', '.join(DTYPES)}")
    if found["dtype"] != SAMPLES or "encoder" not in found:
        raise InputError(f"field 'inputs.0.dtype': this snnedge runs {SAMPLES} samples with an encoder")
    return found


def _check_outputs(outputs: Any) -> None:
    names = [typed(output["name"], str) for output in typed(outputs, list)]
    if not names or len(set(names)) < len(names):
        raise InputError("field 'outputs': none, or two of one name")
    for output in outputs:
        typed(output["population"], str)
        if output["what"] not in WHAT:
            raise InputError(f"field 'outputs': 'what' is none of {', '.join(WHAT)}")


def _readout(header: Mapping[str, Any]) -> dict[str, Any]:
    """Return the readout; without one, that of the first output, whose neurons have no labels."""
    if "readout" not in header:
        population = header["outputs"][0]["population"]
        return {"population": population, "classes": 1, "exit_margin": 0, "nearest": False}
    stated = dict(typed(header["readout"], dict))
    stated["exit_margin"] = exit_rule.exit_margin(typed(stated.pop("exit"), str))
    return stated


def check_provenance(value: Any, depth: int = 0) -> None:
    """Raise ``InputError`` unless ``value`` is plain data, not too deep, long or large, and finite."""
    if depth > MAX_DEPTH:
        raise InputError(f"field 'provenance' is deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict | list):
        if len(value) > MAX_ENTRIES:
            raise InputError(f"field 'provenance' has more than {MAX_ENTRIES} entries in one place")
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            check_provenance(item, depth + 1)
    elif isinstance(value, str) and len(value) > MAX_TEXT:
        raise InputError(f"field 'provenance' has a text of more than {MAX_TEXT} characters")
    elif isinstance(value, float) and not math.isfinite(value):
        raise InputError("field 'provenance' has a number that is not finite")
