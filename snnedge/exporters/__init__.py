"""Export formats, one plug-in each.

A format declares ``ARGUMENTS``, which may follow the colon in ``onnx:spikes``, and ``STORAGES``, its
ways to store matrices. ``default_path(stem)`` names an export and ``check_path(path)`` refuses a path
that is not ours. ``write(model, path, argument, tables)`` writes it. ``facts(model, path, tables)``
describes it as JSON, ``show(facts)`` in words.
"""

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from ..errors import InputError
from ..support import plugins
from ..support.files import replacing

if TYPE_CHECKING:
    from ..compiler.tables import Tables
    from ..model.integer_model import IntegerModel


def find(format: str) -> tuple[ModuleType, str | None]:
    """Return the exporter of ``format`` ("c", "onnx:spikes") and its argument. Raises
    ``InputError``."""
    name, _, argument = format.partition(":")
    exporter = plugins.load("exporters", name)
    if argument and argument not in exporter.ARGUMENTS:
        known = ", ".join(f"{name}:{known}" for known in exporter.ARGUMENTS) or "no argument"
        raise InputError(f"--format {format}: {name} takes {known}")
    return exporter, argument or None


def write(model: "IntegerModel", path: Path, format: str, tables: "Tables | None" = None) -> None:
    """Make the folder or file ``path``, or replace it if an export made it. Raises ``InputError``.

    ``tables``: of ``model``, where the caller has them.
    """
    exporter, argument = find(format)
    exporter.check_path(path)
    with replacing(path) as scratch:
        exporter.write(model, scratch, argument, tables)
