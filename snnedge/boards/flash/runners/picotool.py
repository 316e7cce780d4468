"""picotool: flash an RP2040 or RP2350 that is in its boot loader over USB. --port is its serial number."""

import tempfile
from pathlib import Path

from ....support.programs import Program
from ...allowed import SERIAL_NUMBER, Allowed
from ...firmware import elf
from ..job import Job, lines, run_all, same_file

PROGRAM = Program("picotool", "build it from github.com/raspberrypi/picotool, or brew install picotool")
SETTINGS: dict[str, Allowed] = {}
PORT = SERIAL_NUMBER
NEEDS = ()
VERIFIES = True
SERVES = False
HASH = "model-hash.bin"  # eight bytes that were read back, in the folder where picotool runs


def steps(job: Job) -> list[str]:
    return lines(commands(job))


def flash(job: Job) -> str:
    with tempfile.TemporaryDirectory(prefix="snnedge-") as name:
        folder = Path(name)
        run_all(commands(job), folder)
        return same_file(job, folder / HASH, PROGRAM.command) if job.verify else ""


def commands(job: Job) -> list[list[str]]:
    """Return the command lines: load and execute; or load and compare, read the hash, and reboot."""
    serial = ["--ser", job.port] if job.port else []
    if not job.verify:
        return [[PROGRAM.command, "load", "--execute", str(job.elf), *serial]]
    at = elf.hash_address(job.elf)
    return [
        [PROGRAM.command, "load", "--verify", str(job.elf), *serial],
        [PROGRAM.command, "save", "--range", f"{at:#x}", f"{at + 8:#x}", HASH, *serial],
        [PROGRAM.command, "reboot", *serial],
    ]
