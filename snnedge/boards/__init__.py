"""Boards: what they are (TOML), how to build firmware for them, how to talk to it, how to emulate it."""
