"""`conv_wta`: two spiking layers, features learned from patches and a readout (recipes.md)."""

from typing import Any, Self

import numpy as np

from ....brian2_program.program import CurrentProgram
from ....data import Dataset
from ....errors import InputError
from ....kinds.neurons.if_ttfs import NEVER
from ....model.limits import MAX_CLASSES, MAX_UNITS
from ....model.network import Network, Readout
from ....support.checked import legal_name
from ... import chunk_size
from ...model_size import check_pixels, check_weights
from ...recipe import Report, State
from ...rules.instar import simulator as instar
from ...rules.margin_race import simulator as race
from .features import OUTPUT
from .first_layer import FirstLayer, layer_of
from .geometry import Geometry, patches
from .margin_readout import MarginReadout
from .plan import plan
from .prototype_readout import PrototypeReadout
from .readout import ConvReadout, Samples
from .replay import replay, supports
from .settings import Settings, choose

__all__ = ["ConvWta", "choose", "prepare", "replay", "supports"]

CAPACITY = 10_000  # upper bound of the images in a chunk
CACHE_BYTES = 1 << 30  # of spikes, unless ``fit`` sets a limit
FEATURE_STATE = ("features", "feature_thresholds", "feature_conscience")


class ConvWta:
    """The training of ``settings`` on ``data``; see ``recipe.Recipe``.

    The first ``settings.images`` presentations are to layer 1, the others to the readout. The state: layer
    1 (``features`` (pixels, maps), ``feature_thresholds`` and ``feature_conscience`` (maps,)) and the
    readout (``weights`` (units, neurons), ``bias`` and ``conscience`` (neurons,)), all float32, and
    ``labels`` int32 (neurons,).
    """

    def __init__(self, data: Dataset, settings: Settings) -> None:
        self.data, self.settings = data, settings
        self.geometry = _geometry(data, settings)
        self.capacity = max(min(CAPACITY, race.MAX_BYTES // self.geometry.units), 1)
        self.plan = plan(settings, self.geometry, data.images)
        self.neurons = settings.neurons
        stages = np.cumsum([settings.images, *(stage.samples for stage in settings.stages)])
        self.stops = tuple(int(end) for end in stages)
        self.cache_bytes = CACHE_BYTES
        self._program = CurrentProgram()
        self._first: FirstLayer | None = None

    @property
    def compile_seconds(self) -> float:
        """Time of all compilations so far."""
        return self._program.compile_seconds

    @property
    def readout(self) -> ConvReadout:
        """Layer 2."""
        kind = MarginReadout if self.settings.supervised else PrototypeReadout
        return kind(self.data, self.settings, self.geometry, self._program, self.capacity)

    def fit(self, limit: int) -> None:
        """Choose the largest chunk for ``limit`` bytes, and cache spikes in the rest of them.

        Raises ``InputError``.
        """
        units, pixels = self.geometry.units, self.data.images[0].size
        each = 10 * units + 4 * pixels + 4 * self.settings.patches_per_image * self.settings.patch**2
        fixed = chunk_size.BASE_BYTES + 50 * units * self.neurons + self.data.images.nbytes
        self.capacity = min(self.capacity, chunk_size.capacity(limit, fixed, each))
        self.cache_bytes = limit - fixed - self.capacity * each

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.close()

    def initial_state(self) -> State:
        """Return random weights of both layers."""
        s, rng = self.settings, np.random.default_rng([self.settings.seed, 0])
        features = rng.uniform(*s.features.initial_weight, (s.patch**2, s.maps)).astype(np.float32)
        return {
            "features": features,
            "feature_thresholds": (features**2).sum(axis=0) / 2,
            "feature_conscience": np.zeros(s.maps, np.float32),
        } | self.readout.initial_state(rng)

    def advance(self, state: State, first: int, last: int) -> tuple[State, Report]:
        """Present samples ``first`` .. ``last - 1``; reports on layer 1 count the spikes of the maps."""
        k = int(np.searchsorted(self.stops, first, side="right"))
        if not k:
            return self._learn_features(state, first, last)
        done = first - self.stops[k - 1]
        if not done:
            state = self.readout.enter(state, k - 1)
        part = slice(first - self.stops[0], last - self.stops[0])
        order, stage = self.plan.order[part], self.settings.stages[k - 1]
        samples = Samples(order, self.plan.shifts[part], self.data.labels[order], stage, done)
        found = self.readout.learn(state, self._first_layer(state), samples)
        known, right = (state["labels"] >= 0).any(), state["labels"][found.winners] == samples.labels
        return found.state, Report(
            accuracy=float(right.mean()) if known else None,
            spike_counts=np.bincount(found.winners, minlength=self.neurons),
            silent_share=float((found.phases == race.SILENT).all(axis=1).mean()),
        )

    def finish(self, state: State) -> State:
        """Return ``state`` after the last step of the readout."""
        return self.readout.finish(state, self._first_layer(state))

    def predict(self, state: State, data: Dataset) -> np.ndarray:
        """Return the labels by the membranes that Brian2 computes, int (n,)."""
        winners = self.readout.winners(state, self._first_layer(state), data.images)
        return np.asarray(state["labels"][winners])

    def _readout(self, labels: np.ndarray) -> Readout:
        data, margin = self.data, int(bool(self.settings.exit))
        return Readout(OUTPUT, labels, data.classes, margin, class_names=data.class_names)

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        """Return the network in ``state``. Raises ``InputError`` when ``state`` is impossible."""
        first = self._first_layer(state)
        threshold = self.settings.exit * first.margin if self.settings.exit else NEVER
        labels = np.clip(state["labels"], -1, MAX_CLASSES).astype(
            np.int16
        )  # too large a label stays too large
        return first.layer.network(
            {"bias": state["bias"], "threshold": np.full(self.neurons, threshold)},
            state["weights"],
            self._readout(labels),
            name=legal_name(self.data.name),
            provenance=provenance,
        )

    def _learn_features(self, state: State, first: int, last: int) -> tuple[State, Report]:
        """Present the patches of the images ``first`` .. ``last - 1`` to layer 1."""
        part = slice(*(self.settings.patches_per_image * np.array([first, last])))
        pixels = patches(
            self.geometry, self.data.images, self.plan.patch_order[part], self.plan.corners[part]
        )
        rates, rises = (values[part] for values in (self.plan.patch_rates, self.plan.patch_rises))
        found = pixels.sum(axis=1) >= self.settings.min_active
        simulator: instar.Simulator = self._program.open(instar.Simulator, *state["features"].shape)
        before = instar.State(*(state[name] for name in FEATURE_STATE))
        winners, after = simulator.run(before, pixels, rates * found, rises * found)
        wins = np.bincount(winners[found], minlength=self.settings.maps)
        learned = dict(zip(FEATURE_STATE, vars(after).values(), strict=True))
        return state | learned, Report(None, wins, 1 - float(found.mean()))

    def _first_layer(self, state: State) -> FirstLayer:
        """Return layer 1 rounded; it is made again only when its integers have changed."""
        layer = layer_of(state, self.geometry, self.settings)
        if self._first is None or not self._first.layer.same(layer):
            self._first = FirstLayer.of(layer, self.data, self.settings, self.cache_bytes)
        return self._first


def prepare(data: Dataset, settings: Settings) -> ConvWta:
    """Return the recipe. Raises ``InputError`` when a model cannot hold so many pixels or weights."""
    return ConvWta(data, settings)


def _geometry(data: Dataset, settings: Settings) -> Geometry:
    """Return the sizes of layer 1. Raises ``InputError`` when a model cannot hold them."""
    s = settings
    geometry = Geometry(
        data.shape, s.maps, s.patch, s.min_active, s.pool, s.stride, s.threshold, s.crop, s.position_stride
    )
    check_pixels(data)
    if geometry.units > MAX_UNITS:
        raise InputError(
            f"--set maps={s.maps}: {geometry.units} units, at most {MAX_UNITS}; larger pools make fewer"
        )
    check_weights(geometry.units, s.neurons, "units")
    return geometry
