"""Report what is installed, what is missing for what, and the command that installs it."""

import os
import platform
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Annotated

from ..boards import board_file, flash
from ..data import locate
from ..errors import InputError, ToolError
from ..runtime.runtime import simd_levels
from ..support.programs import Program, compiler
from .result import FormerKey, Key, Result

PACKAGE = re.compile(r"[\w.-]+")
EXTRA = re.compile(r"""extra\s*==\s*["']([\w-]+)["']""")


@dataclass(frozen=True)
class Check(Result):
    """An optional part, ``what``, and what was ``found`` of it: a version or path, "" where it is missing.

    ``purpose``: what needs it. ``install``: the command line that installs it.
    """

    what: str
    found: str
    purpose: Annotated[str, Key("for")]
    install: str


@dataclass(frozen=True)
class DoctorResult(Result):
    """Versions, and a check for each optional part. ``kernels``: the SIMD levels, fastest first."""

    snnedge: str
    python: str
    machine: str
    simd_levels: Annotated[tuple[str, ...], FormerKey("kernels")]
    checks: tuple[Check, ...]


def doctor(boards: str | os.PathLike[str] | None = None) -> DoctorResult:
    """Return what is installed, and what is missing for what.

    ``boards``: a folder of more boards. Raises ``InputError`` for a faulty board file.

        [check.install for check in api.doctor().checks if not check.found]
    """
    return DoctorResult(
        snnedge=metadata.version("snnedge"),
        python=platform.python_version(),
        machine=platform.machine(),
        simd_levels=simd_levels(),
        checks=(*_extras(), _compiler(), _mnist(), *_programs(boards)),
    )


def _extras() -> Iterator[Check]:
    """Yield a check for each extra of the package that names packages of its own."""
    wanted: dict[str, list[str]] = {}
    for line in metadata.requires("snnedge") or ():
        package, named = PACKAGE.match(line), EXTRA.search(line)
        if package and named and package[0] != "snnedge":
            wanted.setdefault(named[1], []).append(package[0])
    for extra, packages in wanted.items():
        versions = {name: _version(name) for name in dict.fromkeys(packages)}
        absent = [name for name, version in versions.items() if not version]
        found = "" if absent else ", ".join(f"{name} {version}" for name, version in versions.items())
        yield Check(f"[{extra}]", found, ", ".join(absent), f"pip install 'snnedge[{extra}]'")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _compiler() -> Check:
    try:
        found = " ".join(compiler())
    except ToolError:
        found = ""
    return Check("C compiler", found, "snnedge verify, count, --backend c", "apt-get install gcc")


def _mnist() -> Check:
    try:
        idx = locate("mnist")
        found = str(idx) if idx.files() else ""
    except InputError:
        found = ""
    return Check("MNIST", found, "--dataset mnist", "snnedge data mnist")


def _programs(boards: str | os.PathLike[str] | None) -> Iterator[Check]:
    """Yield a check for each compiler, emulator and flashing program, with the boards that need it."""
    uses: dict[tuple[Program, str], list[str]] = {}
    for path in board_file.files(boards).values():
        board = board_file.read_board(path)
        uses.setdefault((board.core.gcc, "building"), []).append(board.name)
        if board.machine:
            uses.setdefault((board.core.emulator.program, "emulating"), []).append(board.name)
        runners = (flash.load(name).PROGRAM for name in flash.able_runners(board))
        for program in dict.fromkeys(filter(None, runners)):
            uses.setdefault((program, "flashing"), []).append(board.name)
    for (program, purpose), names in uses.items():
        found = shutil.which(program.command) or ""
        needed = f"{purpose} {', '.join(names)}{_besides(purpose)}"
        yield Check(program.command, found, needed, program.install)


def _besides(purpose: str) -> str:
    """Return a note that zig builds, too, where it is installed."""
    return " (zig builds, too)" if purpose == "building" and _version("ziglang") else ""
