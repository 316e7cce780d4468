"""Renamed: the notice about an old name that still works (docs/reference/renames.md)."""

ALIASES_END = "0.3"  # the version in which old names end


def notice(old: str, new: str) -> str:
    """Return the line that names the ``new`` name of what was called ``old``."""
    return f"{old} is now called {new}; the old name works until version {ALIASES_END}"
