"""`c`: a folder of portable C99 with the model's tables, and the safetensors file they come from.

``src/NAME.h`` and ``src/snn.h`` are public. All other C is in ``src/NAME_private/``. It is included by
relative paths, so none of its headers can be confused with one of the user.
"""

import re
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Any

from ... import model_file
from ...compiler.tables import Part, Tables, identifier, lower
from ...model import integer_model
from ...model.integer_model import IntegerModel
from ...runtime.runtime import compile_tables
from ...support import resources
from ...support.files import refuse_foreign
from . import project_files
from .core_files import core_files, core_paths, kind_files
from .header import header
from .symbols import core_sum, prefixed
from .tables import tables_source

API, LICENSE = "snn.h", "LICENSE"
# src/ is searched before the folders of the compiler and the C library: no model has the name of a header.
C_HEADERS = """assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal
    stdalign stdarg stdatomic stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath
    threads time uchar wchar wctype""".split()
POSIX_HEADERS = """aio cpio dirent dlfcn endian fcntl fmtmsg fnmatch ftw glob grp iconv langinfo libgen
    libintl monetary mqueue ndbm netdb nl_types poll pthread pwd regex sched search semaphore spawn strings
    stropts syslog tar termios trace ulimit unistd utime utmpx wordexp""".split()
# Of compilers, of C libraries below the standard headers, of Arduino.
OTHER_HEADERS = """alloca arduino arm_acle arm_cmse arm_mve arm_neon byteswap close_range features malloc
    memory newlib paths reent syslimits unwind values xlocale""".split()
# CMake refuses these as names of a library: they are targets of its own.
CMAKE_TARGETS = (
    "all clean edit_cache help install package package_source preinstall rebuild_cache test".split()
)
EXAMPLES = tuple(path.stem for path in project_files.TEMPLATES.rglob("*.h"))  # they include NAME.h
RESERVED_NAMES = (Path(API).stem, *EXAMPLES, *C_HEADERS, *POSIX_HEADERS, *OTHER_HEADERS, *CMAKE_TARGETS)
ENTRIES = ("src", LICENSE, model_file.MODEL_FILE, *project_files.entries())  # of the folder
EARLIER_ENTRIES = ("main.c",)  # of folders that an earlier snnedge has exported
EARLIER_HEADERS = ("kinds.h", "model.h", "patch.h", "places.h", "registry.h", "rows.h", "strips.h")
OTHER_FILES = (*project_files.paths(), LICENSE, model_file.MODEL_FILE, *EARLIER_ENTRIES)  # outside src/
TABLES = "tables.c"  # in the private folder of a model
DECLARED = re.compile(r"^extern const snn_model (\w+)_model;$", re.M)  # in the public header of a model
ARGUMENTS: tuple[str, ...] = ()
STORAGES = integer_model.STORAGES


def default_path(stem: str) -> Path:
    """Return the folder to write a model of the file ``stem`` to."""
    return Path(f"{stem}-export")


def check_path(folder: Path) -> None:
    """Raise ``InputError`` if ``folder`` holds anything but an export, at any depth."""
    names = set(model_names(folder / "src"))
    refuse_foreign(
        folder, (*ENTRIES, *EARLIER_ENTRIES), model_file.MODEL_FILE, lambda path: is_own(path, names)
    )


def is_own(path: PurePosixPath, names: Collection[str]) -> bool:
    """Return whether an export writes ``path``, for a model with one of the C ``names``.

    Such are also the sources of kinds that the model lacks, and of earlier versions.
    """
    top, *rest = path.parts
    if top != "src":
        return str(path) in OTHER_FILES
    return is_source(PurePosixPath(*rest), names)


def is_source(path: PurePosixPath, names: Collection[str]) -> bool:
    """Return whether ``path`` below src/ is of an export of a model with one of the C ``names``."""
    public = {API, *EARLIER_HEADERS, *(f"{name}.{kind}" for name in names for kind in "ch")}
    folders = {private_folder(name) for name in names}
    inside = PurePosixPath(*path.parts[1:]) if path.parts[0] in folders else path
    return str(path) in public or str(inside) in {*core_paths(), TABLES}


