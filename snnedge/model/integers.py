"""The integers of the contract: ranges of the state, and one in its fixed-point formats."""

INT16_MIN, INT16_MAX = -(2**15), 2**15 - 1
Q15_ONE = 2**15
Q16_ONE = 2**16
