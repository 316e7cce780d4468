"""Sources of float networks, one plug-in each."""
