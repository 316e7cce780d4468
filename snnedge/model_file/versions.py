"""Versions of the file format: 1 and 2 are read for ever, and written where they suffice."""

from ..model.integer_model import IntegerModel
from ..model.schema import since

VERSIONS = (1, 2)


def version_of(model: IntegerModel) -> int:
    """Return the first version of the format that has all that ``model`` states."""
    populations, projections = model.populations, model.projections
    kinds = (model.encoder.kind, *(p.kind for p in populations), *(s.kind for s in projections))
    parts = (*populations, *projections)
    return max(*(kind.since for kind in kinds), *(since(part) for part in parts))
