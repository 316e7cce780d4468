"""Programs that write firmware to a board, one plug-in each."""
