"""The time axis of pictures over the steps of one sample, with the step of its decision."""

from typing import TYPE_CHECKING

from .figure import Run
from .labels import class_name, class_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def sentence(run: Run) -> str:
    """Return a sentence on the sample and its answer."""
    names = run.model.readout.class_names
    true, answer = int(run.data.labels[run.sample]), run.answer
    what = f"Sample {run.sample} of {run.data.name}, {run.data.split}: {class_words(true, names)}"
    outcome = "undecided" if answer < 0 else f"answered {class_name(answer, names)}"
    return f"{what}, {outcome} after {run.decided} of {run.model.steps} steps"


def finish(axes: "Axes", run: Run, last: int) -> None:
    """Label the axis of steps 1..``last``."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(0.5, last + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    axes.set_xlabel(f"Time step ({run.model.dt * 1000:g} ms each)")


def mark(axes: "Axes", step: int, words: str, last: int) -> None:
    """Draw a line after ``step``, unless that is 0, and shade the steps that follow."""
    if not step:
        return
    axes.axvline(step + 0.5, color="0.2", linewidth=0.9, zorder=5)
    axes.axvspan(step + 0.5, last + 0.5, color="0.95", zorder=0)
    right = step > last / 2
    axes.annotate(
        words,
        (step + 0.5, 0.03),
        (-4 if right else 4, 0),
        xycoords=axes.get_xaxis_transform(),
        textcoords="offset points",
        ha="right" if right else "left",
        fontsize=6.5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
    )
