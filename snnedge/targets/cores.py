"""Cores: families of processors, one folder each in firmware/cores/ with C files and a family.toml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..external import Program
from ..resources import folder
from .fields import Fields, read

COMPILERS = ("gcc", "zig")  # in order of preference
MAX_INTERRUPT_STACK = 10_000


@dataclass(frozen=True)
class Emulator:
    """QEMU for a family. ``arguments``: templates, with $machine, $serial and $elf.

    ``counts``: does its clock count instructions, 1 ns each?
    """

    program: Program
    arguments: tuple[str, ...]
    counts: bool


@dataclass(frozen=True)
class Core:
    """A processor core. ``folder``: the C files and linker script of its family.

    ``flags``: compiler name -> options for this core. ``gcc``, ``emulator``: the family's programs;
    ``transports``: files in firmware/transports/ that it can do; ``interrupt_stack``: bytes of stack that
    an interrupt takes.
    """

    name: str
    folder: Path
    flags: Mapping[str, tuple[str, ...]]
    gcc: Program
    emulator: Emulator
    transports: tuple[str, ...]
    interrupt_stack: int


@cache
def known() -> Mapping[str, Core]:
    """All cores by name. Raises ``InputError`` for a faulty family.toml, ``LookupError`` for none."""
    cores: dict[str, Core] = {}
    for path in sorted(folder("firmware").glob("cores/*/family.toml")):
        cores |= _family(path)
    if not cores:
        raise LookupError(f"no cores in {folder('firmware') / 'cores'}")
    return cores


def _family(path: Path) -> dict[str, Core]:
    with read(path) as top, top.table("gcc") as gcc, top.table("zig") as zig:
        shared = {"gcc": gcc.texts("flags"), "zig": zig.texts("flags")}
        programs = _program(gcc), _emulator(top.table("qemu"))
        family = *programs, top.texts("transports"), top.integer("interrupt_stack", 0, MAX_INTERRUPT_STACK)
        with top.table("cores") as cores:
            return {
                name: Core(name, path.parent, _flags(shared, cores.table(name)), *family)
                for name in cores.names()
            }


def _emulator(fields: Fields) -> Emulator:
    with fields:
        return Emulator(_program(fields), fields.texts("arguments"), fields.boolean("counts"))


def _program(fields: Fields) -> Program:
    return Program(fields.text("command"), fields.text("install"))


def _flags(shared: Mapping[str, tuple[str, ...]], core: Fields) -> dict[str, tuple[str, ...]]:
    with core:
        return {name: shared[name] + core.texts(name) for name in COMPILERS}
