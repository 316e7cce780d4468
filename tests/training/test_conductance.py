"""Recipe `conductance`: Brian2 against the equations by hand; options by their effect. A tiny network."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import replays
from rows import INPUTS, NEURONS, SMALL, images, settings

from snnedge.compiler.discretize import discretize
from snnedge.data import Dataset, contrast
from snnedge.errors import InputError
from snnedge.kinds.encoders import poisson
from snnedge.simulator.arithmetic import FloatingPoint
from snnedge.simulator.reference import simulate
from snnedge.train import diagnostics, preset
from snnedge.train.recipe import State
from snnedge.train.recipes import conductance
from snnedge.train.recipes.conductance.model import shape
from snnedge.train.recipes.conductance.settings import Settings
from snnedge.train.recipes.conductance.simulator import Chunk, Simulator

LENGTH, DRIVEN = 160, 120  # steps

LATERAL = {
    "rule": "pair",
    "inhibition": "lateral",
    "normalize": "max",
    "normalize_to": 1.0,
    "stdp.b": -0.006,
}


# The equations


@pytest.mark.brian2
@pytest.mark.parametrize("changes", [{}, LATERAL])
def test_brian2_does_what_the_equations_say(brian2_cache: Path, changes: dict) -> None:
    recipe = conductance.prepare(images(), settings(**changes))
    state, rng = recipe.initial_state(), np.random.default_rng(7)
    chunk = Chunk(
        rates=rng.uniform(0, 6000, (12, INPUTS)) * (rng.random((12, INPUTS)) < 0.7),
        gains=np.array([1.0, 0.5, 0.0, 1.0] * 3),
        seed=2**31 - 1000,
        stride=1,
        length=LENGTH,
        driven=DRIVEN,
        initial=1.0,
        least=6,
        cap=3.0,
        keep=True,
    )
    with recipe:
        response, after = recipe._run(state, chunk)
    spikes, presentations, expected = by_hand(recipe.settings, state, chunk)
    assert len(spikes) > 30
    assert response.presentations == len(presentations) > 12
    assert list(zip(response.sample, response.step, response.neuron, strict=True)) == spikes
    for name, value in expected.items():
        np.testing.assert_allclose(after[name], value, rtol=2e-4, atol=2e-4, err_msg=name)


def by_hand(
    chosen: Settings, state: State, chunk: Chunk
) -> tuple[list[tuple[int, int, int]], list[int], dict[str, np.ndarray]]:
    """recipes.md in plain numpy: output spikes, the sample of each presentation, the state after."""
    c, s = chosen.constants, {k: v.astype(float) for k, v in state.items()}
    lateral, pair, stdp = c["inhibition"] == "lateral", c["rule"] == "pair", c["stdp"]
    w, limit = s["synapses.w"], s["synapses.limit"]
    exc, inh = _Layer(c["excitatory"], c["dt"]), _Layer(c["inhibitory"], c["dt"])
    theta, trace = s["excitatory.theta"], np.zeros(INPUTS)
    post, slow, inhibition = np.zeros(NEURONS), np.zeros(NEURONS), np.zeros(NEURONS)
    spikes, presentations = [], []
    intensity, k, seed = chunk.initial, 0, chunk.seed

    def faded(tau: float) -> float:
        return float(np.exp(-c["dt"] / tau))

    while k < len(chunk.gains):
        presentations.append(k)
        gain, seen = chunk.gains[k], []
        if gain:
            size = w.sum(axis=0) if c["normalize"] == "sum" else w.max(axis=0)
            w *= c["normalize_to"] * (INPUTS if c["normalize"] == "sum" else 1) / size
            theta *= np.exp(-(c["shown"] + c["rest"]) / c["excitatory"]["tau_theta"])
        key = poisson.key(seed)
        for t in range(chunk.length):
            rates = chunk.rates[k] * intensity * (t < chunk.driven)
            fired = poisson.draw(key, t, INPUTS) < rates
            trace *= faded(stdp["tau_pre"])
            trace = np.where(fired, trace + stdp["a"] if pair else 1, trace)
            post *= faded(stdp["tau_post"])
            slow *= faded(stdp["tau_slow"])
            drive = fired @ w
            change = post if pair else -stdp["b"] * post
            w[fired] = np.clip(w[fired] + gain * change, 0, limit[fired])
            out = exc.step(drive, inhibition, theta)
            for j in np.flatnonzero(out):
                change = trace if pair else stdp["a"] * trace * slow[j]
                w[:, j] = np.clip(w[:, j] + gain * change, 0, limit[:, j])
                seen.append((k, t, int(j)))
            theta = theta + out * c["excitatory"]["theta_plus"] * NEURONS / 400 * gain
            post = np.where(out, post + stdp["b"] if pair else 1, post)
            slow = np.where(out & (not pair), 1, slow)
            relayed = out if lateral else inh.step(out * c["coupling"]["excite"], 0, 0)
            inhibition = c["coupling"]["inhibit"] * (relayed.sum() - relayed)
        seed += chunk.stride
        if len(seen) < chunk.least and intensity < chunk.cap:
            intensity += 1
        else:
            intensity, k = chunk.initial, k + 1
            spikes += seen
    after = {"synapses.w": w, "excitatory.theta": theta, "excitatory.v": exc.v, "excitatory.gi": exc.gi}
    return spikes, presentations, after | {"inputs.trace": trace, "excitatory.post": post}


class _Layer:
    """Neurons of kind `lif_cond_exp`."""

    def __init__(self, table: dict[str, float], dt: float) -> None:
        self.c, self.dt = table, dt
        self.v = np.full(NEURONS, float(table["v_rest"]))
        self.ge, self.gi, self.resting = np.zeros(NEURONS), np.zeros(NEURONS), np.zeros(NEURONS)

    def step(self, drive: np.ndarray, inhibition: np.ndarray | int, theta: np.ndarray | int) -> np.ndarray:
        c, k = self.c, self.dt / self.c["tau"]
        self.ge = np.minimum(self.ge * np.exp(-self.dt / c["tau_e"]) + drive, 1 / k)
        self.gi = np.minimum(self.gi * np.exp(-self.dt / c["tau_i"]) + inhibition, 1 / k)
        v = self.v + k * (c["v_rest"] - self.v)
        v = v + k * self.ge * (c["e_exc"] - v)
        v = v + k * self.gi * (c["e_inh"] - v)
        resting = self.resting > 0
        v = np.where(resting, c["v_reset"], v)
        out = ~resting & (v > c["threshold"] + theta)
        self.v = np.where(out, c["v_reset"], v)
        self.resting = np.where(out, round(c["refractory"] / self.dt) - 1, np.maximum(self.resting - 1, 0))
        return out


@pytest.mark.brian2
@pytest.mark.parametrize("decision", ["all-steps", "margin:2"])
def test_back_end_brian2_equals_the_numpy_float_network(brian2_cache: Path, decision: str) -> None:
    network, pictures = replays.conductance(decision)
    assert conductance.supports(network)
    outcome = conductance.replay(network, pictures)
    assert outcome.spike_counts.sum() > 60
    assert replays.differing(outcome, network, pictures) == 0


def test_back_end_brian2_refuses_other_wirings() -> None:
    recipe = conductance.prepare(images(), settings())
    network = recipe.network(recipe.initial_state(), {})
    first, *others = network.projections
    late = replace(first, delay=0.001)
    assert not conductance.supports(replace(network, projections=(late, *others)))
    wrong = replace(others[-1], receptor="excitatory")
    assert not conductance.supports(replace(network, projections=(first, *others[:-1], wrong)))
    assert not conductance.supports(replace(network, projections=(first, *others[:-1])))


# The options, each by its effect


@pytest.fixture(scope="module")
def brian(brian2_cache: Path) -> Iterator[Simulator]:
    """One program for all that follows: what it has compiled in does not change."""
    with Simulator(shape(settings(), INPUTS, conductance.CAPACITY)) as simulator:
        yield simulator


def trained(brian: Simulator, last: int = 20, data: Dataset | None = None, **changes: object) -> State:
    """The state after the first ``last`` samples of a training with ``changes``."""
    recipe = prepared(brian, data, **changes)
    return advanced(recipe, recipe.initial_state(), 0, last)


def prepared(brian: Simulator, data: Dataset | None = None, **changes: object) -> conductance.Conductance:
    recipe = conductance.prepare(data or images(), settings(**changes))
    recipe.simulator = brian
    return recipe


def advanced(
    recipe: conductance.Conductance, state: State, first: int, last: int, every: int = 10
) -> State:
    while first < last:
        end = min(first + every, last, *(stop for stop in recipe.stops if stop > first))
        state, _ = recipe.advance(state, first, end)
        first = end
    return state


def same(a: State, b: State) -> bool:
    assert a.keys() == b.keys()
    return all(np.array_equal(a[name], b[name]) for name in a)


@pytest.mark.brian2
def test_chunks_of_any_size_give_the_same_bits(brian: Simulator) -> None:
    recipe = prepared(brian, **{"prune.inputs": 0.1, "adapt.patience": 1})
    begin = recipe.initial_state()
    whole, parts = advanced(recipe, begin, 0, 40), advanced(recipe, begin, 0, 17, every=4)
    assert same(whole, advanced(recipe, parts, 17, 40, every=7))
    assert not same(whole, parts)


@pytest.mark.brian2
def test_the_exported_network_fires_as_brian2_does(brian: Simulator) -> None:
    recipe = prepared(brian, **{"decision": "margin:2"})
    state = recipe.finish(advanced(recipe, recipe.initial_state(), 0, 40))
    outcome = simulate(discretize(recipe.network(state, {})), images().images, FloatingPoint)
    response = recipe._respond(state, images().images)
    counts = np.bincount(response.sample * NEURONS + response.neuron, minlength=40 * NEURONS)
    assert counts.sum() > 100
    every = simulate(discretize(prepared(brian).network(state, {})), images().images, FloatingPoint)
    np.testing.assert_array_equal(every.spike_counts, counts.reshape(40, NEURONS))
    np.testing.assert_array_equal(recipe.predict(state, images()), outcome.labels)
    assert (outcome.steps < every.steps).any()


@pytest.mark.brian2
def test_the_schedule_of_learning_rates_matters(brian: Simulator) -> None:
    never = {"shape": "step", "first": 1.0, "factor": 0.0, "every": 10}
    early, late = (trained(brian, last, learning_rate=never) for last in (10, 20))
    assert np.array_equal(early["synapses.w"], late["synapses.w"])
    assert np.array_equal(early["excitatory.theta"], late["excitatory.theta"])
    assert abs(trained(brian, 20)["synapses.w"] - trained(brian, 10)["synapses.w"]).max() > 0.01


@pytest.mark.brian2
def test_learning_rates_adapt_when_accuracy_stands_still(brian: Simulator) -> None:
    recipe = prepared(brian, **{"adapt.patience": 1, "adapt.factor": 0.0})
    state = advanced(recipe, recipe.initial_state(), 0, 20)
    for accuracies, learns in (([0.5, 0.6], True), ([0.6, 0.5], False)):
        seen = {**state, "accuracies": np.array([*accuracies, 0, 0])}
        after = advanced(recipe, seen, 20, 30)
        assert (abs(after["synapses.w"] - state["synapses.w"]).max() > 0.01) == learns


@pytest.mark.brian2
def test_blocks_measure_accuracy_and_label(brian: Simulator) -> None:
    recipe = prepared(brian)
    first, _ = recipe.advance(recipe.initial_state(), 0, 10)
    assert first["accuracies"][0] == 0  # nobody had a label yet
    assert (first["labels"] >= 0).any()
    half, one = recipe.advance(first, 10, 15)
    after, two = recipe.advance(half, 15, 20)
    assert after["accuracies"][1] == pytest.approx(np.mean([one.accuracy, two.accuracy]))
    assert one.spike_counts.sum() == half["block.spikes"].sum() > 0
    assert after["block.spikes"].sum() == 0


@pytest.mark.brian2
def test_a_blank_image_is_shown_up_to_the_cap_and_others_once_more(brian: Simulator) -> None:
    blank = Dataset("rows", "train", np.zeros((40, 4, 6), np.uint8), np.zeros(40, int), 4)
    assert trained(brian, 10, blank, max_intensity=4)["presentations"] == 30  # intensity 2, 3, 4
    assert trained(brian, 10, blank, max_intensity=2)["presentations"] == 10
    assert trained(brian, 10, min_spikes=0)["presentations"] == 10
    eager = trained(brian, 10, min_spikes=40)
    assert eager["presentations"] > 10
    assert eager["intensity"] > 2


@pytest.mark.brian2
@pytest.mark.parametrize(
    ("changes", "illness", "remedy"),
    [
        ({"min_spikes": 1000, "max_intensity": 5}, "runaway intensity", "lower min_spikes (now 1000)"),
        ({"excitatory.theta": 500}, "silent network", "lower excitatory.theta (now 500)"),
        ({}, "", ""),
    ],
)
def test_what_is_sick_is_reported_after_the_first_chunk(
    changes: dict, illness: str, remedy: str, brian: Simulator
) -> None:
    recipe = prepared(brian, **changes)
    begin = recipe.initial_state()
    after, report = recipe.advance(begin, 0, 10)
    constants = preset.load("diehl-cook", "rows", SMALL | changes)
    seen = diagnostics.Window(10, 10 * report.silent_share, report.spike_counts)
    found = [one.text for one in diagnostics.examine(seen, begin, after, constants) if one.fatal]
    assert any(illness in text and remedy in text for text in found) if illness else not found


@pytest.mark.brian2
def test_inputs_without_weight_are_pruned_for_good(brian: Simulator) -> None:
    free = trained(brian, 10)["synapses.w"].mean(axis=1)
    share = float(np.median(free) / free.max())
    state = trained(brian, 10, **{"prune.inputs": share})
    gone = free < share * free.max()
    assert 0 < gone.sum() < INPUTS
    later = trained(brian, 20, **{"prune.inputs": share})
    for found in (state, later):
        assert (found["synapses.w"][gone] == 0).all()
    assert (state["synapses.limit"][~gone] > 0).all()


@pytest.mark.brian2
def test_weak_synapses_go_after_training(brian: Simulator) -> None:
    kept = prepared(brian)
    state = advanced(kept, kept.initial_state(), 0, 20)
    recipe = prepared(brian, **{"prune.synapses": 0.5})
    before, after = kept.finish(state)["synapses.w"], recipe.finish(state)["synapses.w"]
    strong = before >= 0.5 * before.max(axis=0)
    assert 0 < strong.sum() < strong.size
    np.testing.assert_array_equal(after > 0, strong)
    assert recipe.network(recipe.finish(state), {}).projections[0].kind == "sparse"
    assert kept.network(state, {}).projections[0].kind == "dense"


@pytest.mark.brian2
def test_sparse_connections_stay_sparse(brian: Simulator) -> None:
    state = trained(brian, connected=0.3)
    exist = state["synapses.limit"] > 0
    assert 0.2 < exist.mean() < 0.4
    assert (state["synapses.w"][~exist] == 0).all()
    assert abs(state["synapses.w"] - trained(brian, 10, connected=0.3)["synapses.w"]).max() > 0.01


@pytest.mark.brian2
def test_enhanced_images_are_what_is_learned(brian: Simulator) -> None:
    plain = images()
    better = Dataset("rows", "train", contrast.enhanced(plain.images, 3, 2.5), plain.labels, 4)
    table = {"enhance.window": 3, "enhance.power": 2.5}
    assert same(trained(brian, **table), trained(brian, data=better))
    assert not same(trained(brian, **table), trained(brian))
    shown, given = prepared(brian, **table), prepared(brian, better)
    state = given.finish(trained(brian, data=better))
    np.testing.assert_array_equal(shown.predict(state, plain), given.predict(state, better))


# What cannot be


def rate(shape: str, **numbers: float) -> dict:
    return {"learning_rate": {"shape": shape, **numbers}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (rate("exponential", first=-1, last=1), "--set learning_rate=.* gives -1 at sample 0; stay within"),
        (
            rate("step", first=1, factor=1e8, every=1),
            "--set learning_rate=.* gives 1e.08 at sample 1;",
        ),
        (rate("step", first=1, factor=0.5, every=0), "--set learning_rate=.*: schedule"),
        ({"rule": "hebb"}, "--set rule='hebb': choose one of pair, triplet"),
        ({"normalize": "mean"}, "choose one of none, sum, max"),
        ({"stdp.tau_pre": 0}, "--set stdp.tau_pre=0: give a number from"),
        ({"shown": 1e5}, "--set shown=100000.0: .* give 1..65535 of them"),
        ({"enhance.window": 4}, "--set enhance.window=4: give an odd number, or 0"),
        ({"excitatory.v_reset": -50}, "--set excitatory.v_reset=-50: e_inh <= v_reset <= threshold"),
        ({"learning_rate": {"shape": "spiral"}}, "schedule .* line, exponential, cosine, step"),
    ],
)
def test_impossible_numbers_are_named(changes: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        settings(**changes)
