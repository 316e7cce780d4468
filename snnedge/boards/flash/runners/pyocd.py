"""pyOCD: flash through a CMSIS-DAP, ST-Link or J-Link probe; --port is the probe's unique id."""

import re
import shlex

from ....support.programs import Program, run
from ...firmware import elf
from .. import LIMIT, Job, same_words

PROGRAM = Program("pyocd", "pip install pyocd")
NEEDS = ("target",)
VERIFIES = True
SERVES = False
WORDS = re.compile(r"^[0-9a-f]{8}: +([0-9a-f]{8}) ([0-9a-f]{8})", re.M)


def steps(job: Job) -> list[str]:
    return [shlex.join(command) for command in commands(job)]


def flash(job: Job) -> str:
    said = [run(command, LIMIT).stdout for command in commands(job)]
    return same_words(job, said[-1], WORDS) if job.verify else ""


def commands(job: Job) -> list[list[str]]:
    """The command lines: write, and read the model's hash if asked. Without --no-wait they would wait for a
    probe for ever."""
    probe = ["--uid", job.port] if job.port else []
    options = ["--no-wait", "--target", job.settings["target"], *probe]
    write = [PROGRAM.command, "flash", *options, str(job.elf)]
    if not job.verify:
        return [write]
    return [
        write,
        [PROGRAM.command, "commander", *options, "-c", f"read32 {elf.hash_address(job.elf):#x} 8"],
    ]
