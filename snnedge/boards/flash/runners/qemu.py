"""QEMU: flash an empty emulated board through its gdb server, run it, and read its model's hash."""

import subprocess
import tempfile
import time
from pathlib import Path

from ....errors import ToolError
from ....support.programs import started, talk
from ...allowed import Allowed
from ...emulate.protocol import QUIT, frame, reply
from ...emulate.qemu import command_line
from ..job import Job, lines
from . import gdb

PROGRAM = gdb.PROGRAM
SETTINGS: dict[str, Allowed] = {}
PORT = None
NEEDS = ()
VERIFIES = True
SERVES = True
SOCKET = "gdb.sock"  # in the folder where both programs run
START_LIMIT = 10.0  # seconds until the emulator listens
BOOT_LIMIT = 30.0  # seconds until the firmware has sent its banner


def steps(job: Job) -> list[str]:
    return lines([emulator(job), gdb.command(job, SOCKET)])


def flash(job: Job) -> str:
    with tempfile.TemporaryDirectory(prefix="snnedge-") as name:
        folder = Path(name)
        with started(emulator(job), folder) as board:
            _await(folder / SOCKET, board)
            compared = gdb.load(job, SOCKET, folder)
            stream = talk(board, BOOT_LIMIT, frame(QUIT), greets=True).stdout
    found = reply(stream, 0).banner.hash
    if found != job.hash:
        raise ToolError(f"the board runs model {found:016x}, flashed was {job.hash:016x}: flash again")
    return f"{compared}, and said by itself" if job.verify else ""


def emulator(job: Job) -> list[str]:
    """Return QEMU's command line without a program: halted, with a gdb server."""
    words = command_line(job.board, job.elf)
    at = words.index("-kernel")
    server = f"socket,id=gdb,path={SOCKET},server=on,wait=off"
    return [*words[:at], *words[at + 2 :], "-S", "-chardev", server, "-gdb", "chardev:gdb"]


def _await(path: Path, board: subprocess.Popen[bytes]) -> None:
    """Wait until QEMU listens. Raises ``ToolError`` with its message when it ends or takes too long."""
    end = time.monotonic() + START_LIMIT
    while not path.exists():
        if board.poll() is not None:
            talk(board, START_LIMIT)
        if board.poll() is not None or time.monotonic() > end:
            raise ToolError("QEMU does not listen for gdb")
        time.sleep(0.02)
