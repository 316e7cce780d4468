"""Programs for comparison, one plug-in each."""
