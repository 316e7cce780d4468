"""Connection types, one file each: weights, their layout for the kernel, and the synaptic sums."""
