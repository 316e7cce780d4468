"""The race of ``rules/margin_race`` in Brian2 against the same rules in numpy."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from snnedge.train.rules.margin_race.simulator import Response, Rule, Simulator, State

pytestmark = [pytest.mark.brian2, pytest.mark.usefixtures("brian2_cache")]

INPUTS, NEURONS, STEPS, SAMPLES, CLASSES = 40, 12, 8, 300, 3


@pytest.fixture(scope="module")
def scan(brian2_cache: Path) -> Iterator[Simulator]:
    with Simulator("scan", INPUTS, NEURONS, STEPS) as simulator:
        yield simulator


def beginning(threshold: float) -> State:
    rng = np.random.default_rng(1)
    weights = rng.uniform(-0.2, 1, (INPUTS, NEURONS)).astype(np.float32)
    return State(
        weights, rng.uniform(-0.5, 0.5, NEURONS).astype(np.float32), np.full(NEURONS, threshold, np.float32)
    )


def labels() -> np.ndarray:
    return np.arange(NEURONS) % CLASSES


def numbers() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2)
    return {
        "target": rng.integers(0, CLASSES, SAMPLES),
        "rate": rng.uniform(0.01, 0.05, SAMPLES),
        "rise": np.full(SAMPLES, 0.02),
    }


def phases() -> np.ndarray:
    rng = np.random.default_rng(3)
    return np.where(rng.random((SAMPLES, INPUTS)) < 0.4, rng.integers(0, STEPS, (SAMPLES, INPUTS)), 127)


def by_hand(
    state: State, rule: Rule, series: dict[str, np.ndarray], spikes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, State]:
    """The rules of ``rules/margin_race`` once more; ``spikes`` bool (samples, steps, inputs)."""
    w, b, c = state.weights.astype(float), state.bias.astype(float), np.zeros(NEURONS)
    winners, decided = np.zeros(SAMPLES, int), np.full(SAMPLES, STEPS)
    for n in range(SAMPLES):
        for t in range(STEPS):
            trace = spikes[n, : t + 1].sum(axis=0)
            over = trace @ w - b - state.thresholds
            if rule.exits and (over > 0).any():
                decided[n] = t
                break
        true = labels() == series["target"][n]
        r, q = np.where(true, over - c, -np.inf).argmax(), np.where(true, -np.inf, over).argmax()
        lead = over[r] - over[q]
        winners[n] = r if lead > 0 or (lead == 0 and r < q) else q
        c[r] += series["rise"][n]
        c[true] -= series["rise"][n] / max(true.sum(), 1)
        if lead < rule.margin:
            a = series["rate"][n] * (1 - rule.graded * lead / rule.margin)
            w[:, r] += a * trace
            w[:, q] -= a * trace
            b[r] -= a * rule.bias_rate
            b[q] += a * rule.bias_rate
    return winners, decided, State(w, b, state.thresholds)


def agree(found: tuple[Response, State], expected: tuple[np.ndarray, np.ndarray, State]) -> None:
    (response, after), (winners, decided, by_rule) = found, expected
    np.testing.assert_array_equal(response.winners, winners)
    np.testing.assert_array_equal(response.decided, decided)
    np.testing.assert_allclose(after.weights, by_rule.weights, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(after.bias, by_rule.bias, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("threshold", "rule"),
    [
        (5.0, Rule(0.7)),
        (5.0, Rule(0.7, exits=0)),
        (3.0, Rule(0.7, graded=1)),
        (4.0, Rule(0.3, bias_rate=0)),
    ],
)
def test_brian2_learns_by_the_margin_rule(scan: Simulator, threshold: float, rule: Rule) -> None:
    series, begin = numbers(), beginning(threshold)
    spikes = phases()[:, None, :] == np.arange(STEPS)[:, None]
    expected = by_hand(begin, rule, series, spikes)
    agree(scan.run(begin, labels(), rule, series | {"phases": phases()}), expected)
    moved = np.abs(expected[2].weights - begin.weights).max()
    assert moved > 0.1  # something was learned
    assert (expected[1] < STEPS).any() == bool(rule.exits)


def test_a_conscience_spreads_learning_over_a_class(scan: Simulator) -> None:
    """One neuron of each class is far ahead: only without a conscience do the others learn nothing."""
    begin = beginning(5.0)
    begin.weights[:, CLASSES:] = 0
    for rise, learners in ((0.0, 0), (0.5, NEURONS - CLASSES)):
        series = numbers() | {"phases": phases(), "rise": np.full(SAMPLES, rise)}
        _, after = scan.run(begin, labels(), Rule(0.7, exits=0), series)
        gained = (after.weights - begin.weights).max(axis=0)
        assert (gained[CLASSES:] > 0.02).sum() == learners


def test_two_runs_are_one_run(scan: Simulator) -> None:
    rule, series = Rule(0.7), numbers() | {"phases": phases()}
    whole = scan.run(beginning(5.0), labels(), rule, series)
    half, state = SAMPLES // 3, beginning(5.0)
    winners = []
    for part in (slice(half), slice(half, None)):
        response, state = scan.run(
            state, labels(), rule, {name: values[part] for name, values in series.items()}
        )
        winners.append(response.winners)
    np.testing.assert_array_equal(np.concatenate(winners), whole[0].winners)
    np.testing.assert_array_equal(state.weights, whole[1].weights)
    np.testing.assert_array_equal(state.bias, whole[1].bias)


def test_nothing_is_learned_without_a_rival(scan: Simulator) -> None:
    series = numbers() | {"phases": phases(), "target": np.full(SAMPLES, 7)}
    _, after = scan.run(beginning(5.0), labels(), Rule(0.7), series)
    np.testing.assert_array_equal(after.weights, beginning(5.0).weights)


def test_error_diffusion_drives_the_same_race() -> None:
    rng = np.random.default_rng(4)
    rates, seeds = rng.integers(0, 20000, (SAMPLES, INPUTS)), rng.integers(0, 65536, SAMPLES)
    start = (seeds[:, None] + 40503 * np.arange(INPUTS)) % 65536
    steps = np.arange(1, STEPS + 1)[:, None]
    spikes = (start[:, None] + rates[:, None] * steps) // 65536 - (
        start[:, None] + rates[:, None] * (steps - 1)
    ) // 65536
    series, rule, begin = numbers(), Rule(0.7, graded=1, bias_rate=0), beginning(9.0)
    with Simulator("error_diffusion", INPUTS, NEURONS, STEPS) as simulator:
        found = simulator.run(begin, labels(), rule, series | {"rates": rates, "seeds": seeds})
    agree(found, by_hand(begin, rule, series, spikes))
