"""Measurements: accuracy, time, synaptic operations, and other programs for comparison."""
