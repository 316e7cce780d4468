"""Pictures of networks, each a file in ``plots/pictures/``: their subject, and their files.

The docstring of a picture module begins with "Title: caption.". ``NEEDS`` lists the fields of ``Subject``
that it requires. ``obstacle(subject)`` returns why it cannot be drawn of this network, or "".
``draw(figure, subject)`` draws it. matplotlib is imported for drawing only; its global settings are
unchanged.
"""

import textwrap
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..data import Dataset
from ..errors import InputError, ToolError
from ..model.integer_model import IntegerModel
from ..model.integers import INT16_MAX
from ..model.network import Graph
from ..model.outcome import Outcome, Trace
from ..runtime.runtime import Runtime
from ..support import plugins
from ..support.files import has_mark, refuse_foreign_file, replacing, unwritable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg")
STYLE = Path(__file__).with_name("style.mplstyle")
MARK = "snnedge plot"  # in every file that snnedge draws; others are not overwritten
HEAD = 4096  # bytes of a file that contain the mark
LETTERS_PER_INCH = 20  # of the caption
REDRAW_SECONDS = 5.0  # between two pictures of a training, or
REDRAW_RATIO = 10  # times the drawing time, if that is longer
ABSENT = {
    "run": "needs labelled samples: give --dataset digits|mnist|PATH",
    "history": "needs the history of a training: snnedge train --plots DIR draws it",
}


@dataclass(frozen=True)
class Run:
    """The integer ``model``, labelled ``data`` to run it on, and the ``sample`` that is shown in detail."""

    model: IntegerModel
    data: Dataset
    sample: int = 0

    @property
    def image(self) -> np.ndarray:
        """The sample, uint8 (height, width)."""
        return np.asarray(self.data.images[self.sample])

    @cached_property
    def outcome(self) -> Outcome:
        """Answers to all of the data."""
        return Runtime(self.model).run(self.data.images)

    @property
    def answer(self) -> int:
        """The label that the sample got, or ``UNDECIDED``."""
        return int(self.outcome.labels[self.sample])

    @property
    def decided(self) -> int:
        """Steps after which the sample ended."""
        return int(self.outcome.steps[self.sample])

    def trace(self, name: str) -> Trace:
        """Return spikes and membranes (steps, size) of a population, or "input", for the sample.

        They include all steps, also those after the decision.
        """
        return self._trace(self._to_the_end, name)

    def unfired(self) -> Trace:
        """Return the trace of the readout population when it cannot fire.

        Its membranes are those of the model up to the first spike. In the step of that spike they are the
        values that are compared with the thresholds.
        """
        name = self.model.readout.population
        unreachable = [
            replace(p, params={**p.params, "threshold": np.full(p.size, INT16_MAX, np.int16)})
            if p.name == name
            else p
            for p in self.model.populations
        ]
        return self._trace(Runtime(replace(self._to_the_end.model, populations=tuple(unreachable))), name)

    @cached_property
    def _to_the_end(self) -> Runtime:
        return Runtime(replace(self.model, readout=replace(self.model.readout, exit_margin=0)))

    def _trace(self, runtime: Runtime, name: str) -> Trace:
        trace = runtime.trace(self.image, name)
        membrane = trace.membrane[0] if len(trace.membrane) else trace.membrane
        return replace(trace, spikes=trace.spikes[0], membrane=membrane)


@dataclass(frozen=True)
class Subject:
    """The subject of pictures. ``graph``: the network with the weights and thresholds.

    ``history``: of a training, see ``train.checkpoint.Checkpoint``.
    """

    graph: Graph
    run: Run | None = None
    history: np.ndarray | None = None


def obstacle(name: str, subject: Subject) -> str:
    """Return why the picture ``name`` cannot be drawn of ``subject``, "" if it can."""
    module = plugins.load("plots", name)
    missing = [ABSENT[field] for field in module.NEEDS if getattr(subject, field) is None]
    return missing[0] if missing else str(module.obstacle(subject))


def caption(name: str, subject: Subject) -> str:
    """Return the picture's caption, with the identity of the network."""
    module = plugins.load("plots", name)
    _, _, text = _headline(name).partition(": ")
    whose = subject.run.model if "run" in module.NEEDS and subject.run else subject.graph
    return f"{text[:1].upper()}{text[1:]} {_identity(whose, subject.graph)}"


