"""Integer models run on this machine, through the compiled core."""
