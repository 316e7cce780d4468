"""Versions of the file format: all are read for ever, and the first that suffices is written.

1: the kinds, as first released. 2: `lif_cond_exp` with conductances in int16. 3: an envelope with named
inputs and outputs, class names, population shapes, an optional readout and optional steps, around a section
for each stage (model-file.md). A later kind of network is a section, not a version.
"""

from ..model.integer_model import IntegerModel
from ..model.network import Encoder, Population, Projection
from ..model.schema import since

VERSIONS = (1, 2, 3)
ENVELOPE = 3  # the first version with an envelope


def version_of(model: IntegerModel) -> int:
    """Return the first version of the format that has all that ``model`` states."""
    parts: tuple[Encoder | Population | Projection, ...]
    parts = (model.encoder, *model.populations, *model.projections)
    return max(since(model.readout), *(part.kind.since for part in parts), *(since(part) for part in parts))
