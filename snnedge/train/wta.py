"""Training by the recipe `wta` (docs/training.md): STDP under winner-takes-all, in Brian2.

``train`` learns without labels, labels the neurons by their responses to training images, goes on with
reward-modulated STDP if asked to, and returns the network. It can be killed at any time and resumed.
"""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..data import Dataset
from ..network import Network
from ..progress import Progress
from . import build, checkpoint
from .answers import assign, decide
from .checkpoint import Checkpoint
from .plan import plan
from .settings import Settings, Stage
from .simulator import CAPACITY, Response, Simulator, State, integer_rates
from .task import Task

LABELLING_IMAGES = 10_000  # training images that label the neurons
CHUNKS = 10  # a short training has at least so many checkpoints


@dataclass(frozen=True)
class Trained:
    """``network``; seconds of training and labelling, summed over resumed parts; seconds of compiling
    in this call; share of right answers on the validation images, if there were any."""

    network: Network
    train_seconds: float
    compile_seconds: float
    accuracy_validation: float | None


def train(
    data: Dataset,
    settings: Settings,
    output: Path,
    *,
    validation: Dataset | None = None,
    every: int | None = None,
    resume: bool = False,
) -> Trained:
    """Train on ``data``, with a checkpoint beside ``output`` after each ``every`` <= CAPACITY samples.

    ``resume`` goes on from the checkpoint, if there is one; the result is the same to the bit. The
    caller removes the checkpoint. Raises ``InputError`` when it belongs to another training, and for a
    network that could not be written in the end.
    """
    task, path, origin = Task(data, settings), checkpoint.place(output), describe(data, settings)
    at = (checkpoint.load(path, task, origin) if resume else None) or _beginning(task, output)
    with Simulator(task.encoder.size, settings.neurons, settings.steps) as simulator:
        run = _Run(simulator, task)
        with Progress(settings.samples, "train", done=at.position) as bar:
            for reached, note in run.go_on(at, every or default_every(settings)):
                checkpoint.save(path, reached, origin)
                bar.advance(reached.position - at.position, note)
                at = reached
        at = run.finish(at)
        accuracy = run.accuracy(at.state, validation) if validation else None
    network = task.network(at.state, origin)
    return Trained(network, at.seconds, simulator.compile_seconds, accuracy)


def describe(data: Dataset, settings: Settings) -> dict[str, Any]:
    """All that the trained network depends on, as plain values: its provenance. Raises ``ToolError``."""
    images = hashlib.blake2b(data.images.tobytes(), digest_size=8)
    images.update(data.labels.tobytes())
    return {
        "recipe": "wta",
        "data": data.name,
        "images": len(data),
        "images_hash": images.hexdigest(),
        "supervised": settings.supervised,
        **settings.as_dict(),
        "brian2": build.version(),
        "numpy": np.__version__,
    }


def default_every(settings: Settings) -> int:
    """Samples from one checkpoint to the next."""
    return min(CAPACITY, -(-settings.samples // CHUNKS))


def _beginning(task: Task, output: Path) -> Checkpoint:
    state = task.beginning()
    task.check(state, output)
    return Checkpoint(0, 0.0, state)


class _Run:
    """A training in a compiled network."""

    def __init__(self, simulator: Simulator, task: Task) -> None:
        self.simulator, self.task = simulator, task
        self.data, self.settings = task.data, task.settings
        self.plan = plan(task.settings, len(task.data))

    def go_on(self, at: Checkpoint, every: int) -> Iterator[tuple[Checkpoint, str]]:
        """All states after ``at``, ``every`` samples apart, each with a note on how it goes."""
        first = 0
        for stage in self.settings.stages:
            last = first + stage.samples
            if at.position == first:
                at = self._enter(stage, at)
            while at.position < last:
                at, note = self._advance(at, min(at.position + every, last), stage)
                yield at, note
            first = last

    def finish(self, at: Checkpoint) -> Checkpoint:
        """Label the neurons, unless labels were fixed before the supervised stage."""
        return at if self.settings.supervised else self._labelled(at)

    def accuracy(self, state: State, data: Dataset) -> float:
        """Share of right answers on ``data``."""
        response = self.simulator.respond(state, self.task.encoder, data.images)
        answers, _ = decide(response, self.task.readout(state.labels))
        return float((answers == data.labels).mean())

    def _enter(self, stage: Stage, at: Checkpoint) -> Checkpoint:
        if stage.supervised:
            at = self._labelled(at)
        if stage.equal_thresholds:
            level = np.full_like(at.state.thresholds, at.state.thresholds.mean())
            at = replace(at, state=replace(at.state, thresholds=level))
        return at

    def _advance(self, at: Checkpoint, end: int, stage: Stage) -> tuple[Checkpoint, str]:
        start = time.perf_counter()
        part = slice(at.position, end)
        seen = self.data.take(self.plan.order[part])
        rates = integer_rates(self.task.encoder, self.settings.steps, seen.images)
        chunk = self.plan.chunk(part, rates, seen.labels)
        response, state = self.simulator.run(at.state, chunk)
        note = self._note(at.state, response, seen.labels)
        if not stage.supervised:  # labels of this chunk tell the accuracy of the next
            state = replace(state, labels=self._assign(response, seen.labels))
        return Checkpoint(end, at.seconds + time.perf_counter() - start, state), note

    def _note(self, before: State, response: Response, labels: np.ndarray) -> str:
        if not (before.labels >= 0).any():
            return ""
        answers, _ = decide(response, self.task.readout(before.labels))
        return f"accuracy {(answers == labels).mean():.1%}"

    def _labelled(self, at: Checkpoint) -> Checkpoint:
        start = time.perf_counter()
        sample = self.data.take(slice(LABELLING_IMAGES))
        response = self.simulator.respond(at.state, self.task.encoder, sample.images)
        state = replace(at.state, labels=self._assign(response, sample.labels))
        return Checkpoint(at.position, at.seconds + time.perf_counter() - start, state)

    def _assign(self, response: Response, labels: np.ndarray) -> np.ndarray:
        return assign(response.winners, labels, self.settings.neurons, self.data.classes)
