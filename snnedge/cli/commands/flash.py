"""Build firmware with a model and write it into a board.

Runners: gdb (a gdb server at --port HOST:PORT), qemu (an empty emulated board), openocd, pyocd, picotool
(a probe, --port its serial number), uf2 (a drive, --port its folder), esptool (--port a serial port).
"auto" takes the first in the board's file whose program is here, with --verify the first that can read the
board back.
"""

import argparse
from typing import Any

from .. import board_argument
from . import build

EXAMPLE = "snnedge flash digits/model.safetensors --board microbit --runner qemu --verify"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    build.add_arguments(parser)
    parser.add_argument("--runner", default="auto", metavar="NAME", help="what writes it (default: auto)")
    parser.add_argument("--port", help="probe, drive or server, as the runner wants it")
    parser.add_argument("--dry-run", action="store_true", help="build, and print the exact commands only")
    parser.add_argument(
        "--verify",
        action="store_true",
        help="compare the board with the file, and read its model's hash back",
    )


def run(args: argparse.Namespace) -> dict[str, Any]:
    from dataclasses import replace
    from pathlib import Path

    from ...boards import flash
    from ...boards.board import SERIAL

    board = board_argument.load_board(args)
    name = flash.choose(board, args.runner, args.verify)
    runner = flash.load(name)
    flash.check(name, board, args.verify)
    if not args.transport and board.uart and not runner.SERVES:  # nobody answers semihosting: a fault
        args.transport = SERIAL
        board = replace(board, transport=SERIAL)
    built = build.run(args)
    settings = board.runners.get(name, {})
    job = flash.Job(board, Path(built["elf"]), int(built["hash"], 16), settings, args.port, args.verify)
    verified = "" if args.dry_run else flash.flash(name, job)
    steps = runner.steps(job)
    return {**built, "runner": name, "dry_run": args.dry_run, "steps": steps, "verified": verified}


def show(result: dict[str, Any]) -> str:
    if result["dry_run"]:
        return "\n".join(result["steps"])
    how = f"by {result['runner']}; {result['verified'] or 'not verified'}"
    return f"{result['board']}: model {result['hash']} flashed {how}"
