"""Build firmware with a model and write it into a board.

Runners are gdb (a gdb server at --port HOST:PORT) and qemu (an empty emulated board). openocd, pyocd
and picotool take a probe, --port its serial number. uf2 copies to the board's folder, --port its path.
esptool needs --port, a serial port. "auto" is the first in the board's file whose program is installed;
with --verify the first that can read the board back.
"""

import argparse
from typing import TYPE_CHECKING, Any

from .. import board_argument
from ..model_arguments import samples
from . import build

if TYPE_CHECKING:
    from ...api.flash import FlashResult

EXAMPLE = "snnedge flash digits/model.safetensors --board microbit --runner qemu --verify"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    build.add_arguments(parser)
    parser.add_argument("--runner", default="auto", metavar="NAME", help="what writes it (default: auto)")
    parser.add_argument("--port", help="probe, folder or server, as the runner takes it")
    parser.add_argument("--dry-run", action="store_true", help="build, and print the exact commands only")
    parser.add_argument(
        "--verify",
        action="store_true",
        help="compare the board with the file, and read its model's hash back",
    )


def run(args: argparse.Namespace) -> "FlashResult":
    from ...api.flash import flash

    return flash(
        args.model,
        board_argument.target(args),
        args.output,
        runner=args.runner,
        port=args.port,
        verify=args.verify,
        dry_run=args.dry_run,
        self_test=args.self_test,
        data=samples(args),
    )


def show(result: dict[str, Any]) -> str:
    if result["dry_run"]:
        return "\n".join(result["steps"])
    how = f"by {result['runner']}; {result['verified'] or 'not verified'}"
    return f"{result['board']}: model {result['hash']} flashed {how}"
