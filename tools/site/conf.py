"""Configuration of Sphinx for docs/: MyST pages, furo, and references generated from the code."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import references

project = "snnedge"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
html_theme = "furo"
html_title = "snnedge"
smartquotes = False  # an option stays --option
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
suppress_warnings = ["misc.highlighting_failure"]


def setup(app) -> None:
    app.connect("source-read", references.insert)
    app.connect("autodoc-process-docstring", references.plain)
