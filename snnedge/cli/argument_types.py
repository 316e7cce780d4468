"""Types of options: values of the texts on the command line. What is wrong is an ``ArgumentTypeError``."""

import argparse


def positive(given: str) -> int:
    """Return the whole number in ``given``, 1 to 100 million."""
    value = int(given)
    if not 1 <= value <= 10**8:
        raise argparse.ArgumentTypeError(f"{given} is not a number from 1 to 100 million")
    return value


def cycles(given: str) -> float:
    """Return the number of processor cycles in ``given``, 1 to 10^12."""
    value = float(given)
    if not 1 <= value <= 10**12:
        raise argparse.ArgumentTypeError(f"{given} is not a number of cycles, 1 to 10^12")
    return value


def text(given: str) -> str:
    """Return ``given``, which holds more than spaces."""
    if not given.strip():
        raise argparse.ArgumentTypeError("say how it was measured")
    return given
