"""Programs to compare with, one plug-in each."""
