"""Core families: one folder each in firmware/cores/ with C files and a family.toml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath

from ..support.programs import Program
from ..support.resources import folder
from .toml_table import Table, read

COMPILERS = ("gcc", "zig")  # in order of preference
MAX_INTERRUPT_STACK = 10_000
KIND = "kind.h"  # of csrc/, and of an exported folder
INTERFACE = re.compile(r"^#define SNN_KIND_INTERFACE (\d+)$", re.M)


@dataclass(frozen=True)
class Emulator:
    """QEMU for a family. ``arguments``: templates with $machine, $serial and $elf.

    ``counts``: its clock counts instructions, 1 ns each.
    """

    program: Program
    arguments: tuple[str, ...]
    counts: bool


@dataclass(frozen=True)
class Core:
    """A processor core. ``folder``: the C files and linker script of its family.

    ``flags``: compiler name -> options for this core. ``gcc``, ``emulator``: the family's programs;
    ``transports``: files in firmware/transports/ that it can do; ``interrupt_stack``: bytes of stack that
    an interrupt takes; ``kernels``: the folder in csrc/mcu/ with files for its instructions, or "".
    """

    name: str
    folder: Path
    flags: Mapping[str, tuple[str, ...]]
    gcc: Program
    emulator: Emulator
    transports: tuple[str, ...]
    interrupt_stack: int
    kernels: str

    def with_kernels(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return the exported ``texts``, by path, with the files of ``kernels`` in place of plain ones.

        A core of another version, whose kinds have another interface, keeps its plain files.
        """
        kind = next((PurePosixPath(path) for path in texts if PurePosixPath(path).name == KIND), None)
        if not self.kernels or kind is None:
            return dict(texts)
        if _interface(texts[str(kind)]) != _interface((folder("csrc") / KIND).read_text("utf-8")):
            return dict(texts)
        root = folder("csrc") / "mcu" / self.kernels
        files = {str(kind.parent / path.relative_to(root)): path for path in root.rglob("*.[ch]")}
        return dict(texts) | {path: files[path].read_text("utf-8") for path in files.keys() & texts.keys()}


@cache
def known() -> Mapping[str, Core]:
    """Return all cores by name.

    Raises ``InputError`` for a faulty family.toml, ``LookupError`` when there is none.
    """
    cores: dict[str, Core] = {}
    for path in sorted(folder("firmware").glob("cores/*/family.toml")):
        cores |= _family(path)
    if not cores:
        raise LookupError(f"no cores in {folder('firmware') / 'cores'}")
    return cores


def _family(path: Path) -> dict[str, Core]:
    with read(path) as top, top.fields("gcc") as gcc, top.fields("zig") as zig:
        shared = {"gcc": gcc.texts("flags"), "zig": zig.texts("flags")}
        programs = _program(gcc), _emulator(top.fields("qemu"))
        family = *programs, top.texts("transports"), top.integer("interrupt_stack", 0, MAX_INTERRUPT_STACK)
        with top.fields("cores") as cores:
            return {
                name: _core(Core(name, path.parent, shared, *family, kernels=""), cores.fields(name))
                for name in cores.names()
            }


def _core(family: Core, fields: Table) -> Core:
    """Return ``family`` with the flags and kernels of one of its cores."""
    with fields:
        kernels = fields.text("kernels") if "kernels" in fields else ""
        if not (folder("csrc") / "mcu" / kernels).is_dir():
            raise fields.error("kernels", f"is {kernels!r}; give the name of a folder in csrc/mcu/")
        flags = {compiler: family.flags[compiler] + fields.texts(compiler) for compiler in COMPILERS}
        return replace(family, flags=flags, kernels=kernels)


def _emulator(fields: Table) -> Emulator:
    with fields:
        return Emulator(_program(fields), fields.texts("arguments"), fields.flag("counts"))


def _interface(text: str) -> str | None:
    """Return the number of the interface between core and kinds, or None if ``text`` states none."""
    found = INTERFACE.search(text)
    return found[1] if found else None


def _program(fields: Table) -> Program:
    return Program(fields.text("command"), fields.text("install"))
