"""Train a spiking network in Brian2 and write it to a model.pkl."""

import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from .. import data as data_sets
from ..compiler.quantize import quantize
from ..data import Dataset
from ..errors import InputError
from ..frontends import pkl
from ..measure.machine import peak_memory_mb
from ..model.network import Network
from ..support import lock, plugins
from ..support.files import unwritable
from .models import File
from .result import HIDDEN, Result
from .samples import Samples

if TYPE_CHECKING:
    from ..plots.figure import Live
    from ..train.checkpoint import Checkpoint
    from ..train.loop import Observer, Trained
    from ..train.recipe import Recipe, Report, Settings


@dataclass(frozen=True, eq=False, repr=False)
class TrainResult(Result):
    """The trained ``network``, written to ``model``.

    ``neurons``: of the readout. ``samples``: presentations, in parts ``presentations``. Seconds of
    training and of compiling; ``peak_memory_mb``: MiB. ``accuracy_validation``: share of right labels
    on ``validation_images``, None without any. ``supervised``: whether labels decided more than the
    label of each neuron. ``unassigned``: readout neurons without a label.
    """

    model: Path
    preset: str
    neurons: int
    samples: int
    presentations: Mapping[str, int]
    train_seconds: float
    ms_per_sample: float
    compile_seconds: float
    peak_memory_mb: int
    accuracy_validation: float | None
    validation_images: int
    supervised: bool
    unassigned: int
    network: Annotated[Network, HIDDEN]


@dataclass(frozen=True)
class Plan:
    """The course of a training, besides the constants of a preset.

    ``validation``: share of the images to hold out, 0 to 1; ``patience``: stop after so many of 20
    checks without a gain, 0 for never. ``memory``: "auto" or GB, as a text; None for whatever it takes.
    ``checkpoint_every``: presentations between checkpoints at most. ``resume``: go on from the
    checkpoint beside the output, if there is one. ``plots``: a folder of pictures that are kept up to
    date.
    """

    validation: float = 0
    patience: int = 0
    memory: str | None = None
    checkpoint_every: int | None = None
    resume: bool = False
    plots: File | None = None

    def check(self) -> None:
        """Raise ``InputError`` for values that are out of range or do not go together."""
        if self.checkpoint_every is not None and self.checkpoint_every < 1:
            raise InputError(f"--checkpoint-every {self.checkpoint_every}: give 1 or more")
        if self.plots == "":
            raise InputError("--plots '': give a folder for the pictures, or leave it out")
        if self.patience < 0:
            raise InputError(f"--patience {self.patience}: give 0 or more")
        if self.patience and not self.validation:
            raise InputError(f"--patience {self.patience}: give --validation 0.2 too, images to check with")


def train(
    data: Dataset | Samples | File,
    output: File = "model.pkl",
    *,
    preset: str | None = None,
    constants: Mapping[str, Any] | None = None,
    plan: Plan | None = None,
) -> TrainResult:
    """Train a network on ``data`` in Brian2 and write it to ``output``, a model.pkl.

    ``data``: labelled images, or the name of a data set, of which the training images are taken.
    ``preset``: the name of a file in train/presets/; None for the one of the data set, else wta.
    ``constants``: new values for keys of that file, as ``--set`` takes them. A dot leads into a table:
    ``{"epochs": 2, "rise.value": [1, 4, 8]}``. Other keys keep their values.
    Raises ``InputError``; ``ToolError`` without Brian2 or a compiler.

        api.train("digits", "digits.pkl", constants={"neurons": 100, "epochs": 2}).accuracy_validation
    """
    plan, path = plan or Plan(), Path(output).absolute()
    _try_to_write(path)
    plan.check()
    live = _live(plan)
    whole = _images(data)
    course = _course(whole, preset, constants or {}, plan)
    with _alone(path):
        trained = _trained(course, path, plan, live)
        pkl.write(trained.network, path)
        _remove_checkpoint(path)
    if live:
        _draw_result(live, trained, course.held)
    return _result(path, course, trained)


@dataclass(frozen=True)
class Course:
    """A training that is prepared: ``constants`` of ``preset``, and the images ``held`` out of it."""

    preset: str
    constants: Mapping[str, Any]
    settings: "Settings"
    origin: dict[str, Any]
    recipe: "Recipe"
    held: Dataset


def _images(data: Dataset | Samples | File) -> Dataset:
    if isinstance(data, Dataset):
        return data
    chosen = data if isinstance(data, Samples) else Samples(str(data))
    if chosen.name is None:
        raise InputError("data: name a data set to train on: digits, mnist, or a folder of IDX files")
    return data_sets.load(chosen.name, "train", chosen.folder, chosen.count)


