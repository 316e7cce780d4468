"""Options of a training, each by its effect: with the option turned into a no-op its test fails."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from snnedge import data, kinds
from snnedge.brian2_program.program import CurrentProgram
from snnedge.data import Dataset
from snnedge.data import contrast as enhance
from snnedge.errors import InputError
from snnedge.model.network import Encoder, Network, Population, Projection, Readout
from snnedge.support import plugins
from snnedge.train import block as blocks
from snnedge.train import checkpoint, chunk_size, diagnostics, early_stopping, loop, preset
from snnedge.train.recipe import Report, State
from snnedge.train.recipes import wta
from snnedge.train.recipes.wta.plan import plan
from snnedge.train.recipes.wta.simulator import CAPACITY, Simulator

NEURONS, STEPS = 20, 20


@pytest.fixture(scope="module")
def brian(brian2_cache: None) -> Iterator[Simulator]:
    """The program of the trainings here."""
    with Simulator(64, NEURONS, STEPS) as simulator:
        yield simulator


def digits() -> Dataset:
    return data.load("digits", "train")


def recipe(train: Dataset, *assignments: str, **changes: Any) -> wta.Wta:
    few = {"neurons": NEURONS, "samples": 300, "block": 100} | changes
    constants = preset.load("wta", "digits", preset.parse(assignments) | few)
    return wta.prepare(train, wta.choose(constants, train))


def run(brian: Simulator, trained: wta.Wta) -> list[State]:
    """Return the states after each chunk, and in the end."""
    trained.capacity = CAPACITY  # that of `brian`
    trained.program = CurrentProgram(brian)
    states, position = [trained.initial_state()], 0
    for stop in trained.stops:
        states.append(trained.advance(states[-1], position, stop)[0])
        position = stop
    return [*states, trained.finish(states[-1])]


# In the recipe


@pytest.mark.brian2("sklearn")
@pytest.mark.parametrize(
    ("schedule", "values"),
    [
        ('{shape="step", first=0.5, factor=0.5, every=100}', {0: 0.5, 99: 0.5, 100: 0.25, 179: 0.25}),
        ('{shape="exponential", first=0.1, last=0.001}', {0: 0.1, 179: 0.001}),
        ("[0.1, 0.0]", {0: 0.1, 179: 0.0}),
        ("0.3", {0: 0.3, 179: 0.3}),
    ],
)
def test_a_schedule_is_followed(schedule: str, values: dict[int, float]) -> None:
    settings = recipe(digits(), f"stages.0.learning_rate={schedule}").settings
    drawn = plan(settings, 300)  # 180 samples in the first stage
    assert {k: pytest.approx(drawn.attract[k]) for k in values} == values


@pytest.mark.brian2("sklearn")
@pytest.mark.parametrize(("rule", "measure"), [("sum", np.mean), ("max", np.max)])
def test_weights_are_normalised_after_each_block(rule: str, measure: Any, brian: Simulator) -> None:
    states = run(brian, recipe(digits(), normalize=rule, normalize_to=0.25))
    size = measure(states[1]["weights"], axis=0 if rule == "sum" else None)
    np.testing.assert_allclose(size, 0.25, rtol=1e-5)
    free = run(brian, recipe(digits()))[1]["weights"]
    assert abs(measure(free) - 0.25) > 0.02


@pytest.mark.brian2("sklearn")
def test_enhanced_images_are_what_is_learned(brian: Simulator) -> None:
    train = digits()
    option = recipe(train, "enhance.window=5", "enhance.power=2.5")
    contrast = replace(train, images=enhance.enhanced(train.images, 5, 2.5))
    before, plain = recipe(contrast), recipe(train)
    found, expected, other = (run(brian, one)[-1] for one in (option, before, plain))
    np.testing.assert_equal(found, expected)
    assert (found["weights"] != other["weights"]).any()
    np.testing.assert_array_equal(option.predict(found, train), before.predict(found, contrast))


@pytest.mark.brian2("sklearn")
def test_inputs_without_weight_are_dropped_while_training(brian: Simulator) -> None:
    trained = recipe(digits(), "prune.inputs=0.2", "prune.memory=0.5")
    states = run(brian, trained)
    gone = [int((~state["active"]).sum()) for state in states]
    assert gone[0] == 0
    assert 5 <= gone[1] <= gone[-1] < 40  # the rim of 8x8 digits is blank
    last = states[-1]
    assert (last["weights"][~last["active"]] == 0).all()
    assert (last["weights"][last["active"]].mean(axis=1) > 0).all()
    amid, _ = trained.advance(states[1], 100, 150)  # nothing grows back within a block either
    assert (amid["weights"][~states[1]["active"]] == 0).all()


@pytest.mark.brian2("sklearn")
def test_weak_synapses_are_dropped_after_training(brian: Simulator) -> None:
    _, *_, dense = run(brian, recipe(digits()))
    sparse = run(brian, recipe(digits(), "prune.synapses=0.3"))[-1]
    weak = dense["weights"] < 0.3 * dense["weights"].max(axis=0)
    assert 0.2 < weak.mean() < 0.9
    np.testing.assert_array_equal(sparse["weights"], np.where(weak, 0, dense["weights"]))


@pytest.mark.brian2("sklearn")
def test_learning_rates_fall_when_accuracy_stands_still(brian: Simulator) -> None:
    """Factor 0: after the first block that gained nothing, nothing is learned."""
    trained = recipe(digits(), "adapt.patience=1", "adapt.factor=0.0", samples=1500)
    states = run(brian, trained)[:-1]
    accuracies = states[-1]["accuracies"]
    still = next(k for k in range(1, len(accuracies)) if accuracies[k] <= accuracies[:k].max())
    assert still + 2 < len(states)
    np.testing.assert_array_equal(states[still + 2]["weights"], states[-1]["weights"])
    assert (states[still]["weights"] != states[still + 1]["weights"]).any()
    assert blocks.rate_factor(states[-1], still + 1, {"patience": 0, "factor": 0.0}) == 1


def test_memory_is_free_memory_or_a_number() -> None:
    assert chunk_size.limit("1.5") == 1_500_000_000
    assert 0.4 * chunk_size.free() < chunk_size.limit("auto") < 0.6 * chunk_size.free()
    for word in ("much", "-1", "nan", "0"):
        with pytest.raises(InputError, match=f"--memory {word}: give auto, or GB"):
            chunk_size.limit(word)


# In the driver: a recipe whose accuracy is scripted


class Scripted:
    """Counts presentations; answers to ``SHARES[position // 10]`` of the images are right."""

    SHARES = (0.1, 0.3, 0.5, 0.4, 0.5, 0.45, 0.9)
    neurons, capacity, compile_seconds = 1, 10, 0.0

    def __init__(self, samples: int = 200) -> None:
        self.stops = (samples,)

    def __enter__(self) -> "Scripted":
        return self

    def __exit__(self, *_: object) -> None: ...

    def fit(self, limit: int) -> None: ...

    def initial_state(self) -> State:
        return {"count": np.zeros(1, np.int64)}

    def advance(self, state: State, first: int, last: int) -> tuple[State, Report]:
        assert state["count"][0] == first
        return {"count": np.array([last])}, Report(None, np.ones(1, np.int64), 0.0)

    def finish(self, state: State) -> State:
        return state

    def predict(self, state: State, held: Dataset) -> np.ndarray:
        place = min(int(state["count"][0]) // 10 - 1, len(self.SHARES) - 1)
        return np.where(np.arange(len(held)) < self.SHARES[place] * len(held), held.labels, -1)

    def network(self, state: State, provenance: dict[str, Any]) -> Network:
        encoder = Encoder(
            kinds.encoder("error_diffusion"), (1, 1), {"spikes_per_sample": 1, "max_rate": 0.5, "seed": 0}
        )
        return Network(
            name="scripted",
            dt=1e-3,
            steps=int(state["count"][0]) + 1,
            encoder=encoder,
            populations=(Population("n", kinds.neuron("if_wta"), 1, {"threshold": np.ones(1)}),),
            projections=(Projection("input", "n", kinds.synapse("dense"), np.ones((1, 1))),),
            readout=Readout("n", np.zeros(1, np.int16), 1),
            provenance=provenance,
        )


HELD = Dataset("held", "train", np.zeros((100, 1, 1), np.uint8), np.zeros(100, np.int64), 1)


def train(output: Path, patience: int, **options: Any) -> loop.Trained:
    found = loop.train(Scripted(), {}, output, validation=HELD, patience=patience, **options)
    return found


@pytest.mark.parametrize(
    ("patience", "ended", "kept"), [(1, 40, 30), (3, 60, 30), (4, 110, 70), (0, 200, 200)]
)
def test_training_stops_early_in_its_best_state(
    patience: int, ended: int, kept: int, tmp_path: Path
) -> None:
    found = train(tmp_path / "model.pkl", patience)
    assert (found.samples, found.network.steps - 1) == (ended, kept)


@pytest.mark.parametrize("killed_at", [10, 30, 50, 60])
def test_a_resumed_training_stops_at_the_same_place(killed_at: int, tmp_path: Path) -> None:
    class Killed(Exception): ...

    def kill(at: checkpoint.Checkpoint, _: Report) -> None:
        if at.position == killed_at:
            raise Killed

    with pytest.raises(Killed):
        train(tmp_path / "model.pkl", 3, observers=[kill])
    found = train(tmp_path / "model.pkl", 3, resume=True, every=7)
    assert (found.samples, found.network.steps - 1) == (60, 30)
    whole = train(tmp_path / "other.pkl", 3)
    checks = found.history[np.isfinite(found.history[:, 4])][:, [0, 4]]
    np.testing.assert_array_equal(checks, whole.history[:, [0, 4]])


def test_checks_lie_at_fixed_places() -> None:
    assert early_stopping.EarlyStopping(HELD, 3, 1000).checks == tuple(range(50, 1001, 50))
    assert early_stopping.EarlyStopping(HELD, 3, 3).checks == (1, 2, 3)
    assert early_stopping.EarlyStopping(HELD, 0, 1000).checks == ()


# Health


def sick(brian: Simulator, *assignments: str, **changes: Any) -> str:
    """Why a training with these settings is stopped after its first ``WINDOW`` samples."""
    trained = recipe(digits(), *assignments, **{"samples": 2000, "block": diagnostics.WINDOW} | changes)
    trained.program = CurrentProgram(brian)
    begin = trained.initial_state()
    state, report = trained.advance(begin, 0, diagnostics.WINDOW)
    watch = diagnostics.Diagnostics(
        begin, preset.load("wta", "digits", preset.parse(assignments) | changes), 2000
    )
    with pytest.raises(diagnostics.Unhealthy) as caught:
        watch.examine(report, state, diagnostics.WINDOW)
    assert caught.value.exit_code == 1
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.brian2("sklearn")
def test_illnesses_are_reported_in_the_first_chunk(brian: Simulator) -> None:
    silent = sick(brian, initial_threshold=5000)
    assert "silent network: 100% of 500 samples" in silent
    assert "lower initial_threshold (now 5000)" in silent
    alone = sick(brian, "stages.0.learning_rate=[0.9, 0.9]", rise=0)
    assert "one neuron wins" in alone
    assert "raise rise (now 0)" in alone


@pytest.mark.brian2("sklearn")
def test_weights_that_explode_are_reported(brian: Simulator) -> None:
    trained = recipe(digits(), "rstdp.repel=[-1.0, -1.0]", rstdp_epochs=0.2)
    *_, last, _ = run(brian, trained)
    settings = trained.settings.as_dict() | {"rstdp": {"repel": -1}}
    found, *_ = diagnostics.examine(None, trained.initial_state(), last, settings)
    assert found.fatal
    assert "weights" in found.text
    assert "lower rstdp.repel (now -1) with --set" in found.text


def test_intensity_that_runs_away_is_reported() -> None:
    state = {"intensity": np.array([20.0])}
    settings = {"max_intensity": 20, "min_spikes": 5}
    (found,) = diagnostics.examine(None, {"intensity": np.array([2.0])}, state, settings)
    assert found.fatal
    assert "runaway intensity: half of the samples need 20" in found.text
    assert "lower min_spikes (now 5)" in found.text
    assert not list(diagnostics.examine(None, state, {"intensity": np.array([3.0])}, settings))


@pytest.mark.parametrize("size", [1, 13, 100, 500])
def test_no_verdict_depends_on_the_chunk(size: int) -> None:
    def warned(fires: Callable[[int], int]) -> list[tuple[int, str]]:
        """Where a training of 1000 samples is stopped, and why; ``fires``: who wins, or -1."""
        watch = diagnostics.Diagnostics({}, {"bright": 0.5}, 1000)
        for first in range(0, 1000, size):
            chunk = np.array([fires(k) for k in range(first, min(first + size, 1000))])
            wins = np.bincount(chunk[chunk >= 0], minlength=10)
            try:
                watch.examine(Report(None, wins, float((chunk < 0).mean())), {}, len(chunk))
            except diagnostics.Unhealthy as error:
                return [(first + len(chunk), str(error))]
        return []

    assert not warned(lambda k: k // 100)  # each neuron alone for a while: thresholds rise one by one
    assert not warned(lambda k: k % 10 if k >= 200 else -1)
    ((end, why),) = warned(lambda k: 3)
    assert diagnostics.WINDOW <= end < diagnostics.WINDOW + size
    assert "number 3 of 10 fired 100%" in why
    ((end, why),) = warned(lambda k: -1)
    assert diagnostics.WINDOW <= end < diagnostics.WINDOW + size
    assert "drew no output spike; lower bright (now 0.5) with --set, or check the images" in why


def test_a_short_training_is_judged_as_a_whole() -> None:
    watch = diagnostics.Diagnostics({}, {}, 60)
    watch.examine(Report(None, np.eye(10, dtype=np.int64)[3] * 60, 0.0), {}, 60)  # too few to have turns
    watch.examine(Report(None, np.zeros(10, np.int64), 1.0), {}, 59)
    with pytest.raises(diagnostics.Unhealthy, match="silent network"):
        watch.examine(Report(None, np.zeros(10, np.int64), 1.0), {}, 1)


def test_layers_are_not_mixed_in_a_verdict() -> None:
    watch = diagnostics.Diagnostics({}, {}, 10_000)
    watch.examine(Report(None, np.full(9, 10), 0.0), {}, 499)
    watch.examine(Report(None, np.zeros(10, np.int64), 1.0), {}, 499)
    with pytest.raises(diagnostics.Unhealthy, match="of 500 samples"):
        watch.examine(Report(None, np.zeros(10, np.int64), 1.0), {}, 1)


def test_growth_beyond_single_precision_is_reported() -> None:
    begin = {"weights": np.full(3, 0.5, np.float32), "thresholds": np.full(3, 30, np.float32)}
    large = begin | {"weights": np.full(3, 1.5e7, np.float32)}
    assert np.float32(1.5e7) + np.float32(1) != np.float32(1.5e7)
    assert not list(diagnostics.examine(None, begin, large, {}))
    (found,) = diagnostics.examine(None, begin, begin | {"weights": np.full(3, 2e7, np.float32)}, {})
    assert found.fatal
    assert "weights explode: 2e+07 is reached" in found.text


@pytest.mark.brian2("sklearn")
def test_a_healthy_training_is_left_alone(brian: Simulator, caplog: pytest.LogCaptureFixture) -> None:
    trained = recipe(digits(), rstdp_epochs=0.2)
    trained.program = CurrentProgram(brian)
    begin = state = trained.initial_state()
    watch, position = diagnostics.Diagnostics(begin, trained.settings.as_dict(), trained.stops[-1]), 0
    for stop in trained.stops:
        state, report = trained.advance(state, position, stop)
        watch.examine(report, state, stop - position)
        position = stop
    assert not [record for record in caplog.records if record.name == "snnedge"]


# Last, as Brian2 forgets the program of the tests before when another one is compiled


@pytest.mark.brian2("sklearn")
def test_memory_sets_the_size_of_a_chunk_and_not_the_result(brian: Simulator) -> None:
    small, large = recipe(digits()), recipe(digits())
    small.fit(chunk_size.BASE_BYTES + (1 << 20))
    large.fit(1 << 31)
    assert small.capacity < CAPACITY < large.capacity
    with pytest.raises(InputError, match=r"in 0.30 GB nothing fits, this network needs 0.37"):
        small.fit(300_000_000)
    whole = run(brian, large)[-1]
    with small:  # compiled for its own chunks
        state, position = small.initial_state(), 0
        for last in loop.chunk_ends(small, 0, None):
            state, position = small.advance(state, position, last)[0], last
        np.testing.assert_equal(small.finish(state), whole)


@pytest.mark.brian2("sklearn")
@pytest.mark.parametrize("name", preset.names())
def test_every_recipe_fits_its_chunks_to_memory(name: str) -> None:
    module = plugins.load("recipes", preset.recipe(name))
    settings = module.choose(preset.load(name, "digits", {"neurons": 20, "samples": 100}), digits())
    found = []
    for size in (chunk_size.BASE_BYTES + (3 << 20), 1 << 31):
        prepared = module.prepare(digits(), settings)
        prepared.fit(size)
        found.append(prepared.capacity)
    assert 100 <= found[0] < found[1]
    with pytest.raises(InputError, match="nothing fits"):
        module.prepare(digits(), settings).fit(1000)


@pytest.mark.brian2("sklearn")
def test_the_margin_rule_is_supervised_and_better(brian2_cache: None) -> None:
    train, test = digits(), data.load("digits", "test")
    plain, better = recipe(train), recipe(train, samples=1500, margin_epochs=6)
    assert (plain.settings.supervised, better.settings.supervised) == (False, True)
    assert (plain.settings.clip, better.settings.clip) == (1, 0.999)
    with better:
        state, position = better.initial_state(), 0
        for stop in better.stops:
            if position == better.ends[-2]:
                labelled = better.finish(better.labelled(state))
                accuracy = (better.predict(labelled, test) == test.labels).mean()
            state, position = better.advance(state, position, stop)[0], stop
        raced = better.predict(state, test)
        better.__exit__()
        compared = better.predict(state, test)  # by the other program
    assert (raced == test.labels).mean() > accuracy + 0.01
    assert (raced == compared).mean() > 0.99
    assert state["weights"].min() < 0
