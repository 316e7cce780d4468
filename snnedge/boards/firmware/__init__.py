"""Firmware images: toolchains, linking, size and stack."""
