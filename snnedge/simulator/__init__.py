"""The numpy reference: the loop over time, in floating point and in fixed point."""
