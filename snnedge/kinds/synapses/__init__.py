"""Connection types, one file each."""
