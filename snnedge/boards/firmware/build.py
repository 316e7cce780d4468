"""Firmware builds: a model's C sources and a board's firmware become a folder with firmware.elf.

The folder holds all sources, and commands run in it with relative paths. So the same model, board and
compiler give the same bytes wherever the folder is.
"""

import logging
import re
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from string import Template

from ...errors import DoesNotFit, InputError, ToolError
from ...exporters.c import DECLARED, is_source
from ...support.files import unreadable
from ...support.resources import folder as resource
from ..board import SERIAL, Board
from ..board_file import parts
from . import elf, toolchain
from .board_header import board_sources
from .self_test import HEADER, NO_SELF_TEST, TABLES
from .stack_bound import bound
from .toolchain import AUTO, CALL_GRAPH, Compiler

SCRIPT = "link.ld"
ELF = "firmware.elf"
Texts = Mapping[str, str]
REMEDIES = "--bits 4, --storage sparse, pruning: prune.synapses, fewer neurons"
FIRMWARE, MODEL = "firmware", "src"  # folders of a build: ours, and the exported C
ENTRIES = (SCRIPT, ELF, FIRMWARE, MODEL)  # of a folder of firmware
MODEL_HEADER = "firmware_model.h"  # of FIRMWARE
MADE = (".o", CALL_GRAPH)  # suffixes of what the compiler makes of a C file
OWN_NAMES = (
    MODEL_HEADER,
    "board.h",
    "board.c",
    HEADER,
    TABLES,
)  # of FIRMWARE, besides the files of firmware/


@dataclass(frozen=True)
class Firmware:
    """Linked firmware. ``sections``: bytes by section; ``flash_bytes`` and ``ram_bytes`` are their sums.

    ``hash``: of the model inside; ``compiler``: name, version and optimisation; ``tables``: see
    ``elf.tables``; ``stack_bound``: upper bound of the stack in bytes, None where the compiler states none.
    """

    board: Board
    elf: Path
    hash: int
    compiler: str
    sections: Mapping[str, int]
    tables: Mapping[str, Mapping[str, int]]
    stack_bound: int | None

    @property
    def flash_bytes(self) -> int:
        return used(self.sections, elf.IN_FLASH)

    @property
    def ram_bytes(self) -> int:
        return used(self.sections, elf.IN_RAM)


def build(
    board: Board, model: Texts, folder: Path, compiler: str = AUTO, self_test: Texts = NO_SELF_TEST
) -> Firmware:
    """Write, compile and link firmware for ``board`` in the new folder ``folder``.

    ``model``: the exported C, path below src/ -> text; ``self_test``: see ``self_test_sources``. Raises
    ``DoesNotFit``, before linking where tables and stack are too large, and ``ToolError`` when a tool is
    missing or fails.
    """
    elf.require()
    chosen = toolchain.find(board.core, compiler)
    sources = write(board, model, folder, self_test)
    with ThreadPoolExecutor() as pool:  # the compiler's processes do the work
        objects = list(pool.map(lambda source: _compile(chosen, source, folder), sources))
    _link(board, chosen, objects, folder)
    linked = folder / ELF
    return Firmware(
        board=board,
        elf=linked,
        hash=elf.model_hash(linked),
        compiler=chosen.title,
        sections=elf.sizes([linked]),
        tables=elf.tables(linked),
        stack_bound=_check_stack(board, objects, folder),
    )


def exported(folder: Path) -> dict[str, str]:
    """Read the C sources of a folder written by ``snnedge export``: path below src/ -> text."""
    root = folder / "src"
    paths = sorted(path for path in root.rglob("*") if path.suffix in (".c", ".h"))
    try:
        texts = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths}
    except OSError as error:
        raise unreadable(folder, error) from error
    if _model_name(texts) is None:
        raise InputError(f"{folder}: no model in src/; give a folder that snnedge export has written")
    return texts


def is_own(path: PurePosixPath, names: Collection[str]) -> bool:
    """Return whether a build writes ``path``, for a model with one of the C ``names``."""
    top, *rest = path.parts
    if not rest:
        return top in ENTRIES
    source = PurePosixPath(*rest)
    if source.suffix in MADE:
        source = source.with_suffix(".c")
    if top == MODEL:
        return is_source(source, names)
    return source.name in OWN_NAMES or source.name in {p.name for p in resource("firmware").rglob("*.[ch]")}


def write(board: Board, model: Texts, folder: Path, self_test: Texts = NO_SELF_TEST) -> list[str]:
    """Write all sources to ``folder``; return the C files, relative to it, in the order of linking."""
    own = {**self_test, MODEL_HEADER: model_header(model)}
    files = firmware_sources(board) | {f"{FIRMWARE}/{name}": text for name, text in own.items()}
    files |= {f"{MODEL}/{name}": text for name, text in board.core.with_kernels(model).items()}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    return sorted(name for name in files if name.endswith(".c"))


