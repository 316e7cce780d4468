"""List the boards and what each can do here."""

import argparse
from dataclasses import asdict
from typing import Any

from ...errors import SnnedgeError
from .. import board_argument

EXAMPLE = "snnedge boards"
HEAD = ("board", "core", "MHz", "flash KB", "RAM KB", "build", "emulate", "flash", "title")
NUMBERS = slice(2, 5)  # columns that are aligned to the right


def add_arguments(parser: argparse.ArgumentParser) -> None:
    board_argument.add_boards(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    from ...boards import board_file

    return {
        "boards": [_row(board_file.read_board(path)) for path in board_file.files(args.boards).values()]
    }


def show(result: dict[str, Any]) -> str:
    rows = [HEAD, *(_cells(row) for row in result["boards"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rights = set(range(len(HEAD))[NUMBERS])
    lines = [
        "  ".join(
            cell.rjust(w) if k in rights else cell.ljust(w)
            for k, (cell, w) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, *_remedies(result["boards"])])


def _row(board: Any) -> dict[str, Any]:
    from ...boards.emulate import qemu
    from ...boards.firmware import toolchain

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
        "wait_states": board.wait_states,
        "currents": [asdict(current) for current in board.currents],
        "runners": board.runners,
        "flash_by": _runner(board),
        "transport": board.transport,
        "uart": asdict(board.uart) if board.uart else None,
        "build": bool(here),
        "compilers": here,
        "machine": board.machine,
        "emulate": lacking is None,
        "counted_on": board.counted_on,
        "optional": [absent for absent in compilers.values() if absent] if here else [],
        "missing": [absent for absent in (*([] if here else compilers.values()), lacking) if absent],
    }


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    return (
        row["name"],
        row["core"],
        f"{row['clock_hz'] / 1e6:g}",
        f"{row['flash_bytes'] // 1024:,}",
        f"{row['ram_bytes'] // 1024:,}",
        " ".join(row["compilers"]) or "no",
        "yes" if row["emulate"] else "no" if row["machine"] else "real only",
        row["flash_by"] or "no",
        row["title"],
    )


def _runner(board: Any) -> str | None:
    """What ``snnedge flash`` takes by itself; None when nothing here can."""
    from ...boards import flash

    try:
        return flash.choose(board)
    except SnnedgeError:
        return None


def _remedies(rows: list[dict[str, Any]]) -> list[str]:
    """What is missing here, each once, with the boards that want it."""
    wanted: dict[str, list[str]] = {}
    for row in rows:
        for what in row["missing"] if row["machine"] else row["missing"][:-1]:
            wanted.setdefault(f"missing: {what}", []).append(row["name"])
        for what in row["optional"]:
            wanted.setdefault(f"not needed, as builds work: {what}", []).append(row["name"])
    return [f"{what} ({', '.join(names)})" for what, names in wanted.items()]
