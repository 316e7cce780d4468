"""Versions of the file format."""

VERSIONS = (1, 2)
CHANGED = {"lif_cond_exp": 2}


def version_of(kind: str) -> int:
    """The first version of the format in which neurons of ``kind`` do what they do now."""
    return CHANGED.get(kind, 1)
