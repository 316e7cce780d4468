"""Say what is installed, what is missing for what, and the command that installs it."""

import argparse
import re
from collections.abc import Iterator
from typing import Any

from .. import board_argument

EXAMPLE = "snnedge doctor"
PACKAGE = re.compile(r"[\w.-]+")
EXTRA = re.compile(r"""extra\s*==\s*["']([\w-]+)["']""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    board_argument.add_boards(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    import platform
    from importlib import metadata

    from ...runtime.runtime import kernels

    return {
        "snnedge": metadata.version("snnedge"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "kernels": list(kernels()),
        "checks": [*_extras(), _compiler(), _mnist(), *_programs(args)],
    }


def show(result: dict[str, Any]) -> str:
    head = "snnedge {snnedge}, Python {python}, {machine}, kernels {levels}".format(
        **result, levels=" ".join(result["kernels"])
    )
    width = max(len(check["what"]) for check in result["checks"])
    return "\n".join([head, *(_line(check, width) for check in result["checks"])])


def _line(check: dict[str, Any], width: int) -> str:
    what = check["what"].ljust(width)
    if check["found"]:
        return f"  ok       {what}  {check['found']}"
    return f"  missing  {what}  for {check['for']}: {check['install']}"


def _check(what: str, found: str, purpose: str, install: str) -> dict[str, Any]:
    return {"what": what, "found": found, "for": purpose, "install": install}


def _extras() -> Iterator[dict[str, Any]]:
    """One check for each extra of the package that names packages of its own."""
    from importlib import metadata

    wanted: dict[str, list[str]] = {}
    for line in metadata.requires("snnedge") or ():
        package, named = PACKAGE.match(line), EXTRA.search(line)
        if package and named and package[0] != "snnedge":
            wanted.setdefault(named[1], []).append(package[0])
    for extra, packages in wanted.items():
        versions = {name: _version(name) for name in dict.fromkeys(packages)}
        absent = [name for name, version in versions.items() if not version]
        found = "" if absent else ", ".join(f"{name} {version}" for name, version in versions.items())
        yield _check(f"[{extra}]", found, ", ".join(absent), f"pip install 'snnedge[{extra}]'")


def _version(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _compiler() -> dict[str, Any]:
    from ...errors import ToolError
    from ...support.programs import compiler

    try:
        found = " ".join(compiler())
    except ToolError:
        found = ""
    return _check("C compiler", found, "snnedge verify, count, --backend c", "apt-get install gcc")


def _mnist() -> dict[str, Any]:
    from ...data import place
    from ...data.folder import holds_idx

    folder = place("mnist")
    return _check(
        "MNIST", str(folder) if holds_idx(folder) else "", "--dataset mnist", "snnedge data mnist"
    )


def _programs(args: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The compilers, emulators and flashing programs that the boards want, with the boards."""
    import shutil

    from ...boards import board_file, flash

    uses: dict[Any, list[str]] = {}
    for path in board_file.files(args.boards).values():
        board = board_file.read_board(path)
        uses.setdefault((board.core.gcc, "building"), []).append(board.name)
        if board.machine:
            uses.setdefault((board.core.emulator.program, "emulating"), []).append(board.name)
        for program in {flash.load(name).PROGRAM for name in flash.able_runners(board)} - {None}:
            uses.setdefault((program, "flashing"), []).append(board.name)
    for (program, purpose), names in uses.items():
        found = shutil.which(program.command) or ""
        yield _check(
            program.command, found, f"{purpose} {', '.join(names)}{_besides(purpose)}", program.install
        )


def _besides(purpose: str) -> str:
    """zig does what a gcc does, where it is."""
    return " (zig builds, too)" if purpose == "building" and _version("ziglang") else ""