def _course(whole: Dataset, preset: str | None, changes: Mapping[str, Any], plan: Plan) -> Course:
    from ..train import chunk_size, loop
    from ..train import preset as presets

    name = preset or presets.default(whole.name)
    recipe_name = presets.recipe(name)
    constants = presets.load(name, whole.name, changes)
    _warn_of_absent_classes(whole)
    seen, held = data_sets.split(whole, plan.validation, constants["seed"])
    recipe = plugins.load("recipes", recipe_name)
    settings = recipe.choose(constants, seen)
    origin = loop.describe(name, recipe_name, seen, settings, plan.patience)
    prepared = recipe.prepare(seen, settings)
    if plan.memory:
        prepared.fit(chunk_size.limit(plan.memory))
    return Course(name, constants, settings, origin, prepared, held)


def _warn_of_absent_classes(dataset: Dataset) -> None:
    """Warn of classes without an image, for which neurons are reserved all the same."""
    absent = sorted(set(range(dataset.classes)) - set(dataset.labels.tolist()))
    if absent:
        listed = ", ".join(map(str, absent[:10])) + (", ..." if len(absent) > 10 else "")
        text = "data set %s: no training image of %d of %d classes (%s); their neurons learn nothing"
        logging.getLogger("snnedge").warning(text, dataset.name, len(absent), dataset.classes, listed)


def _trained(course: Course, output: Path, plan: Plan, live: "Live | None") -> "Trained":
    from ..train import loop

    return loop.train(
        course.recipe,
        course.origin,
        output,
        validation=course.held if len(course.held) else None,
        patience=plan.patience,
        every=plan.checkpoint_every,
        resume=plan.resume,
        constants=course.constants,
        observers=[_painter(live, course.recipe)] if live else [],
    )


def _remove_checkpoint(output: Path) -> None:
    from ..train import checkpoint

    checkpoint.path_of(output).unlink(missing_ok=True)


def _result(output: Path, course: Course, trained: "Trained") -> TrainResult:
    network = trained.network
    return TrainResult(
        model=output,
        preset=course.preset,
        neurons=network.populations[-1].size,
        samples=trained.samples,
        presentations=presentations(course.settings.parts, trained.samples),
        train_seconds=round(trained.train_seconds, 3),
        ms_per_sample=round(1000 * trained.train_seconds / trained.samples, 4),
        compile_seconds=round(trained.compile_seconds, 3),
        peak_memory_mb=round(peak_memory_mb()),
        accuracy_validation=trained.accuracy_validation,
        validation_images=len(course.held),
        supervised=course.settings.supervised,
        unassigned=int((network.readout.labels < 0).sum()),
        network=network,
    )


def presentations(parts: Mapping[str, int], done: int) -> dict[str, int]:
    """Return how many of ``done`` presentations went to each of ``parts``: early stopping skips
    some."""
    found = {}
    for name, count in parts.items():
        found[name] = min(count, done)
        done -= found[name]
    return found


def _live(plan: Plan) -> "Live | None":
    if plan.plots is None:
        return None
    from ..plots.figure import Live

    return Live(Path(plan.plots))


def _painter(live: "Live", recipe: "Recipe") -> "Observer":
    """Return an observer that draws the network of each chunk."""
    from ..plots.figure import Subject

    def observe(at: "Checkpoint", _: "Report") -> None:
        live.refresh(Subject(recipe.network(at.state, {}), history=at.history))

    return observe


def _draw_result(live: "Live", trained: "Trained", held: Dataset) -> None:
    """Draw the trained network, and its integers on the images held out, if there are any."""
    from ..plots.figure import Run, Subject

    run = Run(quantize(trained.network), held) if len(held) else None
    live.draw(Subject(trained.network, run, trained.history))


@contextmanager
def _alone(output: Path) -> Iterator[None]:
    """Lock ``output``: two trainings would remove each other's checkpoint. Raises ``InputError``."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with lock.owned(output.with_name(output.name + ".lock"), "another training"):
        yield


def _try_to_write(output: Path) -> None:
    """Raise ``InputError`` now rather than after the training."""
    try:
        if output.is_dir():
            raise IsADirectoryError(21, "is a folder")
        with tempfile.TemporaryFile(dir=next(folder for folder in output.parents if folder.exists())):
            pass
    except OSError as error:
        raise unwritable(output, error) from error
