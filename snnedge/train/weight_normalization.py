"""Weight normalisation: what incoming weights are brought back to, so no neuron starves or explodes."""

import numpy as np

from ..errors import InputError

RULES = ("none", "sum", "max")


def normalized(weights: np.ndarray, rule: str, to: float) -> np.ndarray:
    """``weights`` (inputs, neurons) scaled so that each column's sum is ``to`` (Diehl & Cook 2015), or
    all by one factor so that the largest weight is ``to``; columns of zeros stay. Raises ``InputError``."""
    if rule not in RULES:
        raise InputError(f"normalisation {rule!r}: choose one of {', '.join(RULES)}")
    if rule == "none":
        return weights
    size = weights.sum(axis=0) if rule == "sum" else np.max(weights, initial=0)
    return np.asarray(weights * np.where(size > 0, to / np.where(size > 0, size, 1), 1))
