"""pyOCD: flash through a CMSIS-DAP, ST-Link or J-Link probe; --port is the probe's unique id."""

import shlex

from ...external import Program, run
from ..flash import LIMIT, Job

PROGRAM = Program("pyocd", "pip install pyocd")
NEEDS = ("target",)
VERIFIES = False
SERVES = False


def steps(job: Job) -> list[str]:
    return [shlex.join(command(job))]


def flash(job: Job) -> str:
    run(command(job), LIMIT)
    return ""


def command(job: Job) -> list[str]:
    """The command line; without --no-wait it would wait for a probe for ever."""
    probe = ["--uid", job.port] if job.port else []
    return [PROGRAM.command, "flash", "--no-wait", "--target", job.settings["target"], *probe, str(job.elf)]
