"""Where the C sources and the firmware lie: beside the package in a checkout, inside it when installed."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def folder(name: str) -> Path:
    """The folder ``csrc`` or ``firmware``."""
    for root in (PACKAGE.parent, PACKAGE / "share"):
        if (root / name).is_dir() and (root / "csrc" / "snn.h").is_file():
            return root / name
    raise FileNotFoundError(f"this installation of snnedge lacks the folder {name!r}; reinstall it")
