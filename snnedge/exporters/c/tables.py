"""The tables of an exported model as C, by designated initialisers."""

import numpy as np

from ...compiler.tables import EncoderTable, Part, ReadoutTable, Tables

NUMBERS_PER_LINE = 20


def tables_source(tables: Tables, name: str) -> str:
    """Return the C file with the tables of the model ``name``."""
    return f"""/* Tables of the model {name}, written by snnedge. Do not edit: export it again. */
#include "../{name}.h"

{_kinds(tables)}
{_arrays(tables)}
static const snn_population populations[] = {{
    {_populations(tables)}}};

static const snn_projection projections[] = {{
    {_projections(tables)}}};

{_model(tables, name)}"""


def _populations(tables: Tables) -> str:
    return ",\n    ".join(
        f"{{.kind = &snn_neuron_{p.kind}, {_params(p)}, .size = {p.size}, .wide = {int(p.wide)}"
        f"{_stated(history=p.history, **p.members)}}}"
        for p in tables.populations
    )


def _projections(tables: Tables) -> str:
    return ",\n    ".join(
        f"{{.kind = &snn_synapse_{s.kind}, {_params(s)}, .weights = {s.name}_weights,"
        f" .source = {s.source}, .target = {s.target}, .bits = {s.bits}"
        f"{_stated(**s.members)}}}"
        for s in tables.projections
    )


def _model(tables: Tables, name: str) -> str:
    return f"""const snn_model {name}_model = {{
    .hash = {name.upper()}_HASH,
    .encoder = {{{_encoder(tables.encoder)}}},
    .populations = populations,
    .projections = projections,
    .readout = {{{_readout(tables.readout)}}},
    .n_populations = {len(tables.populations)},
    .n_projections = {len(tables.projections)},
    .steps = {tables.steps}}};
"""


def _readout(readout: ReadoutTable) -> str:
    fields = {"labels": "labels", "population": readout.population, **readout.members}
    return f",\n{16 * ' '}".join(f".{name} = {value}" for name, value in fields.items())


def _encoder(encoder: EncoderTable) -> str:
    fields = f".kind = &snn_encoder_{encoder.kind}, {_params(encoder)}, .size = {encoder.size}"
    return fields + _stated(history=encoder.history, **encoder.members)


def _kinds(tables: Tables) -> str:
    names = {f"extern const snn_encoder_kind snn_encoder_{tables.encoder.kind};"}
    names |= {f"extern const snn_neuron_kind snn_neuron_{p.kind};" for p in tables.populations}
    names |= {f"extern const snn_synapse_kind snn_synapse_{s.kind};" for s in tables.projections}
    return "\n".join(sorted(names)) + "\n"


def _arrays(tables: Tables) -> str:
    text = "".join(_part(part) for part in (tables.encoder, *tables.populations, *tables.projections))
    for s in tables.projections:
        text += _array(f"{s.name}_weights", "SNN_FLASH uint8_t", s.weights)
    return text + _array("labels", "SNN_FLASH int16_t", tables.readout.labels)


def _part(part: Part) -> str:
    names = [f"{part.name}_{name}" for name in part.array_names]
    text = "".join(_array(n, "SNN_FLASH int16_t", a) for n, a in zip(names, part.arrays, strict=True))
    text += f"/* {', '.join(part.scalar_names) or 'no scalars'} */\n"
    text += _array(f"{part.name}_scalars", "int32_t", part.scalars)
    pointers = f"static const SNN_FLASH int16_t *const {part.name}_arrays[]"
    return f"{text}{pointers} = {{{', '.join(names) or '0'}}};\n"


def _params(part: Part) -> str:
    return f".params = {{.scalars = {part.name}_scalars, .arrays = {part.name}_arrays}}"


def _stated(**fields: int) -> str:
    """Return initialisers of the fields that are not 0, the value of fields without one."""
    return "".join(f", .{name} = {value}" for name, value in fields.items() if value)


def _array(name: str, ctype: str, values: np.ndarray) -> str:
    numbers = [str(int(v)) for v in values.ravel()] or [
        "0"
    ]  # C99 has no empty arrays; this entry is never read
    step = NUMBERS_PER_LINE
    lines = [",".join(numbers[k : k + step]) for k in range(0, len(numbers), step)]
    return f"static const {ctype} {name}[] = {{\n" + ",\n".join(lines) + "};\n"
