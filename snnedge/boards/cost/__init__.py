"""Cycles and energy: estimates, and measurements on boards."""
