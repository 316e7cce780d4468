"""picotool: flash an RP2040 or RP2350 that is in its boot loader over USB; --port is its serial number."""

import shlex
import tempfile
from pathlib import Path

from ....errors import ToolError
from ....support.programs import Program, run
from ...firmware import elf
from .. import LIMIT, Job, same_model

PROGRAM = Program("picotool", "build it from github.com/raspberrypi/picotool, or brew install picotool")
NEEDS = ()
VERIFIES = True
SERVES = False
HASH = "model-hash.bin"  # eight bytes that were read back, in the folder where picotool runs


def steps(job: Job) -> list[str]:
    return [shlex.join(command) for command in commands(job)]


def flash(job: Job) -> str:
    with tempfile.TemporaryDirectory(prefix="snnedge-") as folder:
        for command in commands(job):
            run(command, LIMIT, Path(folder))
        if not job.verify:
            return ""
        try:
            found = (Path(folder) / HASH).read_bytes()
        except OSError as error:
            raise ToolError(f"picotool: {HASH} was not written: {error.strerror}") from error
    return f"compared by picotool, {same_model(job, int.from_bytes(found, 'little'))}"


def commands(job: Job) -> list[list[str]]:
    """The command lines: load and execute; or load and compare, read the model's hash, and reboot."""
    serial = ["--ser", job.port] if job.port else []
    if not job.verify:
        return [[PROGRAM.command, "load", "--execute", str(job.elf), *serial]]
    at = elf.hash_address(job.elf)
    return [
        [PROGRAM.command, "load", "--verify", str(job.elf), *serial],
        [PROGRAM.command, "save", "--range", f"{at:#x}", f"{at + 8:#x}", HASH, *serial],
        [PROGRAM.command, "reboot", *serial],
    ]
