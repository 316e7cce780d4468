"""`wta`: one layer, STDP under winner-takes-all, and R-STDP if asked to (docs/training.md)."""

from dataclasses import replace
from typing import Any, Self

import numpy as np

from ...data import Dataset
from ...network import Network
from ..answers import assign, decide
from ..recipe import Report
from ..recipe import State as Arrays
from ..wta_plan import plan
from ..wta_replay import replay, replays
from ..wta_settings import Settings, Stage, choose
from ..wta_simulator import CAPACITY, Response, Simulator, State, integer_rates
from ..wta_task import Task

__all__ = ["Wta", "choose", "prepare", "replay", "replays"]

LABELLING_IMAGES = 10_000  # training images that label the neurons


class Wta:
    """The training of ``settings`` on ``data``; see ``recipe.Recipe``."""

    capacity = CAPACITY
    compile_seconds = 0.0

    def __init__(self, data: Dataset, settings: Settings) -> None:
        self.data, self.settings, self.task = data, settings, Task(data, settings)
        self.plan = plan(settings, len(data))
        self.neurons = settings.neurons
        self.stops = tuple(int(end) for end in np.cumsum([stage.samples for stage in settings.stages]))

    def __enter__(self) -> Self:
        self.simulator = Simulator(self.task.encoder.size, self.neurons, self.settings.steps)
        self.compile_seconds = self.simulator.compile_seconds
        return self

    def __exit__(self, *_: object) -> None:
        self.simulator.close()

    def beginning(self) -> Arrays:
        """Random weights, equal thresholds, no labels."""
        return dict(vars(self.task.beginning()))

    def advance(self, state: Arrays, first: int, last: int) -> tuple[Arrays, Report]:
        """Presentations ``first`` .. ``last - 1`` of the plan."""
        k = int(np.searchsorted(self.stops, first, side="right"))
        stage, before, part = self.settings.stages[k], State(**state), slice(first, last)
        if first == (0, *self.stops)[k]:
            before = self._enter(stage, before)
        seen = self.data.take(self.plan.order[part])
        rates = integer_rates(self.task.encoder, self.settings.steps, seen.images)
        response, after = self.simulator.run(before, self.plan.chunk(part, rates, seen.labels))
        if not stage.supervised:  # labels of this chunk tell the accuracy of the next
            after = replace(after, labels=self._assign(response, seen.labels))
        return dict(vars(after)), self._report(before, response, seen.labels)

    def finish(self, state: Arrays) -> Arrays:
        """Label the neurons, unless labels were fixed before the supervised stage."""
        return state if self.settings.supervised else dict(vars(self._labelled(State(**state))))

    def answers(self, state: Arrays, data: Dataset) -> np.ndarray:
        """Labels by the spikes that Brian2 sees."""
        response = self.simulator.respond(State(**state), self.task.encoder, data.images)
        return decide(response, self.task.readout(state["labels"]))[0]

    def network(self, state: Arrays, provenance: dict[str, Any]) -> Network:
        """The network in ``state``."""
        return self.task.network(State(**state), provenance)

    def _enter(self, stage: Stage, state: State) -> State:
        if stage.supervised:
            state = self._labelled(state)
        if stage.equal_thresholds:
            state = replace(state, thresholds=np.full_like(state.thresholds, state.thresholds.mean()))
        return state

    def _report(self, before: State, response: Response, labels: np.ndarray) -> Report:
        known = (before.labels >= 0).any()
        answers, _ = decide(response, self.task.readout(before.labels))
        fired = response.winners[response.winners >= 0]
        return Report(
            accuracy=float((answers == labels).mean()) if known else None,
            wins=np.bincount(fired, minlength=self.neurons),
            silent=float((response.winners < 0).all(axis=1).mean()),
        )

    def _labelled(self, state: State) -> State:
        sample = self.data.take(slice(LABELLING_IMAGES))
        response = self.simulator.respond(state, self.task.encoder, sample.images)
        return replace(state, labels=self._assign(response, sample.labels))

    def _assign(self, response: Response, labels: np.ndarray) -> np.ndarray:
        return assign(response.winners, labels, self.neurons, self.data.classes)


def prepare(data: Dataset, settings: Settings) -> Wta:
    """The recipe, ready to begin. Raises ``InputError`` when no model holds so many pixels or weights."""
    return Wta(data, settings)
