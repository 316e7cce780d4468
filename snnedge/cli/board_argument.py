"""Options that the commands about boards have in common."""

import argparse
from typing import TYPE_CHECKING

from .argument_types import positive

if TYPE_CHECKING:
    from ..api.boards import Target

SELF_TEST = 10  # samples, of --self-test without a number


def add_boards(parser: argparse.ArgumentParser) -> None:
    """Add --boards: where more boards are."""
    parser.add_argument("--boards", metavar="DIR", help="folder of more boards (else $SNNEDGE_BOARDS)")


def add_target(parser: argparse.ArgumentParser) -> None:
    """Add --board and how to build for it."""
    parser.add_argument(
        "--board", required=True, metavar="NAME", help="see snnedge boards; or a file NAME.toml"
    )
    parser.add_argument(
        "--compiler", default="auto", metavar="gcc|zig", help="default: gcc when it is there"
    )
    parser.add_argument("--transport", metavar="semihosting|uart", help="default: as the board's file says")
    add_boards(parser)


def add_self_test(parser: argparse.ArgumentParser) -> None:
    """Add --self-test: samples that lie in the firmware."""
    parser.add_argument(
        "--self-test",
        type=positive,
        nargs="?",
        const=SELF_TEST,
        metavar="N",
        help=f"put the first N test samples (default: {SELF_TEST}) and the host's answers into the"
        " firmware: at boot the board says PASS or FAIL, and the model's hash",
    )


def target(args: argparse.Namespace) -> "Target":
    """Return the board that the options name, and how to build for it."""
    from ..api.boards import Target

    return Target(args.board, args.compiler, args.transport, args.boards)
