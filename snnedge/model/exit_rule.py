"""The exit rule in words: ``first-spike``, ``margin:M`` or ``all-steps`` (integer-contract.md)."""

import re

from ..errors import InputError
from .limits import MAX_VOTES

CHOICES = f"first-spike, margin:M (M = 1..{MAX_VOTES}) or all-steps"


def exit_margin(text: str) -> int:
    """Return ``Readout.exit_margin``, 0..65535, for the words. Raises ``InputError``."""
    if text == "first-spike":
        return 1
    if text == "all-steps":
        return 0
    number = re.fullmatch("margin:([0-9]{1,5})", text)  # [0-9], because str.isdigit accepts other digits
    if number and 1 <= int(number[1]) <= MAX_VOTES:
        return int(number[1])
    raise InputError(f"--decision {text!r}: choose {CHOICES}")


def words(margin: int) -> str:
    """Return the words for ``Readout.exit_margin``."""
    return {0: "all-steps", 1: "first-spike"}.get(margin, f"margin:{margin}")
