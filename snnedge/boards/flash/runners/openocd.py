"""OpenOCD: flash through a debug probe; --port is the probe's serial number."""

import re
import shlex

from ....errors import ToolError
from ....support.programs import Program, run
from ...firmware import elf
from .. import LIMIT, Job, same_words

PROGRAM = Program("openocd", "apt-get install openocd")
NEEDS = ("config",)
VERIFIES = True
SERVES = False
NO_PROBE = re.compile(r"unable to find|open failed|no .*device found", re.I)  # by kind of probe
WORDS = re.compile(r"^0x[0-9a-f]{8}: ([0-9a-f]{8}) ([0-9a-f]{8})", re.M)


def steps(job: Job) -> list[str]:
    return [shlex.join(command(job))]


def flash(job: Job) -> str:
    try:
        done = run(command(job), LIMIT)
    except ToolError as error:
        if not NO_PROBE.search(str(error)):
            raise
        raise ToolError(f"{error}; no probe: plug the board in; may this user open it?") from error
    return f"compared by openocd, {same_words(job, done.stdout + done.stderr, WORDS)}" if job.verify else ""


def command(job: Job) -> list[str]:
    """The command line; braces keep Tcl's hands off the path."""
    files = [word for name in job.settings["config"].split() for word in ("-f", name)]
    serial = ["-c", f"adapter serial {{{job.port}}}"] if job.port else []
    orders = [f"program {{{job.elf}}} reset exit"]
    if job.verify:
        look = f"mdw {elf.hash_address(job.elf):#x} 2"
        orders = [f"program {{{job.elf}}} verify", look, "reset run", "shutdown"]
    return [PROGRAM.command, *files, *serial, *(word for order in orders for word in ("-c", order))]
