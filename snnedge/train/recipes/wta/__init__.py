"""`wta`: one layer, STDP under winner-takes-all, then rules that use labels (recipes.md)."""

from itertools import pairwise
from typing import Any, Self

import numpy as np

from ....data import Dataset
from ....data.contrast import enhanced
from ....model.network import Network
from ... import chunk_size, pruning
from ...neuron_labels import assign, count, decide
from ...recipe import Report, State
from ...rules.margin_race import simulator as race_simulator
from ..conv_wta.features import shifted
from . import block as wta_block
from . import simulator as wta_simulator
from .model import Task
from .plan import plan
from .replay import replay, replays
from .settings import Settings, Stage, choose
from .simulator import CAPACITY, Chunk, integer_rates

__all__ = ["Wta", "choose", "prepare", "replay", "replays"]

LABELLING_IMAGES = 10_000  # training images that label the neurons, at least
IMAGES_PER_NEURON = 20  # 1600 neurons: with six images each the labels cost some tenths of a percent
LEARNED = ("weights", "thresholds", "labels")


class Wta:
    """The training of ``settings`` on ``data``; see ``recipe.Recipe``."""

    def __init__(self, data: Dataset, settings: Settings) -> None:
        self.data, self.settings, self.task = data, settings, Task(data, settings)
        self.inputs, self.neurons, self.classes = self.task.encoder.size, settings.neurons, data.classes
        self.plan = plan(settings, len(data))
        self.ends = tuple(int(end) for end in np.cumsum([0, *(s.samples for s in settings.stages)]))
        self.stops = tuple(stop for part in pairwise(self.ends) for stop in _blocks(*part, settings.block))
        self.capacity, self.compile_seconds = CAPACITY, 0.0
        self._running: Any = None

    def fit(self, limit: int) -> None:
        """Let a chunk be as large as ``limit`` bytes allow."""
        synapses = self.inputs * self.neurons
        each = 5 * 8 * self.inputs + 3 * 4 * (self.neurons + self.settings.steps)
        self.capacity = chunk_size.capacity(limit, fixed=chunk_size.BRIAN2 + 50 * synapses, each=each)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._running:
            self._running.close()
        self._running = None

    def beginning(self) -> State:
        """Random weights, equal thresholds, no labels."""
        blocks = wta_block.beginning(len(self.stops), self.inputs, self.neurons, self.classes)
        return vars(self.task.beginning()) | blocks

    def advance(self, state: State, first: int, last: int) -> tuple[State, Report]:
        """Presentations ``first`` .. ``last - 1`` of the plan."""
        k = int(np.searchsorted(self.ends, first, side="right")) - 1
        stage, part = self.settings.stages[k], slice(first, last)
        if first == self.ends[k]:
            state = self._enter(stage, state)
        block = int(np.searchsorted(self.stops, first, side="right"))
        seen = self.data.take(self.plan.order[part])
        present = self._race if stage.rule == "margin" else self._compete
        learned, answers, winners = present(state, stage, part, seen, block)
        spikes = count(winners, seen.labels, self.neurons, self.classes)
        report = Report(
            accuracy=float((answers == seen.labels).mean()) if (state["labels"] >= 0).any() else None,
            wins=spikes.sum(axis=0),
            silent=float((winners < 0).all(axis=1).mean()),
        )
        right = int((answers == seen.labels).sum())
        after = wta_block.seen(state | learned, right, seen.labels, spikes)
        if last == self.stops[block]:
            after = wta_block.end(after, block, self.settings, stage.supervised)
        return after, report

    def finish(self, state: State) -> State:
        """Drop weak synapses, if asked to; label the neurons, unless labels were fixed before."""
        share = self.settings.prune["synapses"]
        if share:
            keep = pruning.strong_synapses(state["weights"], share)
            state = state | {"weights": pruning.pruned(state["weights"], keep)}
        return state if self.settings.supervised else self._labelled(state)

    def answers(self, state: State, data: Dataset) -> np.ndarray:
        """Labels by the spikes that Brian2 sees; the program that is open answers, both decide alike."""
        images = self._shown(data.images)
        if isinstance(self._running, race_simulator.Simulator) and self.settings.exit_margin == 1:
            parts = range(0, len(images), self.capacity)
            return np.concatenate([self._raced(state, images[k : k + self.capacity]) for k in parts])
        response = self._wta().respond(_learned(state), self.task.encoder, images)
        return decide(response, self.task.readout(state["labels"]))[0]

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """The network in ``state``."""
        return self.task.network(_learned(state), provenance)

    def _compete(
        self, state: State, stage: Stage, part: slice, seen: Dataset, block: int
    ) -> tuple[State, np.ndarray, np.ndarray]:
        """STDP and R-STDP: what was learned, answers, and the winner of each step."""
        factor, plan = wta_block.rate_factor(state, block, self.settings.adapt), self.plan
        chunk = Chunk(
            rates=self._rates(state, part, seen),
            seeds=plan.seeds[part],
            attract=plan.attract[part] * factor,
            repel=plan.repel[part] * factor,
            rise=plan.rise[part],
            fall=plan.fall[part],
            target=seen.labels,
        )
        response, after = self._wta().run(_learned(state), chunk)
        answers, _ = decide(response, self.task.readout(state["labels"]))
        return dict(vars(after)), answers, response.winners

    def _race(
        self, state: State, stage: Stage, part: slice, seen: Dataset, block: int
    ) -> tuple[State, np.ndarray, np.ndarray]:
        """The margin rule, likewise; a sample ends with its first spike."""
        factor = wta_block.rate_factor(state, block, self.settings.adapt)
        series = {
            "rates": self._rates(state, part, seen),
            "seeds": self.plan.seeds[part],
            "target": seen.labels,
            "rate": self.plan.attract[part] * factor,
            "rise": np.zeros(len(seen)),
        }
        response, after = self._run_race(state, stage.margin, series)
        fired = np.where(response.decided < self.settings.steps, response.winners, -1)
        return {"weights": after.weights}, state["labels"][response.winners], fired[:, None]

    def _raced(self, state: State, images: np.ndarray) -> np.ndarray:
        """Answers of a race in which nothing is learned."""
        rates = integer_rates(self.task.encoder, self.settings.steps, images)
        zeros = np.zeros(len(images))
        seeds = np.full(len(images), self.task.encoder.params["seed"])
        series = {"rates": rates, "seeds": seeds, "target": zeros, "rate": zeros, "rise": zeros}
        return np.asarray(state["labels"][self._run_race(state, 1.0, series)[0].winners])

    def _run_race(
        self, state: State, margin: float, series: dict[str, np.ndarray]
    ) -> tuple[race_simulator.Response, race_simulator.State]:
        """``margin``: in thresholds."""
        thresholds = state["thresholds"]
        rule = race_simulator.Rule(max(margin * float(thresholds.mean()), 1e-6), graded=1, bias_rate=0)
        before = race_simulator.State(state["weights"], np.zeros_like(thresholds), thresholds)
        return self._racing().run(before, state["labels"], rule, series)

    def _rates(self, state: State, part: slice, seen: Dataset) -> np.ndarray:
        images = shifted(self._shown(seen.images), self.plan.shifts[part])
        rates = integer_rates(self.task.encoder, self.settings.steps, images)
        return rates * state["active"]  # inputs that were pruned stay silent, so nothing grows there

    def _shown(self, images: np.ndarray) -> np.ndarray:
        """``images`` as they are presented: with contrast enhanced, if asked to."""
        table = self.settings.enhance
        return enhanced(images, **table) if table["window"] else images

    def _enter(self, stage: Stage, state: State) -> State:
        if stage.supervised and not self._supervised_before(stage):
            state = self._labelled(state)
        if stage.equal_thresholds:
            thresholds = state["thresholds"]
            state = state | {"thresholds": np.full_like(thresholds, thresholds.mean())}
        return state

    def _supervised_before(self, stage: Stage) -> bool:
        stages = self.settings.stages
        return any(before.supervised for before in stages[: stages.index(stage)])

    def _labelled(self, state: State) -> State:
        sample = self.data.take(slice(max(LABELLING_IMAGES, IMAGES_PER_NEURON * self.neurons)))
        response = self._wta().respond(_learned(state), self.task.encoder, self._shown(sample.images))
        return state | {"labels": assign(response.winners, sample.labels, self.neurons, self.classes)}

    def _wta(self) -> wta_simulator.Simulator:
        found: wta_simulator.Simulator = self._opened(wta_simulator.Simulator)
        return found

    def _racing(self) -> race_simulator.Simulator:
        found: race_simulator.Simulator = self._opened(race_simulator.Simulator, "error_diffusion")
        return found

    def _opened(self, kind: Any, *first: str) -> Any:
        """The program of that kind; Brian2 has one at a time."""
        if not isinstance(self._running, kind):
            self.__exit__()
            self._running = kind(*first, self.inputs, self.neurons, self.settings.steps, self.capacity)
            self.compile_seconds += self._running.compile_seconds
        return self._running


def prepare(data: Dataset, settings: Settings) -> Wta:
    """The recipe, ready to begin. Raises ``InputError`` when no model holds so many pixels or weights."""
    return Wta(data, settings)


def _blocks(first: int, last: int, size: int) -> list[int]:
    """Where the blocks of a stage end."""
    return [*range(first + size, last, size), last]


def _learned(state: State) -> wta_simulator.State:
    return wta_simulator.State(**{name: state[name] for name in LEARNED})
