"""C compilers that can build firmware on this machine, and the options that all builds share."""

import importlib.util
import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from ...errors import ToolError
from ...support.plugins import choose
from ...support.programs import run
from ..core_family import COMPILERS, Core

COMPILE_LIMIT = 300.0  # seconds; zig builds its run-time library on first use
AUTO = "auto"
OPTIMIZE = "-O2"
# No libc, no unwind tables; no debug information, which would hold the path of the build.
FLAGS = (
    *("-std=c11", OPTIMIZE, "-g0", "-Wall", "-Wextra", "-ffreestanding", "-fno-common"),
    *("-fno-unwind-tables", "-fno-asynchronous-unwind-tables", "-fno-ident", "-ffunction-sections"),
)
# The entry is named here because zig's linker ignores ENTRY() in a script; what nobody calls is dropped,
# because zig's run-time library is one piece of 250 KB; elf.py reads firmware_model.
LINK = (
    *("-nostdlib", "-Wl,-e,Reset_Handler", "-Wl,--gc-sections", "-Wl,-u,firmware_model"),
    *("-Wl,-z,max-page-size=4096", "-Wl,--build-id=none"),
)
LIBRARIES = ("-lgcc",)  # helpers, such as the M0's division; zig replaces them by its own
CALL_GRAPH = ".ci"  # suffix of gcc's calls and stack frames of a file, beside its object
OWN_FLAGS = {"gcc": ("-fcallgraph-info=su",), "zig": ("-fno-sanitize=all",)}
ZIG_INSTALL = "pip install 'snnedge[firmware]'"


@dataclass(frozen=True)
class Compiler:
    """A compiler for one core. ``title``: version and optimisation, on which all sizes depend."""

    name: str
    title: str
    command: tuple[str, ...]
    flags: tuple[str, ...]

    def compile(self, source: str, target: str, cwd: Path) -> str:
        """Compile ``source`` to the object ``target``, both relative to ``cwd``; return the warnings."""
        return self._run(*FLAGS, "-Isrc", "-Ifirmware", "-c", source, "-o", target, cwd=cwd)

    def link(self, objects: list[str], script: str, target: str, cwd: Path) -> str:
        """Link ``objects`` by the linker ``script`` to ``target``; return the warnings."""
        return self._run(*LINK, "-T", script, "-o", target, *objects, *LIBRARIES, cwd=cwd)

    def _run(self, *arguments: str, cwd: Path) -> str:
        command = (*self.command, *self.flags, *OWN_FLAGS[self.name], *arguments)
        return run(command, COMPILE_LIMIT, cwd).stderr.decode(errors="replace").strip()


def missing(core: Core) -> dict[str, str | None]:
    """Return for each compiler None when it is installed, else how to install it."""
    zig = None if importlib.util.find_spec("ziglang") else f"no ziglang: {ZIG_INSTALL}"
    return {"gcc": core.gcc.missing, "zig": zig}


def find(core: Core, wanted: str = AUTO) -> Compiler:
    """Return the compiler ``wanted``: "gcc", "zig", or the first that is installed for "auto".

    Raises ``ToolError`` when it is not installed.
    """
    absent = missing(core)
    choose(wanted, (AUTO, *COMPILERS), "compiler")
    names = COMPILERS if wanted == AUTO else (wanted,)
    for name in names:
        if absent[name] is None:
            command = (core.gcc.command,) if name == "gcc" else (sys.executable, "-m", "ziglang", "cc")
            return Compiler(name, f"{_version(name, command)}, {OPTIMIZE}", command, core.flags[name])
    raise ToolError(f"no compiler for {core.name}: {'; or '.join(str(absent[n]) for n in names)}")


@cache
def _version(name: str, command: tuple[str, ...]) -> str:
    if name == "zig":
        return f"zig {metadata.version('ziglang')}"
    banner = run((*command, "-dumpfullversion"), COMPILE_LIMIT).stdout.decode(errors="replace")
    found = re.match(r"[\d.]+", banner)
    return f"{command[0]} {found[0] if found else 'of unknown version'}"
