"""A race to threshold under margin R-STDP."""
