"""A pickle of a user's own, the options that it lacks, and weights as rows."""

import numpy as np

WEIGHTS = np.linspace(0, 1, 24).reshape(6, 4)
SCRIPT = {"weights": WEIGHTS, "theta": np.zeros(4), "labels": np.array([0, 1, 2, 1]), "v_thresh": 3.0}
SUPPLIED = {"neuron_kind": "if_wta", "dt": 1e-3, "steps": 20, "shape": (2, 3), "spikes_per_sample": 9.0}


def rows_of(weights):
    """Return rows (source, target, weight), as the code of Diehl and Cook saves them."""
    at = np.indices(weights.shape).reshape(2, -1)
    return np.column_stack([*at, weights.ravel()])
