"""The decision in ONNX (integer-contract.md, "Decision"). Its state has one row per sample."""

import numpy as np

from ...model.limits import MAX_VOTES
from ...model.network import UNDECIDED, Readout
from .tensor import BOOL, INT32, State, Tensor


def initial(readout: Readout, zero: Tensor) -> State:
    """Return the state before the first step, made from ``zero``, int32 (n, 1).

    ``running``: bool, true until the decision. All else is int32; ``votes`` (n, classes), others (n, 1).
    """
    return {
        "running": zero.equals(0),
        "votes": zero.expand(1, readout.classes),
        "leading": zero + UNDECIDED,
        **dict.fromkeys(("steps", "input_spikes", "saturations"), zero),
    }


def advance(readout: Readout, state: State, arrived: Tensor, spikes: Tensor, events: list[Tensor]) -> None:
    """Count a step of the samples that are not decided.

    ``arrived``: input spikes, bool (n, inputs). ``spikes``: of the readout, bool (n, size), none after the
    decision. ``events``: saturations, int32 (n, 1) each.
    """
    counts = state["running"].to(INT32)
    state["steps"] = state["steps"] + counts
    state["input_spikes"] = state["input_spikes"] + counts * arrived.to(INT32).sum(1)
    for event in events:
        state["saturations"] = state["saturations"] + counts * event
    _vote(readout, state, spikes)
    if readout.exit_margin:
        state["running"] = state["running"] & ~(_lead(readout, state) >= readout.exit_margin)


def goes_on(readout: Readout, state: State) -> Tensor:
    """Return whether any sample is not decided: bool, shape ()."""
    if not readout.exit_margin:
        return state["running"].graph.constant(True, BOOL)
    return (state["running"].to(INT32).sum(0) > 0).reshape()


def _vote(readout: Readout, state: State, spikes: Tensor) -> None:
    """Count the votes of a step and update the leading class.

    Neurons are in the order of their classes. The votes of a class are the spikes ``so_far`` at its end,
    less those at its beginning.
    """
    assigned = np.flatnonzero(readout.labels >= 0)
    if not len(assigned):
        return
    order = assigned[np.argsort(readout.labels[assigned], kind="stable")]
    labels = readout.labels[order]
    edges = np.searchsorted(labels, np.arange(readout.classes + 1))
    fired = spikes.take(order, 1)
    so_far = fired.to(INT32).cumulated(1)
    counted = so_far.graph.concat(so_far.slice(0, 1, 1) * 0, so_far, axis=1)
    before = state["votes"] - counted.take(edges[:-1], 1)
    votes = (before + counted.take(edges[1:], 1)).minimum(MAX_VOTES)
    most = votes.max(1)
    reaches = fired & (before.take(labels, 1) + so_far).equals(most)
    first = reaches.where(order, len(readout.labels)).min(1)  # the neuron whose spike reaches `most`
    label = first.like(np.append(readout.labels, UNDECIDED)).take(first.reshape(-1), 0).reshape(-1, 1)
    state["leading"] = (most > state["votes"].max(1)).where(label, state["leading"])
    state["votes"] = votes


def _lead(readout: Readout, state: State) -> Tensor:
    """Return the votes of the leading class, less those of the next."""
    others = state["leading"].equals(np.arange(readout.classes)).where(0, state["votes"])
    return state["votes"].max(1) - others.max(1)


def answer(readout: Readout, state: State, distance: Tensor) -> Tensor:
    """Return the labels, int32 (n, 1). ``distance``: to threshold after the last step, int32 (n, size)."""
    assigned = np.flatnonzero(readout.labels >= 0)
    if not readout.nearest or not len(assigned):
        return state["leading"]
    nearest = distance.take(assigned, 1).argmax(1)
    label = distance.like(readout.labels[assigned]).take(nearest.reshape(-1), 0).reshape(-1, 1)
    silent = state["leading"].equals(UNDECIDED) & ~state["input_spikes"].equals(0)
    return silent.where(label, state["leading"])
