"""OpenOCD: flash through a debug probe; --port is the probe's serial number."""

import shlex

from ...external import Program, run
from ..flash import LIMIT, Job

PROGRAM = Program("openocd", "apt-get install openocd")
NEEDS = ("config",)
VERIFIES = True
SERVES = False


def steps(job: Job) -> list[str]:
    return [shlex.join(command(job))]


def flash(job: Job) -> str:
    run(command(job), LIMIT)
    return "compared by openocd" if job.verify else ""


def command(job: Job) -> list[str]:
    """The command line; braces keep Tcl's hands off the path."""
    files = [word for name in job.settings["config"].split() for word in ("-f", name)]
    serial = ["-c", f"adapter serial {{{job.port}}}"] if job.port else []
    program = f"program {{{job.elf}}} {'verify ' if job.verify else ''}reset exit"
    return [PROGRAM.command, *files, *serial, "-c", program]
