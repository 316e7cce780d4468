"""The command line: commands parse their arguments and print."""
