"""One sample in the network: input spikes, spikes and membranes; in the shade, what would have followed."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ...model.integers import INT16_MAX
from ...model.network import INPUT, Population, population
from .. import time_axis
from ..figure import Run, Subject
from ..labels import class_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

NEEDS = ("run",)
FOLLOWED = 3  # neurons whose membrane has a colour
LEGEND: dict[str, Any] = {"fontsize": 6.5, "borderpad": 0, "handlelength": 1.2, "columnspacing": 1.2}


def obstacle(subject: Subject) -> str:
    return ""


def draw(figure: "Figure", subject: Subject) -> None:
    run = subject.run
    assert run
    names = [*_raster(run), *(p.name for p in run.model.populations)]
    figure.set_size_inches(7.2, 1.2 + 1.5 * max(len(names), 2))
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=(1, 3.6))[0]
    _draw_images(left, run)
    panels = np.atleast_1d(right.subplots(len(names), sharex=True))
    for axes, name in zip(panels, names, strict=True):
        if name == INPUT or _has_no_membrane(run, name):
            _draw_spikes(axes, run, name)
        else:
            _draw_membranes(axes, run, population(run.model, name))
        time_axis.finish(axes, run, run.model.steps)
        time_axis.mark(axes, run.decided, "decision", run.model.steps)
        axes.label_outer()


def _has_no_membrane(run: Run, name: str) -> bool:
    return population(run.model, name).kind.scans_map


def _raster(run: Run) -> list[str]:
    """Return the input, unless it spikes in one step only: then its image shows all spikes."""
    return [INPUT] if run.trace(INPUT).spikes.any(axis=1).sum() > 1 else []


def _draw_images(figure: "SubFigure", run: Run) -> None:
    spikes = run.trace(INPUT).spikes[: run.decided].sum(axis=0)
    above, below = figure.subplots(2)
    above.imshow(np.atleast_2d(run.image), cmap="gray", vmin=0, vmax=255)
    true = class_words(int(run.data.labels[run.sample]), run.model.readout.class_names)
    above.set_title(f"Sample {run.sample}: {true}", parse_math=False)
    below.imshow(spikes.reshape(np.atleast_2d(run.image).shape))
    below.set_title(f"{spikes.sum()} spikes (0 to {spikes.max()})\nby the decision")
    for axes in (above, below):
        axes.set(xticks=[], yticks=[], anchor="NW")
        axes.spines[:].set_visible(False)


def _draw_spikes(axes: "Axes", run: Run, name: str) -> None:
    spikes = run.trace(name).spikes
    step, source = np.nonzero(spikes)
    axes.plot(step + 1, source, "|", markersize=2.5, markeredgewidth=0.6, color="0.2")
    axes.set_ylim(spikes.shape[1], -1)  # the first pixel at the top, as in the image
    axes.set(title=f"Spikes of {name}: {len(step)}", ylabel="Pixel" if name == INPUT else "Neuron")


def _draw_membranes(axes: "Axes", run: Run, p: Population) -> None:
    from matplotlib.collections import LineCollection

    trace, threshold = run.trace(p.name), p.params["threshold"]
    steps = np.arange(1, len(trace.membrane) + 1)
    lines = [np.column_stack([steps, v]) for v in trace.membrane.T]
    axes.add_collection(LineCollection(lines, colors="0.8", linewidths=0.5))
    for k, neuron in enumerate(followed(run, p)):
        look: dict[str, Any] = {"color": f"C{k}", "zorder": 4 - 0.1 * k}
        axes.plot(steps, trace.membrane[:, neuron], label=_name(run, p, neuron), **look)
        fired = np.flatnonzero(trace.spikes[:, neuron])
        axes.plot(fired + 1, np.full(len(fired), threshold[neuron]), "^", markersize=4, **look)
        if threshold[neuron] < INT16_MAX:
            axes.axhline(threshold[neuron], linestyle="--", linewidth=0.8, **look)
    legend = axes.legend(loc="lower right", bbox_to_anchor=(1, 0.99), ncols=FOLLOWED, **LEGEND)
    legend.set_in_layout(False)
    for text in legend.get_texts():
        text.set_parse_math(False)  # the name of a class may have dollars
    axes.set(title=f"Membranes of {p.name}", ylabel="Membrane (integer)")


def followed(run: Run, p: Population) -> list[int]:
    """Return the neurons that fire most by the decision; on ties, those nearest to their threshold."""
    trace = run.trace(p.name)
    fired = trace.spikes[: run.decided].sum(axis=0)
    nearest = (trace.membrane[: run.decided] - p.params["threshold"].astype(int)).max(axis=0)
    return [int(k) for k in np.lexsort((-nearest, -fired))[:FOLLOWED]]


def _name(run: Run, p: Population, neuron: int) -> str:
    readout = run.model.readout
    if p.name != readout.population:
        return f"neuron {neuron}"
    label = int(readout.labels[neuron])
    return f"neuron {neuron} ({class_words(label, readout.class_names)})"
