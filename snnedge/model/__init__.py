"""Networks at every stage, in floats and in integers, what a kind declares, and outcomes."""
