"""Upper bounds on the size of every model (integer-contract.md)."""

MAX_UNITS = 65535  # inputs, or neurons of a population: indices have 16 bits
MAX_WEIGHTS = 2**24  # of all projections together: 128 MiB as float64
