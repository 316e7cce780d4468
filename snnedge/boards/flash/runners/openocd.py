"""OpenOCD: flash through a debug probe. --port is the probe's serial number."""

import re

from ....errors import InputError, ToolError
from ....support.printable import printable
from ....support.programs import Program
from ...allowed import SERIAL_NUMBER, TCL_FILES
from ...firmware import elf
from ..job import Job, lines, run_all, same_words

PROGRAM = Program("openocd", "apt-get install openocd")
SETTINGS = {"config": TCL_FILES}
PORT = SERIAL_NUMBER
NEEDS = tuple(SETTINGS)
VERIFIES = True
SERVES = False
NO_PROBE = re.compile(r"unable to find|open failed|no .*device found", re.I)  # by kind of probe
IN_TCL = frozenset('{}[]$;"\\')  # what Tcl reads in a path
WORDS = re.compile(r"^0x[0-9a-f]{8}: ([0-9a-f]{8}) ([0-9a-f]{8})", re.M)


def steps(job: Job) -> list[str]:
    return lines([command(job)])


def flash(job: Job) -> str:
    try:
        # OpenOCD looks for its files in the current folder first: take one that holds firmware alone.
        output = run_all([command(job)], job.elf.parent)
    except ToolError as error:
        if not NO_PROBE.search(str(error)):
            raise
        raise ToolError(f"{error}; no probe: plug the board in; may this user open it?") from error
    return f"compared by openocd, {same_words(job, output, WORDS)}" if job.verify else ""


def command(job: Job) -> list[str]:
    """Return the command line. Raises ``InputError`` for a path that OpenOCD's Tcl would read."""
    path = str(job.elf)
    if IN_TCL & set(path) or not path.isprintable():
        raise InputError(f"{printable(path)}: OpenOCD would read it as Tcl; choose another -o")
    files = [word for name in job.settings["config"].split() for word in ("-f", name)]
    serial = ["-c", f"adapter serial {{{job.port}}}"] if job.port else []
    orders = [f"program {{{job.elf}}} reset exit"]
    if job.verify:
        read_hash = f"mdw {elf.hash_address(job.elf):#x} 2"
        orders = [f"program {{{job.elf}}} verify", read_hash, "reset run", "shutdown"]
    return [PROGRAM.command, *files, *serial, *(word for order in orders for word in ("-c", order))]
