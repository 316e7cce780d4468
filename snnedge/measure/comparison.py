"""Comparison of programs on the same samples: in turns, on one pinned core, with the ratios of their times.

A peer is a file in ``peers/``. Its docstring begins with "name: what it is.". It has

- ``PACKAGES``: the distributions that it needs; ``INSTALL``: the command that installs them
- ``SPIKING``: it runs all steps of the model's own network, and is no other network for the same images
- ``BATCH``: it can answer many samples in one call
- ``obstacle(task)``: why it cannot run this network, or ""
- ``open(task)``: a ``Contender``
"""

import logging
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType
from typing import Any

import numpy as np

from ..errors import InputError, SnnedgeError, ToolError
from ..model.integer_model import IntegerModel
from ..runtime.runtime import Runtime
from ..support import plugins
from ..support.progress import Progress
from .contender import Contender, Task
from .latency import pinned

WARM_UP = 10  # samples of each turn that do not count, as other programs have filled the caches
log = logging.getLogger("snnedge")
OURS, ALL_STEPS = "snnedge", "snnedge, all steps"


class Ours(Contender):
    """The runtime of snnedge, from images to labels."""

    def __init__(self, model: IntegerModel, images: np.ndarray, level: str | None = None) -> None:
        self.runtime, self.images = Runtime(model, level), images

    def answer(self, part: slice) -> np.ndarray:
        return self.runtime.predict(self.images[part])


@dataclass(frozen=True)
class Entry:
    """A row of the table. ``against``: the entry whose times are the denominators of its ratios."""

    name: str
    contender: Contender
    what: str
    versions: dict[str, str]
    batch: bool
    against: str


def compare(task: Task, names: Collection[str], levels: Collection[str], repeat: int) -> dict[str, Any]:
    """Time the peers ``names`` and the SIMD ``levels`` beside snnedge: minima of ``repeat`` rounds.

    ``rows``: the measured ones; ``absent``: those that are not installed; ``unfit``: those that cannot run
    this network. Raises ``UnknownName``, and ``ToolError`` without threadpoolctl.
    """
    peers = {name: plugins.load("peers", name) for name in names}
    absent = {name: peer for name, peer in peers.items() if not versions(peer)}
    with ExitStack() as stack:
        core = stack.enter_context(pinned())  # before they open: a thread keeps the core of its creation
        stack.enter_context(one_thread())
        entries = _ours(task)
        all_steps = entries[-1].name
        entries += [_level(task, level, all_steps) for level in levels]
        installed = {name: peer for name, peer in peers.items() if name not in absent}
        opened, unfit = _open_all(installed, task, all_steps, stack)
        entries += opened
        rows = _rows(entries, task, _times(entries, len(task.images), repeat))
    return {
        "core": core,
        "samples": len(task.images),
        "repeat": repeat,
        "rows": rows,
        "absent": [{"name": name, "install": peer.INSTALL} for name, peer in absent.items()],
        "unfit": [{"name": name, "why": why} for name, why in unfit.items()],
    }


def _open_all(
    peers: Mapping[str, ModuleType], task: Task, all_steps: str, stack: ExitStack
) -> tuple[list[Entry], dict[str, str]]:
    """Open ``peers``, which ``stack`` closes; return them, and why the others cannot run the task."""
    entries: list[Entry] = []
    unfit: dict[str, str] = {}
    for name, peer in peers.items():
        try:
            log.info("opening %s", name)
            entries.append(_opened(name, peer, task, all_steps))
        except SnnedgeError as error:
            unfit[name] = " ".join(str(error).split())
        else:
            stack.callback(entries[-1].contender.close)
    return entries, unfit


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit libraries with thread pools to one thread, for the length of a block."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise ToolError("comparing needs threadpoolctl; pip install 'snnedge[bench]'") from error
    with threadpool_limits(1):
        yield


def versions(peer: ModuleType) -> dict[str, str]:
    """Return the versions of the peer's packages; empty when one is missing."""
    try:
        return {package: version(package) for package in peer.PACKAGES}
    except PackageNotFoundError:
        return {}


