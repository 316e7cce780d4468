"""Brian2's generated C++ as a program: compiled once, run with other arrays."""
