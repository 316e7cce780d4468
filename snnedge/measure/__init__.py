"""Measurements: of answers (accuracy.py) and of time (latency.py)."""
