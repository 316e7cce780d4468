"""A race to threshold that learns by margin R-STDP."""
