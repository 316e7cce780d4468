"""GDB: load firmware through a gdb server (OpenOCD, pyOCD, J-Link, QEMU) at --port HOST:PORT."""

import re
import shlex
import socket
from pathlib import Path

from ...errors import InputError, ToolError
from ...external import Program, run
from ..flash import LIMIT, Job

PROGRAM = Program("gdb-multiarch", "apt-get install gdb-multiarch")
NEEDS = ()
VERIFIES = True
SERVES = False
PORT = "localhost:3333"  # where OpenOCD and pyOCD serve
CONNECT_LIMIT = 3.0  # seconds
LOAD = ("load",)
COMPARE = "compare-sections"
GO = ("set $sp = &link_stack_top", "set $pc = Reset_Handler", "detach")  # as a reset would do it
MATCHED = re.compile(r"^Section (\S+), range .*: (matched|MIS-MATCHED)", re.M)


def steps(job: Job) -> list[str]:
    return [shlex.join(command(job.elf, job.port or PORT, job.verify))]


def flash(job: Job) -> str:
    port = job.port or PORT
    reach(port)
    return load(job.elf, port, job.verify)


def command(elf: Path, port: str, verify: bool) -> list[str]:
    """The command line that connects to ``port``, loads ``elf``, compares if asked, and lets it run."""
    connect = ("set confirm off", "set remotetimeout 1", f"target remote {port}", "set remotetimeout 30")
    orders = (*connect, *LOAD, *([COMPARE] if verify else []), *GO)
    words = [word for order in orders for word in ("-ex", order)]
    return [PROGRAM.command, "-nx", "-q", "-batch", *words, str(elf)]


def load(elf: Path, port: str, verify: bool, cwd: Path | None = None) -> str:
    """Load; return what was compared. GDB ends well even when bytes differ, so that its words are read."""
    try:
        done = run(command(elf, port, verify), LIMIT, cwd)
    except ToolError as error:
        raise ToolError(f"{error}; is what serves gdb at {port} the board that {elf} is for?") from error
    said = (done.stdout + done.stderr).decode(errors="replace")
    if "Transfer rate" not in said:
        raise ToolError(f"{PROGRAM.command}: nothing was loaded: {' '.join(said.split())[-200:]}")
    if not verify:
        return ""
    found = MATCHED.findall(said)
    differing = [name for name, state in found if state != "matched"]
    if differing or not found:
        raise ToolError(
            f"the board holds other bytes than {elf} in {', '.join(differing) or 'all'}: flash again"
        )
    return f"sections {', '.join(name for name, _ in found)} compared"


def reach(port: str) -> None:
    """Raise ``ToolError`` unless something listens at ``port``, "HOST:PORT"."""
    host, colon, number = port.rpartition(":")
    if not colon or not number.isdigit() or not 0 < int(number) < 65536:
        raise InputError(f"--port {port}: the runner gdb wants HOST:PORT, such as {PORT}")
    try:
        socket.create_connection((host or "localhost", int(number)), CONNECT_LIMIT).close()
    except OSError as error:
        hint = "start one: openocd, pyocd gdbserver, qemu -gdb"
        raise ToolError(f"no gdb server at {port} ({error.strerror or error}); {hint}") from error
