"""Features that learn from a readout's feedback."""
