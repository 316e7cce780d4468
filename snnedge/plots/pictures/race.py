"""Race to threshold: where the best neuron of each class stands; in the shade, as if nobody had fired."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ...model.integers import INT16_MAX
from ...model.network import population
from .. import time_axis
from ..figure import Run, Subject
from ..labels import apart, class_name, class_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEEDS = ("run",)
STEPS_AFTER = 0.2  # drawn after the first spike, as a share of the steps up to it
TEXT_LINES = 20  # that fit beside the axes


def obstacle(subject: Subject) -> str:
    assert subject.run
    p = population(subject.run.model, subject.run.model.readout.population)
    if "threshold" not in p.kind.arrays:
        return f"neurons of kind {p.kind} have no threshold"
    return ""


def draw(figure: "Figure", subject: Subject) -> None:
    run = subject.run
    assert run
    figure.set_size_inches(6.0, 3.9)
    axes = figure.subplots()
    first = first_spike(run)
    last = min(run.model.steps, round((first or run.model.steps) * (1 + STEPS_AFTER)) + 2)
    lines = {label: values[:last] for label, values in standings(run).items()}
    for label, values in lines.items():
        axes.plot(np.arange(1, last + 1), values, label=class_name(label), **_look(run, label))
    _write_classes(axes, run, lines)
    axes.axhline(0, color="0.3", linewidth=0.8, linestyle="--")
    what = "Membrane minus threshold" if reachable(run).any() else "Membrane (no threshold)"
    axes.set_ylabel(f"{what} (integer)")
    time_axis.finish(axes, run, last)
    time_axis.mark(axes, first, "first spike", last)
    axes.set_title(time_axis.sentence(run), parse_math=False)


def standings(run: Run) -> dict[int, np.ndarray]:
    """Return for each class the largest v - threshold of its neurons in each step, int (steps,).

    Neurons without a class form the class -1. A threshold that cannot be reached counts as 0. No spike has
    an effect.
    """
    readout = run.model.readout
    threshold = population(run.model, readout.population).params["threshold"].astype(int)
    ahead = run.unfired().membrane - np.where(reachable(run), threshold, 0)
    return {int(c): ahead[:, readout.labels == c].max(axis=1) for c in np.unique(readout.labels)}


def reachable(run: Run) -> np.ndarray:
    """Return which thresholds of the readout a membrane can cross, bool (size,)."""
    p = population(run.model, run.model.readout.population)
    return np.asarray(p.params["threshold"] < INT16_MAX)


def first_spike(run: Run) -> int:
    """Return the step, from 1, in which the readout first fires; 0 = never."""
    fires = run.trace(run.model.readout.population).spikes.any(axis=1)
    return int(fires.argmax()) + 1 if fires.any() else 0


def _look(run: Run, label: int) -> dict[str, Any]:
    if label == run.answer >= 0:
        return {"color": "C0", "linewidth": 2.0, "zorder": 4}
    if label == run.data.labels[run.sample]:
        return {"color": "C1", "linewidth": 2.0, "zorder": 3}
    return {"color": "0.65", "linewidth": 1.0, "zorder": 2}


def _write_classes(axes: "Axes", run: Run, lines: dict[int, np.ndarray]) -> None:
    """Write the names of classes beside the ends of their lines, as many as there is space for."""
    ends = {label: float(values[-1]) for label, values in lines.items()}
    roles = (run.answer, int(run.data.labels[run.sample]))
    named = sorted(ends, key=lambda label: (label not in roles, -ends[label]))[: TEXT_LINES - 2]
    low, high = axes.get_ylim()
    for label, height in zip(
        named, apart([ends[n] for n in named], (high - low) / TEXT_LINES), strict=True
    ):
        colour = _look(run, label)["color"]
        axes.annotate(
            _words(run, label),
            xy=(len(lines[label]), ends[label]),
            xytext=(1.03, height),
            textcoords=axes.get_yaxis_transform(),
            color=colour if label in roles else "0.35",
            va="center",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.6, "relpos": (0, 0.5)},
            annotation_clip=False,
            parse_math=False,
        )


def _words(run: Run, label: int) -> str:
    true = label == run.data.labels[run.sample]
    words = class_words(label, run.model.readout.class_names)
    if label == run.answer >= 0:
        return f"{words}: answer, " + ("right" if true else "wrong")
    return f"{words}: true" if true else words
