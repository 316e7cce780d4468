"""`c`: a folder of portable C99 with the model's tables, and the safetensors file they come from."""

import posixpath
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ... import _core, model_file
from ...compiler.tables import EncoderTable, Part, Tables, identifier, lower
from ...model import integer_model
from ...model.integer_model import IntegerModel
from ...support import resources
from ...support.files import refuse_foreign
from . import project_files
from .symbols import core_sum, prefixed

INCLUDE = re.compile(r'^#include "(.+)"', re.M)
CORE = tuple(sorted(path.name for path in resources.folder("csrc").glob("*.c")))
# Headers of the compiler and the C library: src/ is searched before their folders.
SYSTEM = """arm_mve assert complex ctype endian errno features fenv float inttypes iso646 limits locale math
    memory setjmp signal stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string
    strings tgmath threads time uchar unistd wchar wctype""".split()
TAKEN = ("snn_model", "model", *(Path(name).stem for name in (*CORE, "kind.h")), *SYSTEM)  # files or macros
ENTRIES = ("src", model_file.MODEL_FILE, *project_files.entries())  # of the folder
ONCE = ("main.c",)  # what earlier exports have there
NUMBERS_PER_LINE = 20
ARGUMENTS: tuple[str, ...] = ()
STORAGES = integer_model.STORAGES


def default_path(stem: str) -> Path:
    """What to write a model of the file ``stem`` to."""
    return Path(f"{stem}-export")


def check_path(folder: Path) -> None:
    """Raise ``InputError`` if something at ``folder`` is not ours to replace."""
    refuse_foreign(folder, (*ENTRIES, *ONCE), model_file.MODEL_FILE)


def write(model: IntegerModel, folder: Path, argument: str | None = None) -> None:
    """Make ``folder``: src/ (all C), model.safetensors, and what build systems want (``_folder``)."""
    for path, text in sources(model).items():
        place = folder / "src" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    project_files.write(model, c_name(model), folder)
    model_file.save(model, folder / model_file.MODEL_FILE)


def facts(model: IntegerModel, folder: Path) -> dict[str, Any]:
    """What is known of the folder that was written."""
    return {
        "model": str(folder / model_file.MODEL_FILE),
        "storage": model.storage,
        "stored": {table.name: table.kind for table in lower(model).projections},
        "flash_bytes": table_bytes(model),
        "ram_bytes": workspace_bytes(model),
    }


def show(result: dict[str, Any]) -> tuple[str, list[str]]:
    """``facts`` for people: what was written, and lines of details."""
    return f"C99 sources and {model_file.MODEL_FILE}", [
        f"storage     {result['storage']}: {', '.join(map(' '.join, result['stored'].items()))}",
        f"flash       {result['flash_bytes']:,} bytes of tables (code comes on top: snnedge build)",
        f"RAM         {result['ram_bytes']:,} bytes of workspace",
    ]


def sources(model: IntegerModel) -> dict[str, str]:
    """All C sources of ``model``: path below src/ -> text. Only the kinds that it uses are there."""
    tables = lower(model)
    kinds = {f"encoders/{tables.encoder.kind}.c"}
    kinds |= {f"neurons/{p.kind}.c" for p in tables.populations}
    kinds |= {f"synapses/{s.kind}.c" for s in tables.projections}
    name = c_name(model)
    core = with_headers((*CORE, *sorted(kinds)))
    return core | {
        "snn.h": prefixed(core, name),
        f"{name}.h": _header(model, tables, name, core_sum(core)),
        f"{name}.c": _tables(tables, name),
        "model.h": _aliases(name),
    }


def with_headers(paths: Iterable[str]) -> dict[str, str]:
    """Return the files ``paths`` of csrc/ and the headers that they include: path -> text."""
    csrc, texts, left = resources.folder("csrc"), dict[str, str](), list(paths)
    while left:
        path = left.pop(0)
        if path not in texts:
            texts[path] = (csrc / path).read_text("utf-8")
            left += [posixpath.normpath(f"{path}/../{header}") for header in INCLUDE.findall(texts[path])]
    return texts


def c_name(model: IntegerModel) -> str:
    """What the model is called in C: its header, its symbol ``<name>_model``, its macros."""
    return identifier(model.name, TAKEN)


def table_bytes(model: IntegerModel) -> int:
    """Bytes of the constant tables: weights, parameters and labels; code comes on top."""
    tables = lower(model)
    parts: list[Part] = [tables.encoder, *tables.populations, *tables.projections]
    arrays = [tables.labels, *(s.weights for s in tables.projections)]
    arrays += [a for part in parts for a in (part.scalars, *part.arrays)]
    return sum(a.nbytes for a in arrays)


def workspace_bytes(model: IntegerModel) -> int:
    """Bytes of RAM that the model's state takes: what ``snn_workspace_size`` answers on any target."""
    return _core.Model(lower(model), "scalar").workspace_size


