"""pyOCD: flash through a CMSIS-DAP, ST-Link or J-Link probe. --port is the probe's unique id."""

import re

from ....support.programs import Program
from ...allowed import PLAIN_NAME, SERIAL_NUMBER
from ...firmware import elf
from ..job import Job, lines, run_all, same_words

PROGRAM = Program("pyocd", "pip install pyocd")
SETTINGS = {"target": PLAIN_NAME}
PORT = SERIAL_NUMBER
NEEDS = tuple(SETTINGS)
VERIFIES = True
SERVES = False
WORDS = re.compile(r"^[0-9a-f]{8}: +([0-9a-f]{8}) ([0-9a-f]{8})", re.M)


def steps(job: Job) -> list[str]:
    return lines(commands(job))


def flash(job: Job) -> str:
    output = run_all(commands(job), job.elf.parent)
    return same_words(job, output, WORDS) if job.verify else ""


def commands(job: Job) -> list[list[str]]:
    """Return the command lines: write, and read the model's hash if the job verifies.

    Without --no-wait, pyOCD would wait for a probe for ever. It also reads
    files of its own kind in the current folder, hence ``flash`` runs it in the folder of the firmware.
    """
    probe = ["--uid", job.port] if job.port else []
    options = ["--no-wait", "--target", job.settings["target"], *probe]
    write = [PROGRAM.command, "flash", *options, str(job.elf)]
    if not job.verify:
        return [write]
    read_hash = f"read32 {elf.hash_address(job.elf):#x} 8"
    return [write, [PROGRAM.command, "commander", *options, "-c", read_hash]]
