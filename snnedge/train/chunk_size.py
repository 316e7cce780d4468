"""The number of samples in a chunk, limited by memory."""

import os
from pathlib import Path

from ..errors import InputError

BASE_BYTES = 350 << 20  # of a Python process with Brian2 and a small program of it
SIZES = (10_000, 5000, 2500, 1000, 500, 250, 100)  # few, so that the cache holds the compiled programs
MAX_GB = 1e6
AUTO_SHARE = 0.5  # of the free memory


def limit(text: str) -> int:
    """Return the bytes that ``--memory`` allows: "auto" for half of the free memory, or a number of GB."""
    if text == "auto":
        return int(AUTO_SHARE * free())
    try:
        size = float(text)
    except ValueError:
        size = float("nan")
    if not 0 < size <= MAX_GB:
        raise InputError(f"--memory {text}: give auto, or GB, at most {MAX_GB:.0f}: 0.5")
    return int(size * 1e9)


def free() -> int:
    """Return the bytes that a new process can allocate without swapping.

    Linux reports them; elsewhere half of the physical memory is the estimate.
    """
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        kib = next(line.split()[1] for line in lines if line.startswith("MemAvailable:"))
        return int(kib) * 1024
    except (OSError, StopIteration):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def capacity(limit: int, fixed: int, each: int) -> int:
    """Return the largest of ``SIZES`` that fits into ``limit`` bytes.

    ``fixed``: bytes independent of the chunk; ``each``: bytes for a sample. Raises ``InputError`` when not
    even the smallest size fits.
    """
    for samples in SIZES:
        if fixed + samples * each <= limit:
            return samples
    needed = (fixed + SIZES[-1] * each) / 1e9
    remedy = f"this network needs {needed:.2f}; give more memory, or fewer --neurons"
    raise InputError(f"--memory: in {limit / 1e9:.2f} GB nothing fits, {remedy}")
