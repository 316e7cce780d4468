"""Flash jobs, and what several runners have in common: command lines and the comparison of model hashes."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import ToolError
from ...support.programs import run
from ..board import Board

LIMIT = 120.0  # seconds for writing a flash; a missing probe fails at once
Commands = Iterable[Sequence[str]]


@dataclass(frozen=True)
class Job:
    """A firmware to flash. ``hash``: of its model; ``settings``: [runners.NAME] of the board's file."""

    board: Board
    elf: Path
    hash: int
    settings: Mapping[str, str]
    port: str | None
    verify: bool


def lines(commands: Commands) -> list[str]:
    """Return the command lines for a shell."""
    return [shlex.join(command) for command in commands]


def run_all(commands: Commands, folder: Path | None = None) -> bytes:
    """Run the command lines in ``folder``; return the output of the last one. Raises ``ToolError``."""
    output = b""
    for command in commands:
        done = run(command, LIMIT, folder)
        output = done.stdout + done.stderr
    return output


def same_model(job: Job, found: int) -> str:
    """Compare the hash ``found`` on the board with the flashed one; return what was verified.

    Raises ``ToolError`` for another hash.
    """
    if found != job.hash:
        raise ToolError(f"the board holds model {found:016x}, flashed was {job.hash:016x}: flash again")
    return f"model {found:016x} read back"


def same_words(job: Job, output: bytes, line: re.Pattern[str]) -> str:
    """Compare as ``same_model`` the two words that ``line`` finds in ``output``, the low one first."""
    text = output.decode(errors="replace")
    words = line.search(text)
    if not words:
        raise ToolError(f"the board was not read back: {' '.join(text.split())[-200:] or 'no answer'}")
    return same_model(job, int(words[1], 16) | int(words[2], 16) << 32)


def same_file(job: Job, file: Path, program: str) -> str:
    """Compare as ``same_model`` the eight bytes that ``program`` has read back into ``file``."""
    try:
        found = file.read_bytes()
    except OSError as error:
        raise ToolError(f"{program}: {file.name} was not written: {error.strerror}") from error
    return f"compared by {program}, {same_model(job, int.from_bytes(found, 'little'))}"