def firmware_sources(board: Board) -> dict[str, str]:
    """Return all files of ``board``'s firmware except the model: path -> text."""
    paths = [
        *resource("firmware").glob("*.[ch]"),
        *board.core.folder.glob("*.[ch]"),
        parts("transports")[board.transport],
    ]
    if board.transport == SERIAL and board.uart:
        paths.append(parts("uarts")[board.uart.driver])
    if board.boot:
        paths.append(parts("boot")[board.boot])
    texts = {path.name: path.read_text("utf-8") for path in paths} | board_sources(board)
    return {f"{FIRMWARE}/{name}": text for name, text in texts.items()} | {SCRIPT: linker_script(board)}


def model_header(model: Texts) -> str:
    """Return the header that gives the firmware its model under names that do not depend on it."""
    name = _model_name(model)
    upper = str(name).upper()
    return f"""/* Written by snnedge: the model of this firmware. */
#include "../{MODEL}/{name}.h"

#define MODEL {name}_model
#define MODEL_NAME "{name}"
#define MODEL_INPUTS {upper}_INPUTS
#define MODEL_NEURONS {upper}_NEURONS
#define MODEL_WORKSPACE_BYTES {upper}_WORKSPACE_BYTES
"""


def _model_name(model: Texts) -> str | None:
    """Return the C name of an exported model, None when no public header declares one."""
    found = (DECLARED.search(text) for path, text in model.items() if re.fullmatch(r"\w+\.h", path))
    return next((match[1] for match in found if match), None)


def linker_script(board: Board) -> str:
    """Fill the board's memory map into the family's linker script."""
    template = Template((board.core.folder / SCRIPT).read_text("utf-8"))
    return template.substitute(
        flash_origin=hex(board.flash.origin),
        flash_size=hex(board.flash.size),
        ram_origin=hex(board.ram.origin),
        ram_size=hex(board.ram.size),
        stack_size=hex(board.stack),
    )


def check_fit(board: Board, sections: Mapping[str, int]) -> None:
    """Raise ``DoesNotFit``, with the bytes by section, when ``board`` has too little flash or RAM."""
    problems = [
        _excess("flash", sections, elf.IN_FLASH, board.flash.size, REMEDIES),
        _excess("RAM", sections, elf.IN_RAM, board.ram.size, "fewer neurons, smaller images"),
    ]
    found = "; ".join(problem for problem in problems if problem)
    if found:
        raise DoesNotFit(f"does not fit {board.name}: {found}")


def used(sections: Mapping[str, int], names: tuple[str, ...]) -> int:
    """Sum the bytes in the sections ``names``."""
    return sum(sections[name] for name in names)


def _excess(
    memory: str, sections: Mapping[str, int], names: tuple[str, ...], size: int, remedy: str
) -> str:
    over = used(sections, names) - size
    if over <= 0:
        return ""
    parts = " + ".join(f"{name} {sections[name]:,}" for name in names)
    return f"{memory} {parts} is {over:,} bytes over its {size:,} (try {remedy})"


def _link(board: Board, compiler: Compiler, objects: list[str], folder: Path) -> None:
    """Link, unless tables and stack alone are too large. Code counts afterwards: the linker drops some."""
    parts = elf.sizes(folder / name for name in objects) | {".stack": board.stack}
    check_fit(board, parts | {".text": 0})
    try:
        _warn(compiler.link(objects, SCRIPT, ELF, folder))
    except ToolError:
        check_fit(board, parts)
        raise


def _check_stack(board: Board, objects: list[str], folder: Path) -> int | None:
    """Return an upper bound of the program's stack, None without one. Raises ``DoesNotFit``."""
    graphs = {folder / name: folder / (name.removesuffix(".o") + CALL_GRAPH) for name in objects}
    if not all(path.exists() for path in graphs.values()):
        return None
    texts = [(elf.kind_of(part), graph.read_text("utf-8")) for part, graph in graphs.items()]
    calls = bound(texts, elf.functions(folder / ELF))
    if calls is None:
        return None
    total = calls + board.core.interrupt_stack
    if total > board.stack:
        problem = f"may take {total:,} bytes of stack, and memory.stack is {board.stack:,}; raise that"
        raise DoesNotFit(f"does not fit {board.name}: {problem}")
    return total


def _compile(compiler: Compiler, source: str, folder: Path) -> str:
    target = source.removesuffix(".c") + ".o"
    _warn(compiler.compile(source, target, folder))
    return target


def _warn(warnings: str) -> None:
    for line in warnings.splitlines():  # a message of the log is one line
        logging.getLogger("snnedge").warning("%s", line)
