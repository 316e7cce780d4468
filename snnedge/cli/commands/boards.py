"""List the boards and what each can do here."""

import argparse
from typing import TYPE_CHECKING, Any

from .. import board_argument

if TYPE_CHECKING:
    from ...api.boards import BoardsResult

EXAMPLE = "snnedge boards"
HEAD = ("board", "core", "MHz", "flash KB", "RAM KB", "build", "emulate", "flash", "title")
NUMBERS = slice(2, 5)  # columns that are aligned to the right


def add_arguments(parser: argparse.ArgumentParser) -> None:
    board_argument.add_boards(parser)


def run(args: argparse.Namespace) -> "BoardsResult":
    from ...api.boards import boards

    return boards(args.boards)


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


def _remedies(rows: list[dict[str, Any]]) -> list[str]:
    """Return what is missing on this machine, each once, with the boards that need it."""
    wanted: dict[str, list[str]] = {}
    for row in rows:
        for what in row["missing"] if row["machine"] else row["missing"][:-1]:
            wanted.setdefault(f"missing: {what}", []).append(row["name"])
        for what in row["optional"]:
            wanted.setdefault(f"not needed, as builds work: {what}", []).append(row["name"])
    return [f"{what} ({', '.join(names)})" for what, names in wanted.items()]