def write(
    subject: Subject, folder: Path, names: Iterable[str], suffix: str = "png", option: str = "-o"
) -> dict[str, Path]:
    """Draw the pictures ``names`` into ``folder``; return their files by name.

    ``option``: the option that named the folder. Raises ``InputError`` for a path that cannot be written
    or holds a file of others, ``ToolError`` without matplotlib.
    """
    files = {name: folder / f"{name}.{suffix}" for name in names}
    for file in files.values():
        _refuse_foreign(file, option)
    with style():
        figures = {name: picture(name, subject) for name in files}
        _make(folder, option)
        for name, file in files.items():
            _save(figures[name], file, caption(name, subject))
    return files


def drawable(subject: Subject) -> list[str]:
    """Return the names of the pictures that can be drawn of ``subject``."""
    return [name for name in plugins.names("plots") if not obstacle(name, subject)]


class Live:
    """The pictures of a training in ``folder``, redrawn seldom enough to cost little time.

    Creating it raises the errors that drawing would raise: ``ToolError`` without matplotlib, ``InputError``
    for a folder that cannot be written or holds a file of others.
    """

    def __init__(self, folder: Path, option: str = "--plots") -> None:
        self.folder, self.option, self._next = folder, option, 0.0
        with style():
            _make(folder, option)
        for name in plugins.names("plots"):
            _refuse_foreign(folder / f"{name}.png", option)

    def refresh(self, subject: Subject) -> None:
        """Draw ``subject``, unless it has just been drawn."""
        start = time.monotonic()
        if start >= self._next:
            self.draw(subject)
            now = time.monotonic()
            self._next = now + max(REDRAW_SECONDS, REDRAW_RATIO * (now - start))

    def draw(self, subject: Subject) -> None:
        """Draw all that can be drawn of ``subject``."""
        write(subject, self.folder, drawable(subject), option=self.option)


@contextmanager
def style() -> Iterator[None]:
    """Set matplotlib to the style of snnedge, without the user's settings, for the length of a block."""
    try:
        import matplotlib
    except ImportError as error:
        raise ToolError("pictures need matplotlib; pip install 'snnedge[plot]'") from error
    ours = dict(matplotlib.rc_params_from_file(STYLE, use_default_template=True))
    ours.pop("backend", None)  # not used: no window is opened
    with matplotlib.rc_context(ours):
        yield


def picture(name: str, subject: Subject) -> "Figure":
    """Draw the picture ``name``; call this within ``style()``."""
    from matplotlib.figure import Figure

    figure = Figure()
    plugins.load("plots", name).draw(figure, subject)
    title, _, _ = _headline(name).partition(": ")
    figure.suptitle(title, x=0.012, ha="left")
    width = round(figure.get_figwidth() * LETTERS_PER_INCH)
    text = textwrap.fill(caption(name, subject), width)
    figure.supxlabel(text, x=0.012, ha="left", fontsize=6.5, color="0.4")
    return figure


def _headline(name: str) -> str:
    return (plugins.load("plots", name).__doc__ or "").partition("\n")[0]


def _identity(whose: Graph, given: Graph) -> str:
    if not isinstance(whose, IntegerModel):
        return f"Network {whose.name}, weights in floats as trained."
    origin = "" if whose is given else " that the network was quantised to"
    return f"Model {whose.name}, {whose.hash_text}: the {whose.bits}-bit integers{origin}."


def _refuse_foreign(file: Path, option: str) -> None:
    problem = f" and was not drawn by snnedge: choose another {option}"
    refuse_foreign_file(file, lambda found: has_mark(found, MARK, HEAD), problem)


def _make(folder: Path, option: str) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file, not a folder: choose another {option}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error


def _save(figure: "Figure", file: Path, text: str) -> None:
    """Write ``figure`` without a date, so that the same picture has the same bytes."""
    png = {"Software": MARK, "Description": text}
    svg = {"Creator": MARK, "Description": text, "Date": None}
    suffix = file.suffix[1:]
    with replacing(file) as scratch:
        figure.savefig(scratch, format=suffix, dpi=figure.dpi, metadata=svg if suffix == "svg" else png)
