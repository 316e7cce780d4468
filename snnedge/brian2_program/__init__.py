"""Networks declared in Brian2 and compiled once as C++ programs, then run with other arrays."""
