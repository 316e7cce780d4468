"""`conv_wta`: two spiking layers, features learned from patches and a readout (docs/training.md)."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ...data import Dataset
from ...errors import InputError
from ...frontends._fields import legal_name
from ...frontends._schema import MAX_WEIGHTS
from ...network import UNASSIGNED, Network, Readout
from ...neurons.if_race import NEVER
from .. import feedback, feedback_simulator, instar_simulator, memory, race_simulator
from ..answers import assign
from ..conv_plan import falling, plan
from ..conv_replay import replay, replays
from ..conv_settings import Settings, choose
from ..features import OUTPUT, STEPS, Geometry, Layer, Recall, Scanner, patches, rounded, shifted
from ..prototypes import log_odds
from ..race_simulator import SILENT
from ..recipe import Report, State

__all__ = ["ConvWta", "choose", "prepare", "replay", "replays"]

CAPACITY = 10_000  # images of a chunk at most
MAX_RECALL = 1 << 30  # bytes of spikes to remember
COUNTED = 5000  # training images whose spikes set the scale of the margin
FEATURE_STATE = ("features", "feature_thresholds", "feature_conscience")
MAX_UNITS = 65535  # of a model (docs/fixed-point.md)


class ConvWta:
    """The training of ``settings`` on ``data``; see ``recipe.Recipe``.

    First come ``settings.images`` presentations to layer 1, then those to the readout. The state: layer 1
    (``features`` (pixels, maps), ``feature_thresholds`` and ``feature_conscience`` (maps,)) and the readout
    (``weights`` (units, neurons), ``bias`` and ``conscience`` (neurons,)), all float32, and ``labels``
    int32 (neurons,).
    """

    compile_seconds = 0.0

    def __init__(self, data: Dataset, settings: Settings) -> None:
        self.data, self.settings = data, settings
        self.geometry = _geometry(data, settings)
        self.capacity = max(min(CAPACITY, race_simulator.MAX_BYTES // self.geometry.units), 1)
        self.plan = plan(settings, self.geometry, data.images)
        self.neurons = settings.neurons
        stages = np.cumsum([settings.images, *(stage.samples for stage in settings.stages)])
        self.stops = tuple(int(end) for end in stages)
        self.recalled = MAX_RECALL
        self._open: tuple[Any, ...] = ()
        self._first: FirstLayer | None = None

    def fit(self, limit: int) -> None:
        """Let a chunk be as large as ``limit`` bytes allow, and remember spikes in what is left."""
        units, pixels = self.geometry.units, self.data.images[0].size
        each = 10 * units + 4 * pixels + 4 * self.settings.patches_per_image * self.settings.patch**2
        fixed = memory.BRIAN2 + 50 * units * self.neurons + self.data.images.nbytes
        self.capacity = min(self.capacity, memory.capacity(limit, fixed, each))
        self.recalled = limit - fixed - self.capacity * each

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._open:
            self._open[1].close()
        self._open = ()

    def beginning(self) -> State:
        """Random weights; neurons of class j mod classes, or without a label."""
        s, rng = self.settings, np.random.default_rng([self.settings.seed, 0])
        pixels, units = s.patch**2, self.geometry.units
        features = rng.uniform(*s.features.initial_weight, (pixels, s.maps)).astype(np.float32)
        labels, first = np.arange(s.neurons) % self.data.classes, (0.0, s.initial_weight)
        if not s.supervised:
            labels, first = np.full(s.neurons, UNASSIGNED), s.prototypes.initial_weight
        weights = rng.uniform(*first, (units, s.neurons)).astype(np.float32)
        return {
            "features": features,
            "feature_thresholds": (features**2).sum(axis=0) / 2,
            "feature_conscience": np.zeros(s.maps, np.float32),
            "weights": weights,
            "bias": np.zeros(s.neurons, np.float32) if s.supervised else (weights**2).sum(axis=0) / 2,
            "conscience": np.zeros(s.neurons, np.float32),
            "labels": labels.astype(np.int32),
        }

    def advance(self, state: State, first: int, last: int) -> tuple[State, Report]:
        """Presentations ``first`` .. ``last - 1``; the wins of the first stage are those of the maps."""
        k = int(np.searchsorted(self.stops, first, side="right"))
        if not k:
            return self._learn_features(state, first, last)
        start = self.stops[k - 1]
        part, stage = slice(first - self.stops[0], last - self.stops[0]), self.settings.stages[k - 1]
        series = (stage.learning_rate, stage.rise, stage.feedback)
        rates, rises, feedbacks = (
            np.linspace(*ends, stage.samples)[first - start : last - start] for ends in series
        )
        order, shifts = self.plan.order[part], self.plan.shifts[part]
        labels = self.data.labels[order]
        if first == start and self.settings.supervised:
            state = self._entering(state, k - 1)
        if any(stage.feedback):
            images = shifted(self.data.images[order], shifts)
            return self._learn_both(state, feedback.Samples(images, labels, rates, rises, feedbacks))
        phases = self._scanned(state).recall.phases(order, shifts)
        if not self.settings.supervised:
            return self._learn_prototypes(state, phases, labels, rates, first - start)
        return self._learn_margin(state, phases, labels, (rates, rises), stage.exits)

    def _entering(self, state: State, stage: int) -> State:
        """The state as ``stage`` of the readout begins."""
        stages = self.settings.stages
        if stages[stage].exits and not (stage and stages[stage - 1].exits):
            state = _centred(state)
        return state | {"conscience": np.zeros_like(state["conscience"])}

    def finish(self, state: State) -> State:
        """Weigh the inputs of the prototypes, and label these by their responses to all images."""
        if self.settings.supervised:
            return state
        if self.settings.log_odds:
            weights, bias = log_odds(state["weights"], self.settings.log_odds)
            state = state | {"weights": weights, "bias": bias}
        winners = self._nearest(state, self.data.images)
        labels = assign(winners[:, None], self.data.labels, self.neurons, self.data.classes)
        return state | {"labels": labels}

    def answers(self, state: State, data: Dataset) -> np.ndarray:
        """Labels by the membranes that Brian2 sees."""
        if not self.settings.supervised:
            unnamed = 1e6 * (state["labels"] < 0).astype(np.float32)
            known = state | {"bias": state["bias"] + unnamed}
            return np.asarray(state["labels"][self._nearest(known, data.images)])
        fair, winners = state | {"conscience": np.zeros_like(state["conscience"])}, []
        for k in range(0, len(data), self.capacity):
            phases = self._scanned(state).scanner.phases(data.images[k : k + self.capacity])
            nothing = np.zeros(len(phases))
            response, _ = self._race(fair, phases, nothing, (nothing, nothing), bool(self.settings.exit))
            winners.append(response.winners)
        return np.asarray(state["labels"][np.concatenate(winners)])

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """The network in ``state``."""
        threshold = self.settings.exit * self._scanned(state).margin if self.settings.exit else NEVER
        labels = np.clip(state["labels"], -1, 32767).astype(np.int16)  # what is too large stays too large
        return self._scanned(state).layer.network(
            {"bias": state["bias"], "threshold": np.full(self.neurons, threshold)},
            state["weights"],
            Readout(OUTPUT, labels, self.data.classes, exit_margin=int(bool(self.settings.exit))),
            name=legal_name(self.data.name),
            provenance=provenance,
        )

    def _learn_features(self, state: State, first: int, last: int) -> tuple[State, Report]:
        part = slice(*(self.settings.patches_per_image * np.array([first, last])))
        pixels = patches(
            self.geometry, self.data.images, self.plan.patch_order[part], self.plan.corners[part]
        )
        rates, rises = (values[part] for values in (self.plan.patch_rates, self.plan.patch_rises))
        found = pixels.sum(axis=1) >= self.settings.least
        before = instar_simulator.State(*(state[name] for name in FEATURE_STATE))
        winners, after = self._instar(before, pixels, rates * found, rises * found)
        wins = np.bincount(winners[found], minlength=self.settings.maps)
        learned = dict(zip(FEATURE_STATE, vars(after).values(), strict=True))
        return state | learned, Report(None, wins, 1 - float(found.mean()))

    def _learn_margin(
        self,
        state: State,
        phases: np.ndarray,
        labels: np.ndarray,
        schedule: tuple[np.ndarray, np.ndarray],
        exits: bool,
    ) -> tuple[State, Report]:
        response, after = self._race(state, phases, labels, schedule, exits)
        right = state["labels"][response.winners] == labels
        learned = {name: getattr(after, name) for name in ("weights", "bias", "conscience")}
        return state | learned, self._report(right, response.winners, phases)

    def _learn_both(self, state: State, samples: feedback.Samples) -> tuple[State, Report]:
        """The readout, and the features from what it sends back."""
        s, labels = self.settings, state["labels"]
        sizes = s.patch**2, s.maps, self.geometry.units, self.neurons
        simulator = self._opened(feedback_simulator.Simulator, *sizes)
        learner = feedback.Learner(
            simulator, self.geometry, s.feature_bits, labels, s.margin, s.feedback_width
        )
        features = feedback_simulator.Features(state["features"], state["feature_thresholds"])
        readout = race_simulator.State(
            state["weights"], state["bias"], np.zeros_like(state["bias"]), state["conscience"]
        )
        winners, features, after = learner.learn(features, readout, samples)
        learned = {name: getattr(after, name) for name in ("weights", "bias", "conscience")}
        state = state | learned | {"features": features.weights, "feature_thresholds": features.thresholds}
        right = labels[winners] == samples.targets
        return state, self._report(right, winners, self._scanned(state).scanner.phases(samples.images))

    def _learn_prototypes(
        self, state: State, phases: np.ndarray, labels: np.ndarray, rates: np.ndarray, done: int
    ) -> tuple[State, Report]:
        rises = falling(self.settings.prototypes.rise, self.settings.samples)[done : done + len(rates)]
        before = instar_simulator.State(state["weights"], state["bias"], state["conscience"])
        winners, after = self._instar(before, phases != SILENT, rates, rises)
        right = state["labels"][winners] == labels if (state["labels"] >= 0).any() else None
        learned = {"weights": after.weights, "bias": after.thresholds, "conscience": after.conscience}
        learned["labels"] = assign(winners[:, None], labels, self.neurons, self.data.classes)
        return state | learned, self._report(right, winners, phases)

    def _report(self, right: np.ndarray | None, winners: np.ndarray, phases: np.ndarray) -> Report:
        return Report(
            accuracy=None if right is None else float(right.mean()),
            wins=np.bincount(winners, minlength=self.neurons),
            silent=float((phases == SILENT).all(axis=1).mean()),
        )

    def _nearest(self, state: State, images: np.ndarray) -> np.ndarray:
        """The prototype nearest to each image."""
        fair = np.zeros_like(state["conscience"])
        kept = instar_simulator.State(state["weights"], state["bias"], fair)
        winners = []
        for k in range(0, len(images), self.capacity):
            phases = self._scanned(state).scanner.phases(images[k : k + self.capacity])
            nothing = np.zeros(len(phases))
            winners.append(self._instar(kept, phases != SILENT, nothing, nothing)[0])
        return np.concatenate(winners)

    def _race(
        self,
        state: State,
        phases: np.ndarray,
        labels: np.ndarray,
        schedule: tuple[np.ndarray, np.ndarray],
        exits: bool,
    ) -> tuple[race_simulator.Response, race_simulator.State]:
        """Without exits the order of the spikes does not matter, and all of them may come in one step."""
        sizes = self.geometry.units, self.neurons, STEPS if exits else 1, self.capacity
        race: race_simulator.Simulator = self._opened(race_simulator.Simulator, "scan", *sizes)
        phases = phases if exits else np.where(phases == SILENT, phases, 0)
        margin, (rates, rises) = self._scanned(state).margin, schedule
        thresholds = np.full(self.neurons, self.settings.exit * margin)
        before = race_simulator.State(state["weights"], state["bias"], thresholds, state["conscience"])
        rule = race_simulator.Rule(margin, exits=exits)
        series = {"phases": phases, "target": labels, "rate": rates, "rise": rises * margin}
        return race.run(before, state["labels"], rule, series)

    def _instar(
        self, state: instar_simulator.State, pixels: np.ndarray, rates: np.ndarray, rises: np.ndarray
    ) -> tuple[np.ndarray, instar_simulator.State]:
        """In parts that the program holds."""
        instar: instar_simulator.Simulator = self._opened(instar_simulator.Simulator, *state.weights.shape)
        winners = []
        for k in range(0, len(pixels), instar.capacity):
            part = slice(k, k + instar.capacity)
            won, state = instar.run(state, pixels[part], rates[part], rises[part])
            winners.append(won)
        return np.concatenate(winners), state

    def _opened(self, kind: Any, *sizes: Any) -> Any:
        """The program for ``sizes``; Brian2 has one at a time."""
        if not self._open or self._open[0] != (kind, sizes):
            self.__exit__()
            self._open = ((kind, sizes), kind(*sizes))
            self.compile_seconds += self._open[1].compile_seconds
        return self._open[1]

    def _scanned(self, state: State) -> "FirstLayer":
        """Layer 1 rounded, and what follows from it."""
        bits = self.settings.feature_bits
        integers = rounded(state["features"], state["feature_thresholds"], bits, self.settings.signed)
        layer = Layer(self.geometry, *integers, bits)
        if self._first is None or not self._first.layer.same(layer):
            scanner = layer.scanner()
            spikes = (scanner.phases(self.data.images[:COUNTED]) != SILENT).sum(axis=1).mean()
            recall = Recall(scanner, self.data.images, self.settings.shift, self.recalled)
            self._first = FirstLayer(layer, scanner, recall, self.settings.margin * float(spikes))
        return self._first


@dataclass(frozen=True)
class FirstLayer:
    """``layer`` 1 rounded, its spikes by the integer core, and the ``margin`` that follows from them."""

    layer: Layer
    scanner: Scanner
    recall: Recall
    margin: float


def _centred(state: State) -> State:
    """Without what all neurons have in common: it decides nothing, and an exit would wait for it."""
    weights, bias = state["weights"], state["bias"]
    return state | {"weights": weights - weights.mean(axis=1, keepdims=True), "bias": bias - bias.mean()}


def _geometry(data: Dataset, settings: Settings) -> Geometry:
    """Raise ``InputError`` when no model holds so many pixels, units or weights."""
    s, (height, width) = settings, data.shape
    geometry = Geometry(
        (height, width), s.maps, s.patch, s.least, s.pool, s.stride, s.threshold, s.crop, s.spacing
    )
    if height * width > MAX_UNITS:
        images = f"data set {data.name!r}: images of {height} x {width} = {height * width} pixels"
        raise InputError(f"{images}; a model takes at most {MAX_UNITS}, make them smaller")
    if geometry.units > MAX_UNITS:
        raise InputError(
            f"--set maps={s.maps}: {geometry.units} units, at most {MAX_UNITS}; larger pools make fewer"
        )
    if geometry.units * s.neurons > MAX_WEIGHTS:
        most = MAX_WEIGHTS // geometry.units
        raise InputError(
            f"--neurons {s.neurons}: with {geometry.units} units, give a number from 1 to {most}"
        )
    return geometry


def prepare(data: Dataset, settings: Settings) -> ConvWta:
    """The recipe, ready to begin. Raises ``InputError`` when no model holds so many pixels or weights."""
    return ConvWta(data, settings)
