"""Describe a model: its parts, sizes, number formats and origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from ..compiler.tables import ProjectionTable, lower
from ..exporters.c import table_bytes, workspace_bytes
from ..model.exit_rule import words
from ..model.integer_model import IntegerModel, sum_bound
from ..model.network import Population, Projection
from .models import Integers, open_integer
from .result import OPTIONAL, Result


@dataclass(frozen=True)
class EncoderInfo:
    """The encoder: its ``kind`` and the ``shape`` of a sample."""

    kind: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class PopulationInfo:
    """``size`` neurons. ``scale``: integer = float x scale, of weights, thresholds and membranes.

    ``sum_bound``: the largest synaptic sum of a step; ``wide``: that needs int32.
    """

    name: str
    kind: str
    size: int
    scale: float
    sum_bound: int
    wide: bool


@dataclass(frozen=True)
class ProjectionInfo:
    """Synapses from ``source`` to ``target``. ``shape``: of the weights.

    ``weight``: the one that all synapses have, or None. ``bits`` per weight; ``delay`` in time steps;
    ``stored``: the kind that the tables have; ``bytes``: of the packed weights.
    """

    source: str
    target: str
    kind: str
    shape: tuple[int, ...]
    weight: int | None
    bits: int
    receptor: str
    delay: int
    stored: str
    bytes: int


@dataclass(frozen=True)
class InspectResult(Result):
    """An integer model. ``hash``: 16 hexadecimal digits; ``bits`` per weight; ``dt`` in seconds.

    ``steps`` per sample; ``class_names``: by label, or empty. ``unassigned``: readout neurons without a
    label; ``decision``: first-spike, margin:M or all-steps. ``flash_bytes``: constant tables without
    code; ``ram_bytes``: the workspace.
    """

    name: str
    hash: str
    bits: int
    dt: float
    steps: int
    encoder: EncoderInfo
    populations: tuple[PopulationInfo, ...]
    projections: tuple[ProjectionInfo, ...]
    classes: int
    class_names: Annotated[tuple[str, ...], OPTIONAL]
    unassigned: int
    decision: str
    flash_bytes: int
    ram_bytes: int
    provenance: Mapping[str, Any]


def inspect(model: Integers) -> InspectResult:
    """Return the parts and sizes of ``model``. Raises ``InputError``.

    api.inspect("zoo:digits").flash_bytes
    """
    found = open_integer(model)
    tables = lower(found)
    pairs = zip(found.projections, tables.projections, strict=True)
    return InspectResult(
        name=found.name,
        hash=found.hash_text,
        bits=found.bits,
        dt=found.dt,
        steps=found.steps,
        encoder=EncoderInfo(found.encoder.kind.name, tuple(found.encoder.shape)),
        populations=tuple(_population(found, p) for p in found.populations),
        projections=tuple(_projection(found, s, table) for s, table in pairs),
        classes=found.readout.classes,
        class_names=found.readout.class_names,
        unassigned=int((found.readout.labels < 0).sum()),
        decision=words(found.readout.exit_margin),
        flash_bytes=table_bytes(tables),
        ram_bytes=workspace_bytes(tables),
        provenance=dict(found.provenance),
    )


def _population(model: IntegerModel, p: Population) -> PopulationInfo:
    return PopulationInfo(
        p.name, p.kind.name, p.size, model.scales[p.name], sum_bound(model, p.name), model.wide[p.name]
    )


def _projection(model: IntegerModel, s: Projection, table: ProjectionTable) -> ProjectionInfo:
    return ProjectionInfo(
        source=s.source,
        target=s.target,
        kind=s.kind.name,
        shape=s.weights.shape,
        weight=s.params.get("weight"),
        bits=s.bits or model.bits,
        receptor=s.receptor,
        delay=int(s.delay),
        stored=table.kind,
        bytes=table.weights.nbytes,
    )
