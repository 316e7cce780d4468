"""Boards as data (TOML): build firmware for them, emulate it, estimate its cost, flash it."""
