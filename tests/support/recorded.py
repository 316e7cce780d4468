"""Spikes of Brian2 and of the peers in tests/recorded/, written by tools/record.

The fast lane compares them as the live tests compare what they have just run.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import peers
import replays

from snnedge.backends import brian2 as brian2_backend
from snnedge.model.outcome import Outcome
from snnedge.support import plugins

FOLDER = Path(__file__).parents[1] / "recorded"
Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Recording:
    """``run`` makes the arrays, ``holds`` compares them, ``packages`` are needed to run."""

    packages: tuple[str, ...]
    install: str
    run: Callable[[], Arrays]
    holds: Callable[[Arrays], bool]


def in_brian2(case: Callable[[], replays.Case]) -> Recording:
    """Return the recording of the outcome of ``case`` in Brian2."""

    def run() -> Arrays:
        network, images = case()
        return asdict(brian2_backend.open(network).run(images))

    def holds(arrays: Arrays) -> bool:
        return arrays["spike_counts"].any() and replays.differing(Outcome(**arrays), *case()) == 0

    return Recording(("brian2",), "pip install 'snnedge[train]'", run, holds)


def of_wta(peer: str) -> Recording:
    """Return the recording of the spike counts and answers of ``peer`` for winner-take-all."""
    task = peers.wta
    return _of(
        peer, task, lambda arrays: peers.fires_as_the_model(arrays["counts"], arrays["answers"], task())
    )


def of_conductances(peer: str) -> Recording:
    """Return the recording of the spike counts of ``peer`` for the network of Diehl & Cook."""
    return _of(
        peer, peers.conductances, lambda a: peers.has_the_conductances(a["counts"], peers.conductances())
    )


def _of(peer: str, task: Callable[[], peers.Task], holds: Callable[[Arrays], bool]) -> Recording:
    module = plugins.load("peers", peer)
    return Recording(module.PACKAGES, module.INSTALL, partial(_answers, peer, task), holds)


def _answers(peer: str, task: Callable[[], peers.Task]) -> Arrays:
    given = task()
    everything = slice(0, len(given.images))
    with closing(plugins.load("peers", peer).open(given)) as contender:
        return {"answers": contender.answer(everything), "counts": contender.counts(everything)}


RECORDINGS = {
    **{
        f"{case.__name__}-brian2": in_brian2(case)
        for case in (replays.wta, replays.conv_wta, replays.conductance)
    },
    **{f"peer-{name}-wta": of_wta(name) for name in peers.SAME if name != "numpy"},
    **{f"peer-{name}-conductance": of_conductances(name) for name in peers.WITH_CONDUCTANCES},
}


def path(name: str) -> Path:
    """Return the file of the recording ``name``."""
    return FOLDER / f"{name}.npz"


def read(name: str) -> Arrays:
    """Return the arrays of the recording ``name``."""
    with np.load(path(name)) as file:
        return {key: file[key] for key in file.files if key != "versions"}


def record(names: Iterable[str]) -> dict[str, str]:
    """Write recordings; return what was done with each of ``names``."""
    return {name: _record(name, RECORDINGS[name]) for name in names}


def _record(name: str, recording: Recording) -> str:
    versions = _versions(recording.packages)
    if not versions:
        return f"left as it is: {recording.install}"
    arrays = recording.run()
    assert recording.holds(arrays), f"{name}: what was recorded differs from the reference"
    np.savez_compressed(path(name), **arrays, versions=np.array(str(versions)))
    return f"recorded with {versions}"


def _versions(packages: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of ``packages``; nothing unless all are installed."""
    try:
        return {package: version(package) for package in packages}
    except PackageNotFoundError:
        return {}
