"""Firmware in an emulator: answers and instruction counts."""
