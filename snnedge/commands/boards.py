"""List the boards and what each can do here."""

import argparse
from collections.abc import Sequence
from typing import Any

from . import _target

EXAMPLE = "snnedge boards"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    _target.add_boards(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ..targets import boards

    return {"boards": [_row(boards.read_board(path)) for path in boards.files(args.boards).values()]}


def show(result: dict[str, Any]) -> str:
    return "\n".join(_text(row) for row in result["boards"])


def _row(board: Any) -> dict[str, Any]:
    from ..targets import qemu, toolchain

    compilers = toolchain.missing(board.core)
    here = [name for name, absent in compilers.items() if absent is None]
    lacking = qemu.missing(board)
    return {
        "name": board.name,
        "title": board.title,
        "core": board.core.name,
        "clock_hz": board.clock_hz,
        "flash_bytes": board.flash.size,
        "ram_bytes": board.ram.size,
        "build": bool(here),
        "compilers": here,
        "emulate": lacking is None,
        "optional": [absent for absent in compilers.values() if absent] if here else [],
        "missing": [absent for absent in (*([] if here else compilers.values()), lacking) if absent],
    }


def _text(row: dict[str, Any]) -> str:
    memory = f"{row['flash_bytes'] // 1024} KB flash, {row['ram_bytes'] // 1024} KB RAM"
    lines = [
        f"{row['name']}: {row['title']}",
        f"  {row['core']}, {row['clock_hz'] / 1e6:g} MHz, {memory}",
        f"  build: {_ability(row['build'], row['compilers'])}; emulate: {_ability(row['emulate'], ())}",
    ]
    lines += [f"  missing: {what}" for what in row["missing"]]
    return "\n".join(lines + [f"  not needed, as builds work: {what}" for what in row["optional"]])


def _ability(able: bool, tools: Sequence[str]) -> str:
    return f"yes, with {' or '.join(tools)}" if able and tools else "yes" if able else "no"
