"""UF2: copy firmware to the UF2 drive of a board's boot loader. --port is its folder.

Format: github.com/microsoft/uf2. Blocks of 512 bytes: a header of eight 32-bit numbers, 256 bytes for the
flash, padding, and a last number.
"""

import os
import re
import struct
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ....errors import InputError, ToolError
from ....support.files import unreadable, unwritable
from ...allowed import FOLDER, PLAIN_NAME, Allowed
from ...firmware import elf
from ..job import Job

PROGRAM = None
SETTINGS = {
    "family": Allowed(re.compile("0x[0-9A-Fa-f]{1,8}"), "a number of UF2, such as 0xe48bff56"),
    "drive": PLAIN_NAME,
}
PORT = FOLDER
NEEDS = tuple(SETTINGS)
VERIFIES = False  # the volume is unmounted as soon as it has all blocks
SERVES = False
INFO, NAME = "INFO_UF2.TXT", "firmware.uf2"
MOUNT_POINTS = ("/media/*", "/media/*/*", "/run/media/*/*", "/mnt/*", "/Volumes/*")
PAGE, SECTOR = 256, 4096  # whole sectors are sent, as a boot loader erases whole sectors
HEADER = struct.Struct("<8I")  # two marks, flags, address, bytes, number, count, family
MARKS, END, HAS_FAMILY = (0x0A324655, 0x9E5D5157), 0x0AB16F30, 0x2000


def steps(job: Job) -> list[str]:
    content = blocks(*elf.image(job.elf), int(job.settings["family"], 0))
    where = job.port or f"the UF2 drive {job.settings['drive']}"
    return [
        f"write {job.elf} as {NAME} ({len(content):,} bytes, family {job.settings['family']}) to {where}"
    ]


def flash(job: Job) -> str:
    content = blocks(*elf.image(job.elf), int(job.settings["family"], 0))
    path = drive(job) / NAME
    try:
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if (path.parent / INFO).exists():  # else the board has all blocks and has restarted
            with suppress(OSError):
                path.unlink()
            raise unwritable(path, error) from error
    return ""


def blocks(address: int, content: bytes, family: int) -> bytes:
    """Return ``content`` for ``address`` as UF2."""
    padded = content + b"\xff" * (-len(content) % SECTOR)
    count = len(padded) // PAGE
    return b"".join(
        HEADER.pack(*MARKS, HAS_FAMILY, address + k * PAGE, PAGE, k, count, family)
        + padded[k * PAGE : (k + 1) * PAGE].ljust(512 - HEADER.size - 4, b"\0")
        + struct.pack("<I", END)
        for k in range(count)
    )


def drive(job: Job) -> Path:
    """Find the UF2 drive of the job's board.

    Raises ``ToolError`` when there is none, ``InputError`` for that of another board.
    """
    wanted = job.settings["drive"]
    if job.port:
        found = board_id(Path(job.port))
        if found != wanted:
            raise InputError(
                f"{job.port} is the UF2 drive of board {found!r}, and {job.board.name} is {wanted!r}"
            )
        return Path(job.port)
    for folder in drives(MOUNT_POINTS):
        if board_id(folder) == wanted:
            return folder
    raise ToolError(
        f"no UF2 drive {wanted}: hold BOOTSEL while plugging the board in, or name its folder by --port"
    )


def drives(patterns: Iterable[str]) -> list[Path]:
    """List the folders with an INFO_UF2.TXT that match ``patterns``, patterns below the root."""
    found = [folder for pattern in patterns for folder in sorted(Path("/").glob(pattern[1:]))]
    return [folder for folder in found if os.access(folder / INFO, os.R_OK)]


def board_id(folder: Path) -> str:
    """Read the board id of a UF2 drive. Raises ``InputError`` when ``folder`` is none."""
    try:
        lines = (folder / INFO).read_text("utf-8", errors="replace").splitlines()
    except OSError as error:
        hint = "the UF2 drive of a board has that file: hold BOOTSEL while plugging the board in"
        raise InputError(f"{unreadable(folder / INFO, error)}; {hint}") from error
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("Board-ID:")]
    return named[0] if named else ""
