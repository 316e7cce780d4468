"""Cycles and energy: estimates, and what was measured on a board."""