def model_names(src: Path) -> list[str]:
    """Return the C names of the models whose public headers are in ``src``, the folder of sources."""
    heads = [path for path in src.glob("*.h") if path.is_file() and not path.is_symlink()]
    found = (DECLARED.search(path.read_text("utf-8", errors="replace")) for path in heads)
    return [match[1] for match in found if match]


def write(
    model: IntegerModel, folder: Path, argument: str | None = None, tables: Tables | None = None
) -> None:
    """Write ``folder``: src/ (all C), model.safetensors, the license, and files of build systems.

    ``tables``: of ``model``, where the caller has them. ``argument``: there is none.
    """
    tables = tables or lower(model)
    for path, text in sources(model, tables).items():
        target = folder / "src" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    (folder / LICENSE).write_text(resources.text(LICENSE))
    project_files.write(model, tables, c_name(model), folder)
    model_file.save(model, folder / model_file.MODEL_FILE)


def facts(model: IntegerModel, folder: Path, tables: Tables | None = None) -> dict[str, Any]:
    """Return the facts about ``folder``, to which ``model`` was written."""
    tables = tables or lower(model)
    name = c_name(model)
    return {
        "model": str(folder / model_file.MODEL_FILE),
        "name": model.name,
        "c_name": name,
        "header": str(folder / "src" / f"{name}.h"),
        "storage": model.storage,
        "stored": {table.name: table.kind for table in tables.projections},
        "flash_bytes": table_bytes(tables),
        "ram_bytes": workspace_bytes(tables),
    }


def show(result: dict[str, Any]) -> tuple[str, list[str]]:
    """Format ``facts`` for people: what was written, and lines of details."""
    name = result["c_name"]
    renamed = "" if name == result["name"] else f": the C name of the model {result['name']!r}"
    return f"C99 sources and {model_file.MODEL_FILE}", [
        f"header      src/{name}.h ({name}_model){renamed}",
        f"storage     {result['storage']}: {', '.join(map(' '.join, result['stored'].items()))}",
        f"flash       {result['flash_bytes']:,} bytes of tables (code comes on top: snnedge build)",
        f"RAM         {result['ram_bytes']:,} bytes of workspace",
    ]


def sources(model: IntegerModel, tables: Tables | None = None) -> dict[str, str]:
    """Return all C sources of ``model``, path below src/ -> text, with the kinds that it uses.

    ``tables``: of ``model``, where the caller has them.
    """
    tables, name = tables or lower(model), c_name(model)
    core = core_files(kind_files(tables))
    private = {path: text for path, text in core.items() if path != API}
    private["kind.h"] = private["kind.h"].replace(f'#include "{API}"', f'#include "../{API}"')
    return {
        API: prefixed(core, name),
        f"{name}.h": header(model, name, core_sum(core), workspace_bytes(tables)),
        tables_path(name): tables_source(tables, name),
        **{f"{private_folder(name)}/{path}": text for path, text in private.items()},
    }


def private_folder(name: str) -> str:
    """Return the folder below src/ with all files of the model ``name`` that are not public."""
    return f"{name}_private"


def tables_path(name: str) -> str:
    """Return the path below src/ of the tables of the model ``name``."""
    return f"{private_folder(name)}/{TABLES}"


def c_name(model: IntegerModel) -> str:
    """Return the model's name in C: of its header, its symbol ``<name>_model``, its macros."""
    return identifier(model.name, RESERVED_NAMES)


def table_bytes(tables: Tables) -> int:
    """Return the bytes of the constant tables: weights, parameters and labels, without code."""
    parts: list[Part] = [tables.encoder, *tables.populations, *tables.projections]
    arrays = [tables.readout.labels, *(s.weights for s in tables.projections)]
    arrays += [a for part in parts for a in (part.scalars, *part.arrays)]
    return sum(a.nbytes for a in arrays)


def workspace_bytes(tables: Tables) -> int:
    """Return the bytes of RAM of the model's state: ``snn_workspace_size`` on any target."""
    return compile_tables(tables, "scalar").workspace_size
