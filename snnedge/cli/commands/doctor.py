"""Say what is installed, what is missing for what, and the command that installs it."""

import argparse
from typing import TYPE_CHECKING, Any

from .. import board_argument

if TYPE_CHECKING:
    from ...api.doctor import DoctorResult

EXAMPLE = "snnedge doctor"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    board_argument.add_boards(parser)


def run(args: argparse.Namespace) -> "DoctorResult":
    from ...api.doctor import doctor

    return doctor(args.boards)


def show(result: dict[str, Any]) -> str:
    head = "snnedge {snnedge}, Python {python}, {machine}, SIMD levels {levels}".format(
        **result, levels=" ".join(result["simd_levels"])
    )
    width = max(len(check["what"]) for check in result["checks"])
    return "\n".join([head, *(_line(check, width) for check in result["checks"])])


def _line(check: dict[str, Any], width: int) -> str:
    what = check["what"].ljust(width)
    if check["found"]:
        return f"  ok       {what}  {check['found']}"
    return f"  missing  {what}  for {check['for']}: {check['install']}"
