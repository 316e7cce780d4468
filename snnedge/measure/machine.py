"""What a measurement must name: the machine, the versions and the date."""

import datetime
import platform
from importlib.metadata import version
from pathlib import Path


def describe() -> dict[str, str]:
    """CPU, system, versions and date of this run."""
    return {
        "cpu": _cpu(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "snnedge": version("snnedge"),
        "date": datetime.date.today().isoformat(),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
