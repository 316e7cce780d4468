"""`conv_wta`: two spiking layers, features learned from patches and a readout (recipes.md)."""

from typing import Any, Self

import numpy as np

from ....brian2_program.program import Slot
from ....data import Dataset
from ....errors import InputError
from ....kinds.neurons.if_race import NEVER
from ....model.limits import MAX_WEIGHTS
from ....model.network import Network, Readout
from ....support.checked import legal_name
from ... import chunk_size
from ...recipe import Report, State
from ...rules.instar import simulator as instar_simulator
from ...rules.margin_race import simulator as race_simulator
from .features import OUTPUT, Geometry, patches
from .first_layer import FirstLayer, layer_of
from .margin_readout import MarginReadout
from .plan import plan
from .prototype_readout import PrototypeReadout
from .readout import ConvReadout, Samples
from .replay import replay, replays
from .settings import Settings, choose

__all__ = ["ConvWta", "choose", "prepare", "replay", "replays"]

CAPACITY = 10_000  # images of a chunk at most
MAX_RECALL = 1 << 30  # bytes of spikes to remember
FEATURE_STATE = ("features", "feature_thresholds", "feature_conscience")
MAX_UNITS = 65535  # of a model (integer-contract.md)


class ConvWta:
    """The training of ``settings`` on ``data``; see ``recipe.Recipe``.

    First come ``settings.images`` presentations to layer 1, then those to the readout. The state: layer 1
    (``features`` (pixels, maps), ``feature_thresholds`` and ``feature_conscience`` (maps,)) and the readout
    (``weights`` (units, neurons), ``bias`` and ``conscience`` (neurons,)), all float32, and ``labels``
    int32 (neurons,).
    """

    def __init__(self, data: Dataset, settings: Settings) -> None:
        self.data, self.settings = data, settings
        self.geometry = _geometry(data, settings)
        self.capacity = max(min(CAPACITY, race_simulator.MAX_BYTES // self.geometry.units), 1)
        self.plan = plan(settings, self.geometry, data.images)
        self.neurons = settings.neurons
        stages = np.cumsum([settings.images, *(stage.samples for stage in settings.stages)])
        self.stops = tuple(int(end) for end in stages)
        self.recalled = MAX_RECALL
        self._slot = Slot()
        self._first: FirstLayer | None = None

    @property
    def compile_seconds(self) -> float:
        """Of all programs so far."""
        return self._slot.compile_seconds

    @property
    def readout(self) -> ConvReadout:
        """Layer 2."""
        kind = MarginReadout if self.settings.supervised else PrototypeReadout
        return kind(self.data, self.settings, self.geometry, self._slot, self.capacity)

    def fit(self, limit: int) -> None:
        """Let a chunk be as large as ``limit`` bytes allow, and remember spikes in what is left."""
        units, pixels = self.geometry.units, self.data.images[0].size
        each = 10 * units + 4 * pixels + 4 * self.settings.patches_per_image * self.settings.patch**2
        fixed = chunk_size.BRIAN2 + 50 * units * self.neurons + self.data.images.nbytes
        self.capacity = min(self.capacity, chunk_size.capacity(limit, fixed, each))
        self.recalled = limit - fixed - self.capacity * each

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._slot.close()

    def beginning(self) -> State:
        """Random weights."""
        s, rng = self.settings, np.random.default_rng([self.settings.seed, 0])
        features = rng.uniform(*s.features.initial_weight, (s.patch**2, s.maps)).astype(np.float32)
        return {
            "features": features,
            "feature_thresholds": (features**2).sum(axis=0) / 2,
            "feature_conscience": np.zeros(s.maps, np.float32),
        } | self.readout.beginning(rng)

    def advance(self, state: State, first: int, last: int) -> tuple[State, Report]:
        """Presentations ``first`` .. ``last - 1``; the wins of the first stage are those of the maps."""
        k = int(np.searchsorted(self.stops, first, side="right"))
        if not k:
            return self._learn_features(state, first, last)
        done = first - self.stops[k - 1]
        if not done:
            state = self.readout.enter(state, k - 1)
        part = slice(first - self.stops[0], last - self.stops[0])
        order, stage = self.plan.order[part], self.settings.stages[k - 1]
        samples = Samples(order, self.plan.shifts[part], self.data.labels[order], stage, done)
        found = self.readout.learn(state, self._scanned(state), samples)
        known, right = (state["labels"] >= 0).any(), state["labels"][found.winners] == samples.labels
        return found.state, Report(
            accuracy=float(right.mean()) if known else None,
            wins=np.bincount(found.winners, minlength=self.neurons),
            silent=float((found.phases == race_simulator.SILENT).all(axis=1).mean()),
        )

    def finish(self, state: State) -> State:
        """What the readout still has to do."""
        return self.readout.finish(state, self._scanned(state))

    def answers(self, state: State, data: Dataset) -> np.ndarray:
        """Labels by the membranes that Brian2 sees."""
        winners = self.readout.winners(state, self._scanned(state), data.images)
        return np.asarray(state["labels"][winners])

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
        instar = self._slot.open(instar_simulator.Simulator, *state["features"].shape)
        before = instar_simulator.State(*(state[name] for name in FEATURE_STATE))
        winners, after = instar.run(before, pixels, rates * found, rises * found)
        wins = np.bincount(winners[found], minlength=self.settings.maps)
        learned = dict(zip(FEATURE_STATE, vars(after).values(), strict=True))
        return state | learned, Report(None, wins, 1 - float(found.mean()))

    def _scanned(self, state: State) -> FirstLayer:
        """Layer 1 rounded; made anew when it has changed."""
        layer = layer_of(state, self.geometry, self.settings)
        if self._first is None or not self._first.layer.same(layer):
            self._first = FirstLayer.of(layer, self.data, self.settings, self.recalled)
        return self._first


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
