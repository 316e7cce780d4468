"""Weight normalisation: scales incoming weights so that no neuron wins always or never."""

import numpy as np

from ..errors import InputError

RULES = ("none", "sum", "max")


def normalized(weights: np.ndarray, rule: str, to: float) -> np.ndarray:
    """Return ``weights`` (inputs, neurons) scaled by ``rule``; columns of zeros are unchanged.

    "sum": the sum of each column becomes ``to`` (Diehl & Cook 2015). "max": one factor for all makes the
    largest weight ``to``. Raises ``InputError`` for an unknown rule.
    """
    check_rule(rule, f"normalisation {rule!r}")
    if rule == "none":
        return weights
    size = weights.sum(axis=0) if rule == "sum" else np.max(weights, initial=0)
    return np.asarray(weights * np.where(size > 0, to / np.where(size > 0, size, 1), 1))


def check_rule(rule: str, where: str) -> None:
    """Raise ``InputError`` that begins with ``where`` unless ``rule`` is one of ``RULES``."""
    if rule not in RULES:
        raise InputError(f"{where}: choose one of {', '.join(RULES)}")
