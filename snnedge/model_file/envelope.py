"""Envelope: the parts of a header, found in any version of the format.

Version 3 states inputs, outputs, stages and provenance in the same form for every stage, and has one
section for each stage. This snnedge runs models of one stage, ``kinds``. Versions 1 and 2 have the same
parts in one graph.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from ..model import exit_rule
from ..model.integer_model import IntegerModel
from ..model.interface import DTYPES, UINT8
from ..model.limits import MAX_STEPS, MAX_UNITS
from ..model.network import INPUT, Readout
from ..model.schema import as_json, read_stated
from ..support.checked import Fields, show
from .provenance import check_provenance
from .versions import ENVELOPE
from .writer import KINDS

FIELDS = {
    *("format", "version", "hash", "name", "dt", "steps", "inputs", "outputs", "stages", KINDS, "readout"),
    *("scales", "storage", "provenance"),
}


@dataclass(frozen=True)
class Parts:
    """The parts of a header.

    ``top``: the header. ``section``: the dict of ``bits``, ``populations`` and ``projections``. ``shape``
    and ``encoder``: of the input. ``readout``: the fields of the readout but its labels.
    """

    top: Fields
    section: Fields
    encoder: Fields
    shape: tuple[int, ...]
    steps: int
    readout: dict[str, Any]


def opened(top: Fields) -> Parts:
    """Return the parts of the header ``top`` of any version. Raises ``InputError`` naming the field."""
    return _opened(top) if top.content["version"] >= ENVELOPE else _graph(top)


def _graph(top: Fields) -> Parts:
    """Return the parts of a header of versions 1 and 2."""
    graph = top.fields("graph")
    encoder, readout = graph.fields("encoder"), graph.fields("readout")
    steps = graph.integer("steps", 1, MAX_STEPS)
    return Parts(top, graph, encoder, encoder.shape("shape", limit=MAX_UNITS), steps, _readout(readout))


def _opened(top: Fields) -> Parts:
    """Return the parts of a header with an envelope."""
    if top.get("stages") != [KINDS]:
        stages = ascii(top.get("stages"))[:80]
        raise top.error("stages", f"is {stages}; this snnedge runs [{KINDS!r}]: update snnedge")
    unknown = sorted(top.content.keys() - FIELDS)
    if unknown:
        raise top.error(unknown[0], "is not known; update snnedge")
    source = _input(top)
    try:
        check_provenance(top.fields("provenance").content)
    except InputError as error:
        raise InputError(f"{top.file}: {error}") from error
    steps = top.integer("steps", 1, MAX_STEPS) if "steps" in top.content else MAX_STEPS
    section, readout = top.fields(KINDS), _named_readout(top)
    return Parts(
        top, section, source.fields("encoder"), source.shape("shape", limit=MAX_UNITS), steps, readout
    )


def _input(top: Fields) -> Fields:
    """Return the one input. Raises ``InputError`` for what this version cannot run."""
    inputs = top.each("inputs")
    if len(inputs) != 1 or inputs[0].text("name") != INPUT:
        raise top.error("inputs", f"must be one input, {INPUT!r}: this snnedge runs no others")
    if inputs[0].choice("dtype", DTYPES) != UINT8 or "encoder" not in inputs[0].content:
        raise inputs[0].error("dtype", f"must be {UINT8!r} with an encoder: this snnedge runs no others")
    return inputs[0]


def check_outputs(top: Fields, model: IntegerModel) -> None:
    """Raise ``InputError`` unless the header ``top`` states the outputs that ``model`` has."""
    if top.content["version"] < ENVELOPE:
        return
    found = [(o.text("name"), o.text("population"), o.text("what")) for o in top.each("outputs")]
    if found != [(o.name, o.population, o.what) for o in model.outputs]:
        raise top.error(
            "outputs", "must be the readout's spikes, and its label if it votes: this snnedge has no others"
        )


def _named_readout(top: Fields) -> dict[str, Any]:
    """Return the readout; without one, that of the first output, whose neurons have no labels."""
    if "readout" in top.content:
        fields = top.fields("readout")
        return _readout(Fields(_with_margin(fields), fields.file, fields.path))
    outputs = top.each("outputs")
    if not outputs:
        raise top.error("outputs", "is empty, and there is no readout; export the model again")
    population = outputs[0].label("population")
    return {"population": population} | as_json(Readout.none(population, 0))


def _with_margin(fields: Fields) -> Mapping[str, Any]:
    """Return ``fields`` with the exit margin in place of the exit rule."""
    words = fields.text("exit")
    kept = {key: value for key, value in fields.content.items() if key != "exit"}
    try:
        return kept | {"exit_margin": exit_rule.exit_margin(words)}
    except InputError as error:
        raise fields.error("exit", f"is {show(words)}; give {exit_rule.CHOICES}") from error


def _readout(fields: Fields) -> dict[str, Any]:
    return {"population": fields.label("population")} | read_stated(Readout, fields)
