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
from ..network import INPUT, UNASSIGNED, Encoder, Network, Population, Projection, Readout
from ..progress import Progress
from . import build, checkpoint
from .answers import assign, decide
from .checkpoint import Checkpoint
from .plan import plan
from .settings import Settings, Stage
from .simulator import CAPACITY, Response, Simulator, State, integer_rates

LABELLING_IMAGES = 10_000  # training images that label the neurons
CHUNKS = 10  # a short training has at least so many checkpoints
DT = 1e-3  # seconds per step of the model
OUTPUT = "output"  # name of the population


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
    caller removes the checkpoint. Raises ``InputError`` when it belongs to another training.
    """
    path, origin = checkpoint.place(output), describe(data, settings)
    start = checkpoint.load(path, origin) if resume else None
    with Simulator(data.images[0].size, settings.neurons, settings.steps) as simulator:
        run = _Run(simulator, data, settings)
        at = start or run.beginning()
        with Progress(settings.samples, "train", done=at.position) as bar:
            for reached, note in run.go_on(at, every or default_every(settings)):
                checkpoint.save(path, reached, origin)
                bar.advance(reached.position - at.position, note)
                at = reached
        at = run.finish(at)
        accuracy = run.accuracy(at.state, validation) if validation else None
    network = run.network(at.state, origin)
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


class _Run:
    """A training in a compiled network."""

    def __init__(self, simulator: Simulator, data: Dataset, settings: Settings) -> None:
        self.simulator, self.data, self.settings = simulator, data, settings
        self.plan = plan(settings, len(data))
        self.encoder = Encoder(
            "error_diffusion",
            data.shape,
            {
                "spikes_per_sample": settings.spikes_per_sample,
                "max_rate": settings.max_rate,
                "seed": settings.seed % 65536,
            },
        )

    def beginning(self) -> Checkpoint:
        """The state before the first sample."""
        s, inputs = self.settings, self.encoder.size
        weights = np.random.default_rng([s.seed, 0]).random((inputs, s.neurons)) * s.initial_weight
        thresholds = np.full(s.neurons, s.initial_threshold)
        labels = np.full(s.neurons, UNASSIGNED, np.int32)
        return Checkpoint(0, 0.0, State(weights, thresholds, labels))

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
        response = self.simulator.respond(state, self.encoder, data.images)
        answers, _ = decide(response, self._readout(state.labels))
        return float((answers == data.labels).mean())

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """The trained network."""
        population = Population(OUTPUT, "if_wta", self.settings.neurons, {"threshold": state.thresholds})
        return Network(
            name=self.data.name,
            dt=DT,
            steps=self.settings.steps,
            encoder=self.encoder,
            populations=(population,),
            projections=(Projection(INPUT, OUTPUT, "dense", state.weights),),
            readout=self._readout(state.labels),
            provenance=provenance,
        )

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
        rates = integer_rates(self.encoder, self.settings.steps, seen.images)
        chunk = self.plan.chunk(part, rates, seen.labels)
        response, state = self.simulator.run(at.state, chunk)
        note = self._note(at.state, response, seen.labels)
        if not stage.supervised:  # labels of this chunk tell the accuracy of the next
            state = replace(state, labels=self._assign(response, seen.labels))
        return Checkpoint(end, at.seconds + time.perf_counter() - start, state), note

    def _note(self, before: State, response: Response, labels: np.ndarray) -> str:
        if not (before.labels >= 0).any():
            return ""
        answers, _ = decide(response, self._readout(before.labels))
        return f"accuracy {(answers == labels).mean():.1%}"

    def _labelled(self, at: Checkpoint) -> Checkpoint:
        start = time.perf_counter()
        sample = self.data.take(slice(LABELLING_IMAGES))
        response = self.simulator.respond(at.state, self.encoder, sample.images)
        state = replace(at.state, labels=self._assign(response, sample.labels))
        return Checkpoint(at.position, at.seconds + time.perf_counter() - start, state)

    def _assign(self, response: Response, labels: np.ndarray) -> np.ndarray:
        return assign(response.winners, labels, self.settings.neurons, self.data.classes)

    def _readout(self, labels: np.ndarray) -> Readout:
        margin = self.settings.exit_margin
        return Readout(OUTPUT, labels.astype(np.int16), self.data.classes, margin)
