"""A block of samples: what hangs on accuracy, labels or weights changes at its end, so that chunks of any
size give the same result."""

from typing import Any

import numpy as np

from ... import pruning, schedule
from ...neuron_labels import assign_counts
from ...recipe import State
from ...weight_normalization import normalized


def beginning(blocks: int, inputs: int, neurons: int, classes: int) -> State:
    """``accuracies`` of the blocks done; ``block.*``: what the samples of the one under way have shown;
    ``means``: recent mean weight of each input; ``active``: inputs that have not been pruned."""
    return {
        "accuracies": np.zeros(blocks),
        "block.right": np.zeros(1, np.int64),
        "block.samples": np.zeros(classes, np.int64),
        "block.spikes": np.zeros((classes, neurons), np.int64),
        "means": np.zeros(inputs),
        "active": np.ones(inputs, bool),
    }


def seen(state: State, right: int, labels: np.ndarray, spikes: np.ndarray) -> State:
    """``state`` after samples with ``labels``, ``right`` of them answered so, to which the neurons
    responded with ``spikes`` (classes, neurons)."""
    return state | {
        "block.right": state["block.right"] + right,
        "block.samples": state["block.samples"] + np.bincount(labels, minlength=len(spikes)),
        "block.spikes": state["block.spikes"] + spikes,
    }


def end(state: State, block: int, settings: Any, supervised: bool) -> State:
    """What happens after the block number ``block``: weights normalised, inputs dropped, labels."""
    samples, weights, prune = state["block.samples"], state["weights"], settings.prune
    accuracies = state["accuracies"].copy()
    accuracies[block] = state["block.right"][0] / max(samples.sum(), 1)
    means = pruning.recent(state["means"], abs(weights), prune["memory"] if block else 0)
    active = state["active"]
    if prune["inputs"]:
        active = active & pruning.active_inputs(means, prune["inputs"])
        weights = pruning.pruned(weights, active)
    if not supervised:
        to = settings.normalize_to * (len(weights) if settings.normalize == "sum" else 1)
        weights = normalized(weights, settings.normalize, to).astype(np.float32)
    return state | {
        "weights": weights,
        "labels": state["labels"] if supervised else assign_counts(state["block.spikes"], samples),
        "accuracies": accuracies,
        "means": means,
        "active": active,
        **{name: np.zeros_like(state[name]) for name in state if name.startswith("block.")},
    }


def rate_factor(state: State, block: int, adapt: dict[str, Any]) -> float:
    """What learning rates are multiplied by in ``block``, by the accuracies of the blocks before."""
    if not adapt["patience"]:
        return 1.0
    return schedule.adapted(state["accuracies"][:block].tolist(), adapt["patience"], adapt["factor"])
