"""The conditions of a measurement: machine, versions, date, peak memory."""

import datetime
import platform
import resource
from importlib.metadata import version
from pathlib import Path

from ..runtime.runtime import core_compiler


def describe() -> dict[str, str]:
    """Return CPU, system, the compiler of the core, versions and date of this run."""
    return {
        "cpu": _cpu(),
        "system": platform.platform(terse=True),
        "compiler": core_compiler(),
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "snnedge": version("snnedge"),
        "date": datetime.date.today().isoformat(),
    }


def peak_memory_mb() -> float:
    """Return the peak memory of this process plus that of its largest finished child, in MiB.

    Children are compilers and Brian2's programs. The sum is an upper bound of both at one time.
    """
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
