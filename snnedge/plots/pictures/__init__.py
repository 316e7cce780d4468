"""One picture each, found by folder."""
