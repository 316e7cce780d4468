"""Instar learning under winner-take-all with a conscience."""
