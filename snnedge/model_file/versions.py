"""Versions of the file format: all are read for ever, and the first that suffices is written.

1: the kinds, as first released. 2: `lif_cond_exp` with conductances in int16. 3: an envelope with named
inputs and outputs, class names, population shapes, an optional readout and optional steps, around a section
for each stage (model-file.md). A later kind of network is a section, not a version.
"""

from collections.abc import Iterator

from ..model.integer_model import IntegerModel
from ..model.network import Encoder, Population, Projection
from ..model.schema import since

VERSIONS = (1, 2, 3)
ENVELOPE = 3  # the first version with an envelope


def version_of(model: IntegerModel) -> int:
    """Return the first version of the format that has all that ``model`` states."""
    return max((version for version, _ in _stated(model)), default=VERSIONS[0])


def reasons(model: IntegerModel, version: int) -> list[str]:
    """Return what ``model`` has that is later than ``version`` of the format, each once."""
    return list(dict.fromkeys(what for first, what in _stated(model) if first > version))


def _stated(model: IntegerModel) -> Iterator[tuple[int, str]]:
    """Yield the first version and the name of each kind and each field that ``model`` states."""
    parts: tuple[Encoder | Population | Projection, ...]
    parts = (model.encoder, *model.populations, *model.projections)
    for part in parts:
        yield part.kind.since, str(part.kind)
    for owner in (model.readout, *parts):
        for name, version in since(owner).items():
            yield version, f"{name.replace('_', ' ')} ({type(owner).__name__.lower()})"
