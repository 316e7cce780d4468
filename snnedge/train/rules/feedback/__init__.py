"""Features that learn from the feedback of a readout (three-factor rule)."""
