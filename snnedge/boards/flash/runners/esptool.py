"""esptool: flash an ESP32 through its serial port or USB. --port is that port; it must be given,
as esptool would write to whatever it finds.

The image has esptool's format: a header of 24 bytes, then segments with address, size and content. The
chip's ROM checks its sums and loads it from the start of the flash.
"""

import re
import struct
import tempfile
from pathlib import Path

from ....errors import ToolError
from ....support.programs import Program
from ...allowed import SERIAL_PORT, Allowed
from ...firmware import elf
from ..job import Job, lines, run_all, same_file

PROGRAM = Program("esptool", "pip install 'esptool>=5'")
SETTINGS = {
    "chip": Allowed(re.compile("esp[0-9][a-z0-9]*"), "a chip, such as esp32c3"),
    "flash_size": Allowed(re.compile("[0-9]{1,4}[KM]B"), "a size, such as 4MB"),
}
PORT = SERIAL_PORT
NEEDS = tuple(SETTINGS)
VERIFIES = True
SERVES = False
IMAGE, HASH = "firmware.bin", "model-hash.bin"  # in the folder where esptool runs
ATTEMPTS = "3"  # to reach the chip
HEADER = struct.Struct("<BBBBI16x")  # mark, segments, mode, speed and size, entry; fields of other chips
SEGMENT_HEAD = 8  # bytes: address, size
MARK = 0xE9


def steps(job: Job) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="snnedge-") as name:
        at = _made(job, Path(name)) if job.verify else 0
    return lines((make(job), *commands(job, at)))


def flash(job: Job) -> str:
    with tempfile.TemporaryDirectory(prefix="snnedge-") as name:
        folder = Path(name)
        run_all(commands(job, _made(job, folder)), folder)
        return same_file(job, folder / HASH, PROGRAM.command) if job.verify else ""


def make(job: Job) -> list[str]:
    """Return the command line that makes the image."""
    size = job.settings["flash_size"]
    options = ["--flash-mode", "dio", "--flash-size", size]  # every flash has this mode
    return [*_esptool(job), "elf2image", *options, "-o", IMAGE, str(job.elf)]


def commands(job: Job, at: int) -> list[list[str]]:
    """Return the command lines that write the image.

    If the job verifies, they also compare it and read the model's hash, which is at byte ``at``.
    """
    port = ["--port", job.port] if job.port else []
    connect = [*_esptool(job), *port, "--connect-attempts", ATTEMPTS]
    write = [*connect, "write-flash", "0x0", IMAGE]
    if not job.verify:
        return [write]
    compare = [*connect, "verify-flash", "0x0", IMAGE]
    return [write, compare, [*connect, "read-flash", f"{at:#x}", "8", HASH]]


def offset(image: bytes, address: int) -> int:
    """Find the byte of ``image`` that is loaded to ``address``. Raises ``ToolError`` when none is."""
    mark, count, *_ = HEADER.unpack_from(image)
    at = HEADER.size
    for _ in range(count if mark == MARK else 0):
        start, size = (int(number) for number in struct.unpack_from("<II", image, at))
        at += SEGMENT_HEAD
        if start <= address < start + size:
            return at + address - start
        at += size
    raise ToolError(f"esptool's image has nothing for address {address:#x}: build again")


def _made(job: Job, folder: Path) -> int:
    """Make the image in ``folder``; return the offset of the model's hash in it. Raises ``ToolError``."""
    PROGRAM.require()
    run_all([make(job)], folder)
    return offset((folder / IMAGE).read_bytes(), elf.hash_address(job.elf))


def _esptool(job: Job) -> list[str]:
    return [PROGRAM.command, "--chip", job.settings["chip"]]
