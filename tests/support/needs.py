"""Needs of tests: packages and programs that a machine may lack.

A marker names them. Where one is absent the test is skipped, and the reason holds the command line that
installs it.
"""

import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

from snnedge.boards.board import Board
from snnedge.boards.emulate import qemu
from snnedge.boards.firmware import toolchain
from snnedge.support import plugins
from snnedge.support.programs import Program

Function = TypeVar("Function", bound=Callable[..., object])

PACKAGES = {  # command line -> modules that it installs
    "pip install 'snnedge[train]'": ("brian2", "rich", "sklearn"),
    "pip install 'snnedge[firmware]'": ("capstone", "elftools", "ziglang"),
    "pip install 'snnedge[plot]'": ("matplotlib", "PIL"),
    "pip install 'snnedge[onnx]'": ("onnx", "onnxruntime"),
    "pip install 'snnedge[bench]'": ("threadpoolctl",),
    "pip install 'snnedge[docs]'": ("furo", "myst_parser", "sphinx"),
    "pip install 'snnedge[test]'": ("kconfiglib", "unicorn", "yaml"),
    "pip install scikit-build-core pybind11": ("pybind11", "scikit_build_core"),
}
PROGRAMS = {  # command line -> programs that it installs
    "apt-get install gcc": ("cc", "gcc", "nm"),
    "apt-get install g++": ("c++", "g++"),
    "apt-get install make": ("make",),
    "apt-get install cmake": ("cmake",),
    "apt-get install qemu-system-arm": ("qemu-system-arm",),
    "apt-get install qemu-user": ("qemu-aarch64", "qemu-arm", "qemu-ppc", "qemu-riscv32", "qemu-s390x"),
    "apt-get install qemu-system-misc": ("qemu-system-avr",),
    "apt-get install gcc-avr avr-libc": ("avr-gcc", "avr-size"),
    "apt-get install binutils-arm-none-eabi": ("arm-none-eabi-objcopy",),
    "pip install platformio": ("pio",),
    "pip install idf-component-manager": ("compote",),
}


@dataclass(frozen=True)
class Marker:
    """A marker; ``always`` are the names that every test with it needs, besides its arguments."""

    purpose: str
    always: tuple[str, ...] = ()


MARKERS = {
    "brian2": Marker("runs networks in Brian2", ("brian2", "g++", "make")),
    "qemu": Marker("runs programs on an emulated processor"),
    "compiler": Marker("compiles C or C++, for the host or for boards"),
    "slow": Marker("takes more than about a second"),
    "needs": Marker("needs packages or programs"),
}
BACKENDS = {
    "c": [pytest.mark.compiler("cc")],
    "onnx": [pytest.mark.needs("onnx", "onnxruntime")],
}
FAST = "not (brian2 or qemu or compiler or slow)"  # tests of the fast lane


def absent(name: str) -> str | None:
    """Return None if the package or program ``name`` is here, else what installs it."""
    return CHECKS[name]()


def skip_unless(*names: str) -> None:
    """Skip the test, or the module that is being imported, unless all ``names`` are here."""
    _skip_for(*map(absent, names))


def module(name: str) -> ModuleType:
    """Return the module ``name``; skip the test, or the module that is being imported, without it."""
    skip_unless(name.partition(".")[0])
    return importlib.import_module(name)


def check(item: pytest.Item) -> None:
    """Skip ``item`` unless everything that its markers name is here."""
    for name, marker in MARKERS.items():
        for mark in item.iter_markers(name):
            skip_unless(*marker.always, *mark.args)


def by_fixture(*marks: pytest.MarkDecorator) -> Callable[[Function], Function]:
    """Return a decorator of a fixture's function that gives ``marks`` to every test with this fixture."""

    def decorate(function: Function) -> Function:
        function.marks = marks  # type: ignore[attr-defined]
        return function

    return decorate


def mark_by_fixtures(item: pytest.Function) -> None:
    """Give ``item`` the marks of its fixtures."""
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        for mark in getattr(definitions[-1].func, "marks", ()):
            item.add_marker(mark)


def backends(*names: str) -> list[ParameterSet]:
    """Return ``names`` of back ends as parameters, with the markers of those that need something."""
    return [pytest.param(name, marks=BACKENDS.get(name, ())) for name in names]


def peers(*names: str) -> list[ParameterSet]:
    """Return ``names`` of peers as parameters, with markers by the packages of each."""
    return [pytest.param(name, marks=_peer_marks(plugins.load("peers", name).PACKAGES)) for name in names]


def _peer_marks(packages: tuple[str, ...]) -> list[pytest.MarkDecorator]:
    """Return the marker of Brian2, or that of slow tests for what takes seconds to import."""
    slow = {"torch", "brainpy"} & set(packages)
    return [pytest.mark.brian2] * ("brian2" in packages) + [pytest.mark.slow] * bool(slow)


def plugin_folders(*folders: str) -> list[ParameterSet]:
    """Return ``folders`` of plug-ins as parameters; those of ONNX need its package."""
    return [
        pytest.param(folder, marks=BACKENDS["onnx"] if folder.startswith("onnx/") else ())
        for folder in folders
    ]


def board_compiler(board: Board, name: str | None = None) -> None:
    """Skip the test unless the compiler ``name`` (None: any) builds for ``board``."""
    found = toolchain.missing(board.core)
    choice = found.values() if name is None else [found[name]]
    _skip_for(absent("elftools"), None if None in choice else next(iter(choice)))


def program(wanted: Program) -> None:
    """Skip the test unless the program ``wanted`` is on PATH."""
    _skip_for(wanted.missing)


def emulator(board: Board) -> None:
    """Skip the test unless ``board`` can be emulated."""
    _skip_for(qemu.missing(board))


def counting(board: Board, name: str = "gcc") -> None:
    """Skip the test unless instructions of ``board``, compiled by ``name``, can be counted."""
    board_compiler(board, name)
    emulator(board)
    skip_unless("capstone", "cc")  # which compiles the plugin of the emulator


def _skip_for(*reasons: str | None) -> None:
    for reason in filter(None, reasons):
        pytest.skip(reason, allow_module_level=True)


def _package(name: str, install: str) -> Callable[[], str | None]:
    return lambda: None if importlib.util.find_spec(name) else f"no {name}: {install}"


def _program(program: Program) -> Callable[[], str | None]:
    return lambda: program.missing


def _data() -> str | None:
    install = "snnedge data mnist --data DIR, then SNNEDGE_DATA=DIR"
    return None if os.environ.get("SNNEDGE_DATA") else f"no MNIST: {install}"


CHECKS: dict[str, Callable[[], str | None]] = {
    **{name: _package(name, line) for line, names in PACKAGES.items() for name in names},
    **{name: _program(Program(name, line)) for line, names in PROGRAMS.items() for name in names},
    "mnist": _data,
}
