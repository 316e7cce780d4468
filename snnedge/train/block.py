"""Blocks of samples: at the end of a block labels, normalisation, pruning and learning rates follow.

They depend on the totals over the block, which are part of the state. The chunk size therefore does not
change the result.
"""

from typing import Any

import numpy as np

from . import pruning, schedule
from .neuron_labels import assign_counts
from .recipe import State


def initial_state(blocks: int, inputs: int, neurons: int, classes: int) -> State:
    """Return the state of the blocks before the first sample.

    ``accuracies`` float (blocks,), of the finished ones. ``block.right``, ``block.samples`` and
    ``block.spikes``: totals over the current block, of correct predictions, samples by class, and spikes by
    class and neuron. ``means`` float (inputs,): running mean weight.
    """
    return {
        "accuracies": np.zeros(blocks),
        "block.right": np.zeros(1, np.int64),
        "block.samples": np.zeros(classes, np.int64),
        "block.spikes": np.zeros((classes, neurons), np.int64),
        "means": np.zeros(inputs),
    }


def accumulated(state: State, right: int, labels: np.ndarray, spikes: np.ndarray) -> State:
    """Return ``state`` with more samples in the current block.

    ``labels`` int (n,) of the samples, of which ``right`` were predicted correctly; ``spikes`` int
    (classes, neurons).
    """
    return state | {
        "block.right": state["block.right"] + right,
        "block.samples": state["block.samples"] + np.bincount(labels, minlength=len(spikes)),
        "block.spikes": state["block.spikes"] + spikes,
    }


def running_means(state: State, block: int, weights: np.ndarray, memory: float) -> np.ndarray:
    """Return the running mean weight of each input after block number ``block``, float (inputs,)."""
    return pruning.running_mean(state["means"], weights, memory if block else 0)


def accuracies(state: State, block: int) -> np.ndarray:
    """Return the accuracies of all blocks, with that of block number ``block`` entered."""
    found = state["accuracies"].copy()
    found[block] = state["block.right"][0] / max(state["block.samples"].sum(), 1)
    return found


def labels(state: State) -> np.ndarray:
    """Return the label of each neuron by the responses in the current block, int32 (neurons,)."""
    return assign_counts(state["block.spikes"], state["block.samples"])


def cleared(state: State) -> State:
    """Return the totals of a new block, all zero."""
    return {name: np.zeros_like(array) for name, array in state.items() if name.startswith("block.")}


def rate_factor(state: State, block: int, adapt: dict[str, Any]) -> float:
    """Return the factor on learning rates in block number ``block``, by the accuracies before it."""
    accuracies = state["accuracies"][:block].tolist()
    return schedule.plateau_factor(accuracies, adapt["patience"], adapt["factor"])
