"""picotool: flash an RP2040 or RP2350 that is in its boot loader over USB; --port is its serial number."""

import shlex

from ...external import Program, run
from ..flash import LIMIT, Job

PROGRAM = Program("picotool", "build it from github.com/raspberrypi/picotool, or brew install picotool")
NEEDS = ()
VERIFIES = True
SERVES = False


def steps(job: Job) -> list[str]:
    return [shlex.join(command(job))]


def flash(job: Job) -> str:
    run(command(job), LIMIT)
    return "compared by picotool" if job.verify else ""


def command(job: Job) -> list[str]:
    """The command line: load, compare if asked, execute."""
    serial = ["--ser", job.port] if job.port else []
    return [
        PROGRAM.command,
        "load",
        *(["--verify"] if job.verify else []),
        "--execute",
        str(job.elf),
        *serial,
    ]