def _header(model: IntegerModel, tables: Tables, name: str, core: str) -> str:
    upper = name.upper()
    return f"""/* {name}: an integer model written by snnedge. Do not edit: export it again. */
#ifndef SNN_MODEL_{upper}_H
#define SNN_MODEL_{upper}_H

#include "snn.h"

#if SNN_CORE != {core}
#error "another snnedge wrote a model that is included before {name}: export both again"
#endif

#define {upper}_HASH 0x{model.hash_text}ULL
#define {upper}_INPUTS {tables.encoder.size}
#define {upper}_NEURONS {len(tables.labels)}
#define {upper}_CLASSES {tables.classes}
#define {upper}_WORKSPACE_BYTES {workspace_bytes(model)}

#ifdef __cplusplus
extern "C" {{
#endif

extern const snn_model {name}_model;

#ifdef __cplusplus
}}
#endif

#endif
"""


def _aliases(name: str) -> str:
    upper = name.upper()
    return f"""/* The one model of this folder under names that do not depend on it. */
#ifndef SNN_MODEL_H
#define SNN_MODEL_H

#include "{name}.h"

#define SNN_MODEL {name}_model
#define SNN_MODEL_NAME "{name}"
#define SNN_MODEL_INPUTS {upper}_INPUTS
#define SNN_MODEL_NEURONS {upper}_NEURONS
#define SNN_MODEL_WORKSPACE_BYTES {upper}_WORKSPACE_BYTES

#endif
"""


def _tables(tables: Tables, name: str) -> str:
    populations = ",\n    ".join(
        f"{{.kind = &snn_neuron_{p.kind}, {_params(p)}, .size = {p.size}, .wide = {int(p.wide)}"
        f"{_stated(history=p.history)}}}"
        for p in tables.populations
    )
    projections = ",\n    ".join(
        f"{{.kind = &snn_synapse_{s.kind}, {_params(s)}, .weights = {s.name}_weights,"
        f" .source = {s.source}, .target = {s.target}, .bits = {s.bits}"
        f"{_stated(receptor=s.receptor, delay=s.delay)}}}"
        for s in tables.projections
    )
    return f"""/* Tables of the model {name}, written by snnedge. Do not edit: export it again. */
#include "{name}.h"

{_kinds(tables)}
{_arrays(tables)}
static const snn_population populations[] = {{
    {populations}}};

static const snn_projection projections[] = {{
    {projections}}};

const snn_model {name}_model = {{
    .hash = {name.upper()}_HASH,
    .encoder = {{{_encoder(tables.encoder)}}},
    .populations = populations,
    .projections = projections,
    .readout = {{.labels = labels,
                .population = {tables.readout},
                .classes = {tables.classes},
                .exit_margin = {tables.exit_margin},
                .nearest = {int(tables.nearest)}}},
    .n_populations = {len(tables.populations)},
    .n_projections = {len(tables.projections)},
    .steps = {tables.steps}}};
"""


def _encoder(encoder: EncoderTable) -> str:
    fields = f".kind = &snn_encoder_{encoder.kind}, {_params(encoder)}, .size = {encoder.size}"
    return fields + _stated(history=encoder.history)


def _kinds(tables: Tables) -> str:
    names = {f"extern const snn_encoder_kind snn_encoder_{tables.encoder.kind};"}
    names |= {f"extern const snn_neuron_kind snn_neuron_{p.kind};" for p in tables.populations}
    names |= {f"extern const snn_synapse_kind snn_synapse_{s.kind};" for s in tables.projections}
    return "\n".join(sorted(names)) + "\n"


def _arrays(tables: Tables) -> str:
    text = "".join(_part(part) for part in (tables.encoder, *tables.populations, *tables.projections))
    for s in tables.projections:
        text += _array(f"{s.name}_weights", "uint8_t", s.weights)
    return text + _array("labels", "int16_t", tables.labels)


def _part(part: Part) -> str:
    names = [f"{part.name}_{name}" for name in part.array_names]
    text = "".join(_array(n, "int16_t", a) for n, a in zip(names, part.arrays, strict=True))
    text += f"/* {', '.join(part.scalar_names) or 'no scalars'} */\n"
    text += _array(f"{part.name}_scalars", "int32_t", part.scalars)
    return text + f"static const int16_t *const {part.name}_arrays[] = {{{', '.join(names) or '0'}}};\n"


def _params(part: Part) -> str:
    return f".params = {{{part.name}_scalars, {part.name}_arrays}}"


def _stated(**fields: int) -> str:
    """Initialisers of the fields that are not 0, which is what C makes of the others."""
    return "".join(f", .{name} = {value}" for name, value in fields.items() if value)


def _array(name: str, ctype: str, values: np.ndarray) -> str:
    numbers = [str(int(v)) for v in values.ravel()] or ["0"]  # C99 has no empty arrays: nobody reads it
    step = NUMBERS_PER_LINE
    lines = [",".join(numbers[k : k + step]) for k in range(0, len(numbers), step)]
    return f"static const {ctype} {name}[] = {{\n" + ",\n".join(lines) + "};\n"
