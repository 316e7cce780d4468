"""Build firmware with a model and write it into a board."""

from dataclasses import dataclass, replace
from types import ModuleType
from typing import Annotated

from ..boards import flash as flashing
from ..boards.board import SERIAL, Board
from .boards import Target, target
from .build import BuildResult, build
from .models import File, Integers
from .result import FLAT, Result
from .samples import Data


@dataclass(frozen=True)
class FlashResult(Result):
    """Firmware written by ``runner``, or with ``dry_run`` only built.

    ``steps``: what the runner does, command lines to the letter. ``verified``: what was read back from
    the board, or "".
    """

    build: Annotated[BuildResult, FLAT]
    runner: str
    dry_run: bool
    steps: tuple[str, ...]
    verified: str


def flash(
    model: Integers,
    board: Target | Board | str,
    output: File | None = None,
    *,
    runner: str = flashing.AUTO,
    port: str | None = None,
    verify: bool = False,
    dry_run: bool = False,
    self_test: int | None = None,
    data: Data = None,
) -> FlashResult:
    """Build firmware as ``build`` does and write it into ``board``.

    ``runner``: the program that writes it; auto for the first of the board's file that is installed.
    ``port``: a probe, serial port, folder or server, as the runner takes it; esptool needs one.
    ``verify``: read the board back. ``dry_run``: build, and write nothing. ``output``, ``self_test`` and
    ``data``: as for ``build``. Raises as ``build`` does; ``ToolError`` when the runner fails.

        api.flash("digits", "microbit", runner="qemu", verify=True).verified
    """
    aim = target(board)
    chosen = aim.open()
    name = flashing.choose(chosen, runner, verify)
    flashing.check(name, chosen, verify)
    flashing.check_port(name, port)
    aim = _with_transport(aim, chosen, flashing.load(name))
    built = build(model, aim, output, self_test=self_test, data=data)
    settings = chosen.runners.get(name, {})
    job = flashing.Job(aim.open(), built.elf, int(built.hash, 16), settings, port, verify)
    verified = "" if dry_run else flashing.flash(name, job)
    return FlashResult(built, name, dry_run, tuple(flashing.load(name).steps(job)), verified)


def _with_transport(aim: Target, board: Board, runner: ModuleType) -> Target:
    """Return ``aim`` with the serial port where ``runner`` serves no semihosting, which would fault."""
    serial = not aim.transport and board.uart and not runner.SERVES
    return replace(aim, transport=SERIAL) if serial else aim
