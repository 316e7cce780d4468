"""C sources, firmware and license: beside the package in a checkout, in share/ when installed."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def folder(name: str) -> Path:
    """Return the folder ``csrc`` or ``firmware``. Raises ``FileNotFoundError``."""
    for root in (PACKAGE.parent, PACKAGE / "share"):
        if (root / name).is_dir() and (root / "csrc" / "snn.h").is_file():
            return root / name
    raise FileNotFoundError(f"this installation of snnedge lacks the folder {name!r}; reinstall it")


def text(name: str) -> str:
    """Return the text of a file beside those folders, such as LICENSE. Raises ``FileNotFoundError``."""
    return (folder("csrc").parent / name).read_text("utf-8")