def _ours(task: Task) -> list[Entry]:
    """Return the entry of the model and, if it exits early, that of all steps, which spiking peers run."""
    own = {"snnedge": version("snnedge")}
    entries = [Entry(OURS, Ours(task.model, task.images), "the C core, encoder included", own, True, OURS)]
    if task.model.readout.exit_margin:
        whole = Ours(task.unhurried, task.images)
        entries.append(Entry(ALL_STEPS, whole, "the same without early exit", own, True, ALL_STEPS))
    return entries


def _level(task: Task, level: str, all_steps: str) -> Entry:
    ours, own = Ours(task.unhurried, task.images, level), {"snnedge": version("snnedge")}
    return Entry(f"snnedge, {level}", ours, f"all steps, SIMD level {level}", own, True, all_steps)


def _opened(name: str, peer: ModuleType, task: Task, all_steps: str) -> Entry:
    """Open the peer and answer one sample. Raises ``SnnedgeError`` when it cannot run the task."""
    if why := peer.obstacle(task):
        raise InputError(why)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # warnings of foreign libraries
            contender: Contender = peer.open(task)
            contender.answer(slice(0, 1))
    except SnnedgeError:
        raise
    except Exception as error:  # of a foreign library: the others are still measured
        raise ToolError(f"{type(error).__name__}: {error}") from error
    what = (peer.__doc__ or "").partition("\n")[0].rstrip(".").partition(": ")[2]
    against = all_steps if peer.SPIKING else OURS
    return Entry(name, contender, what, versions(peer), peer.BATCH, against)


def _times(entries: list[Entry], samples: int, repeat: int) -> np.ndarray:
    """Measure microseconds per sample, one by one and all at once (else nan), float64 (entries, 2).

    One by one: the mean over the samples of the best round of each. At once: the best round. The entries
    take turns, so that other load of the machine affects all of them.
    """
    rounds = np.empty((repeat, len(entries), 2, samples))
    with Progress(repeat * len(entries), "compare", "turns") as bar:
        for k, row in np.ndindex(repeat, len(entries)):
            rounds[k, row] = _turn(entries[row], samples)
            bar.advance(note=entries[row].name)
    return np.asarray(rounds.min(axis=0).mean(axis=2) * 1e6)


def _turn(entry: Entry, samples: int) -> np.ndarray:
    """Measure seconds per sample, one by one and all at once, float64 (2, samples).

    An entry without batches answers all samples in one call: the second row is nan.
    """
    parts, times = [slice(n, n + 1) for n in range(samples)], np.full((2, samples), np.nan)
    if not entry.batch:
        times[0] = _seconds(entry.contender, slice(0, samples)) / samples
        return times
    for part in parts[:WARM_UP]:
        entry.contender.answer(part)
    times[0] = [_seconds(entry.contender, part) for part in parts]
    times[1] = _seconds(entry.contender, slice(0, samples)) / samples
    return times


def _seconds(contender: Contender, part: slice) -> float:
    start = contender.clock()
    contender.answer(part)
    return contender.clock() - start


def _rows(entries: list[Entry], task: Task, times: np.ndarray) -> list[dict[str, Any]]:
    """Return the table.

    ``same_labels``: share of the samples with the model's label. ``accuracy``: on all test samples, of
    other networks; then also that of the model.
    """
    position = {entry.name: k for k, entry in enumerate(entries)}
    if any(entry.contender.accuracy is not None for entry in entries):
        entries[0].contender.accuracy = task.accuracy
    rows = []
    for entry, (single, batch) in zip(entries, times.tolist(), strict=True):
        against = position[entry.against]
        one, many = times[against].tolist()
        answers = [e.contender.answer(slice(0, len(task.images))) for e in (entry, entries[against])]
        rows.append(
            {
                "name": entry.name,
                "what": entry.what,
                "versions": entry.versions,
                "single_us": single,
                "batch_us": batch if entry.batch else None,
                "against": entry.against,
                "single_ratio": single / one,
                "batch_ratio": batch / many if entry.batch else None,
                "accuracy": entry.contender.accuracy,
                "same_labels": float((answers[0] == answers[1]).mean()),
                "note": entry.contender.note,
            }
        )
    return rows
