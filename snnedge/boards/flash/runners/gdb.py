"""GDB: load firmware through a gdb server (OpenOCD, pyOCD, J-Link, QEMU) at --port HOST:PORT."""

import re
import socket
from pathlib import Path

from ....errors import InputError, ToolError
from ....support.programs import Program, run
from ...allowed import SERVER, Allowed
from ...firmware import elf
from ..job import LIMIT, Job, lines, same_words

PROGRAM = Program("gdb-multiarch", "apt-get install gdb-multiarch")
SETTINGS: dict[str, Allowed] = {}
PORT = SERVER
NEEDS = ()
VERIFIES = True
SERVES = False
DEFAULT_PORT = "localhost:3333"  # of the servers in OpenOCD and pyOCD
CONNECT_LIMIT = 3.0  # seconds
LOAD = ("load",)
COMPARE = "compare-sections"
GO = ("set $sp = &link_stack_top", "set $pc = Reset_Handler", "detach")  # as after a reset
WORDS = re.compile(r"^0x[0-9a-f]+[^:\n]*:\s+0x([0-9a-f]{8})\s+0x([0-9a-f]{8})", re.M)
MATCHED = re.compile(r"^Section (\S+), range .*: (matched|MIS-MATCHED)", re.M)


def steps(job: Job) -> list[str]:
    return lines([command(job, job.port or DEFAULT_PORT)])


def flash(job: Job) -> str:
    port = job.port or DEFAULT_PORT
    reach(port)
    return load(job, port)


def command(job: Job, port: str) -> list[str]:
    """Return the command line: connect to ``port``, load, read back to verify, start the board."""
    read_back = (COMPARE, f"x/2xw {elf.hash_address(job.elf):#x}") if job.verify else ()
    connect = ("set confirm off", "set remotetimeout 1", f"target remote {port}", "set remotetimeout 30")
    orders = (*connect, *LOAD, *read_back, *GO)
    words = [word for order in orders for word in ("-ex", order)]
    return [PROGRAM.command, "-nx", "-q", "-batch", *words, str(job.elf)]


def load(job: Job, port: str, cwd: Path | None = None) -> str:
    """Load; return what was compared. GDB exits with 0 even when bytes differ, so its output is parsed."""
    try:
        done = run(command(job, port), LIMIT, cwd)
    except ToolError as error:
        raise ToolError(
            f"{error}; is what serves gdb at {port} the board that {job.elf} is for?"
        ) from error
    output = (done.stdout + done.stderr).decode(errors="replace")
    if "Transfer rate" not in output:
        raise ToolError(f"{PROGRAM.command}: nothing was loaded: {' '.join(output.split())[-200:]}")
    if not job.verify:
        return ""
    return f"{_compared(job, output)}, {same_words(job, done.stdout, WORDS)}"


def _compared(job: Job, output: str) -> str:
    """Return the sections that GDB has compared. Raises ``ToolError`` when one differs."""
    found = MATCHED.findall(output)
    differing = [name for name, state in found if state != "matched"]
    if differing or not found:
        raise ToolError(
            f"the board holds other bytes than {job.elf} in {', '.join(differing) or 'all'}: flash again"
        )
    return f"sections {', '.join(name for name, _ in found)} compared"


def reach(port: str) -> None:
    """Raise ``ToolError`` unless a server listens at ``port``, "HOST:PORT"."""
    host, _, number = port.rpartition(":")
    if not SERVER.holds(port) or not 0 < int(number) < 65536:
        raise InputError(f"--port {port}: the runner gdb wants {SERVER.what}")
    try:
        socket.create_connection((host.strip("[]") or "localhost", int(number)), CONNECT_LIMIT).close()
    except OSError as error:
        hint = "start one: openocd, pyocd gdbserver, qemu -gdb"
        raise ToolError(f"no gdb server at {port} ({error.strerror or error}); {hint}") from error
