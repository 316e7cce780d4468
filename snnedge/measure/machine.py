"""What a measurement must name: the machine, the versions and the date."""

import datetime
import platform
import resource
from importlib.metadata import version
from pathlib import Path

from .._core import COMPILER


def describe() -> dict[str, str]:
    """CPU, system, the compiler of the core, versions and date of this run."""
    return {
        "cpu": _cpu(),
        "system": platform.platform(terse=True),
        "compiler": COMPILER,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "snnedge": version("snnedge"),
        "date": datetime.date.today().isoformat(),
    }


def peak_memory_mb() -> float:
    """Most memory that this process held so far, and its largest finished child process (a compiler, or
    Brian2's program), in MiB. An upper bound of both at once."""
    own, child = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    unit = 1 if platform.system() == "Darwin" else 1024  # bytes there, KiB elsewhere
    return float((own + child) * unit / 2**20)


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
