"""One command each, found by folder."""
