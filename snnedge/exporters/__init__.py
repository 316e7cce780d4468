"""Export formats, one plug-in each."""
