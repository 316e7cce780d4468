"""Options that the commands about boards have in common."""

import argparse


def add_boards(parser: argparse.ArgumentParser) -> None:
    """--boards: where more boards are."""
    parser.add_argument("--boards", metavar="DIR", help="folder of more boards (else $SNNEDGE_BOARDS)")


def add_target(parser: argparse.ArgumentParser) -> None:
    """--board and how to build for it."""
    parser.add_argument("--board", required=True, metavar="NAME", help="see snnedge boards")
    parser.add_argument("--compiler", metavar="gcc|zig", help="default: gcc when it is there")
    add_boards(parser)
