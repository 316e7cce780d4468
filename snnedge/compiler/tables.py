"""Tables: the structs of ``csrc/snn.h`` with their arrays, for the runtime and for the C folder."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Any

import numpy as np

from ..kinds import synapse
from ..model import weight_codes
from ..model.integer_model import IntegerModel
from ..model.network import INPUT, Projection, kept_steps
from ..model.schema import members

MAX_NAME = 48  # characters of a C identifier made from a name
SPARSE_SAVING = 0.25  # share of the dense table that is worth the time of sparse rows (build-and-flash.md)
SOURCE_INPUT = 65535  # SNN_INPUT in csrc/snn.h


@dataclass(frozen=True)
class Part:
    """Kind and parameters of a part, in the order that the kind declares: int32 scalars, int16 arrays.

    ``name``: a C identifier, unique in the model. ``members``: declared fields by their names in snn.h.
    """

    name: str
    kind: str
    scalar_names: tuple[str, ...]
    scalars: np.ndarray
    array_names: tuple[str, ...]
    arrays: tuple[np.ndarray, ...]
    members: Mapping[str, int]


@dataclass(frozen=True)
class EncoderTable(Part):
    """The encoder. ``history``: earlier steps whose spikes delayed projections read."""

    size: int
    history: int


@dataclass(frozen=True)
class PopulationTable(Part):
    """A population. ``wide``: its synaptic sums need int32. ``history``: as in ``EncoderTable``."""

    size: int
    wide: bool
    history: int


@dataclass(frozen=True)
class ProjectionTable(Part):
    """A projection. ``weights``: uint8, packed by its kind. ``bits``: stored per weight."""

    weights: np.ndarray
    source: int
    target: int
    bits: int


@dataclass(frozen=True)
class ReadoutTable:
    """The readout. ``labels``: int16, one per neuron of the population with index ``population``."""

    labels: np.ndarray
    population: int
    members: Mapping[str, int]


@dataclass(frozen=True)
class Tables:
    """The fields of ``snn_model``, in its order of evaluation."""

    hash: int
    steps: int
    encoder: EncoderTable
    populations: tuple[PopulationTable, ...]
    projections: tuple[ProjectionTable, ...]
    readout: ReadoutTable


def lower(model: IntegerModel, auto: str = "auto") -> Tables:
    """Return the tables of ``model``. ``auto``: the storage of matrices if the model states none."""
    storage = auto if model.storage == "auto" else model.storage
    names = _names(model)
    index = {p.name: k for k, p in enumerate(model.populations)} | {INPUT: SOURCE_INPUT}
    readout = model.readout
    encoder = model.encoder
    return Tables(
        hash=model.hash,
        steps=model.steps,
        encoder=EncoderTable(
            **_part("encoder", encoder), size=encoder.size, history=kept_steps(model, INPUT)
        ),
        populations=tuple(
            PopulationTable(
                **_part(name, p),
                size=p.size,
                wide=model.wide[p.name],
                history=kept_steps(model, p.name),
            )
            for name, p in zip(names, model.populations, strict=False)
        ),
        projections=tuple(
            _projection(name, *packed(s, s.bits or model.bits, storage), index, s.bits or model.bits)
            for name, s in zip(names[len(model.populations) :], model.projections, strict=True)
        ),
        readout=ReadoutTable(
            np.ascontiguousarray(readout.labels, np.int16), index[readout.population], members(readout)
        ),
    )


def identifier(name: str, taken: Iterable[str] = ()) -> str:
    """Return a C identifier made from ``name``, other than those ``taken``."""
    words = re.sub(r"\W", "_", name.lower(), flags=re.ASCII)[:MAX_NAME]
    plain = re.sub(r"^(?=\d)|^$", "net_", words)
    candidates = chain([plain], (f"{plain}_{k}" for k in count(2)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _names(model: IntegerModel) -> list[str]:
    """Return a C identifier for each population, then for each projection; all differ."""
    used = dict.fromkeys(("encoder", "labels", "populations", "projections"))  # ordered, and found at once
    parts = [p.name for p in model.populations]
    parts += [f"{s.source}_to_{s.target}" for s in model.projections]
    for part in parts:
        used[identifier(part, used)] = None
    return list(used)[-len(parts) :]


def _part(name: str, item: Any) -> dict[str, Any]:
    kind = item.kind
    scalars = np.array([item.params[name] for name in kind.scalars], np.int32)
    arrays = tuple(np.ascontiguousarray(item.params[name], np.int16) for name in kind.arrays)
    return {
        "name": name,
        "kind": kind.name,
        "scalar_names": tuple(kind.scalars),
        "scalars": scalars,
        "array_names": kind.arrays,
        "arrays": arrays,
        "members": members(item),
    }


def packed(s: Projection, bits: int, storage: str = "auto") -> tuple[Projection, np.ndarray]:
    """Return ``s`` stored as ``storage``, and its weights packed so, uint8.

    "auto": sparse where that saves ``SPARSE_SAVING``. Each storage is packed once.
    """
    if not s.kind.stored_as:
        return s, s.kind.pack(s, bits)
    names = s.kind.stored_as if storage == "auto" else (storage,)
    tried = [replace(s, kind=synapse(name)) for name in names]
    weights = [one.kind.pack(one, bits) for one in tried]
    best = 0
    if storage == "auto":
        dense, sparse = (packed.nbytes for packed in weights)
        best = int(sparse <= (1 - SPARSE_SAVING) * dense)
    return tried[best], weights[best]


def _projection(
    name: str, item: Projection, weights: np.ndarray, index: dict[str, int], bits: int
) -> ProjectionTable:
    return ProjectionTable(
        **_part(name, item),
        weights=weights,
        source=index[item.source],
        target=index[item.target],
        bits=weight_codes.stored_bits(bits),
    )
