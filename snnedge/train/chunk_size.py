"""How many samples a chunk may have, by the memory that there is."""

import os
from pathlib import Path

from ..errors import InputError

BRIAN2 = 350 << 20  # bytes of a Python with Brian2, and of a small program of it
SIZES = (10_000, 5000, 2500, 1000, 500, 250, 100)  # few, so that compiled programs are found in the cache
MOST = 1e6  # GB
SHARE = 0.5  # of the free memory that `auto` takes


def limit(text: str) -> int:
    """Bytes that ``--memory`` allows: ``auto``, half of what is free, or a number of GB."""
    if text == "auto":
        return int(SHARE * free())
    try:
        size = float(text)
    except ValueError:
        size = float("nan")
    if not 0 < size <= MOST:
        raise InputError(f"--memory {text}: give auto, or GB, at most {MOST:.0f}: 0.5")
    return int(size * 1e9)


def free() -> int:
    """Bytes that a new process can have without swapping; Linux knows best."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        kib = next(line.split()[1] for line in lines if line.startswith("MemAvailable:"))
        return int(kib) * 1024
    except (OSError, StopIteration):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def capacity(limit: int, fixed: int, each: int) -> int:
    """The largest of ``SIZES`` that fits: ``fixed`` bytes, and ``each`` for a sample of the chunk."""
    for samples in SIZES:
        if fixed + samples * each <= limit:
            return samples
    needed = (fixed + SIZES[-1] * each) / 1e9
    remedy = f"this network needs {needed:.2f}; give more memory, or fewer --neurons"
    raise InputError(f"--memory: in {limit / 1e9:.2f} GB nothing fits, {remedy}")
