"""What a network is at every stage: in floats, in integers, and what a back end returns for a sample."""
