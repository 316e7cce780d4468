"""The instar rule of ``rules/instar`` in Brian2 against the same rule in numpy."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from snnedge.train.rules.instar.simulator import Simulator, State

pytestmark = pytest.mark.brian2

INPUTS, NEURONS, SAMPLES = 16, 5, 400  # sizes of tests/support/strokes.py, so one compilation


@pytest.fixture(scope="module")
def instar(brian2_cache: Path) -> Iterator[Simulator]:
    with Simulator(INPUTS, NEURONS) as simulator:
        yield simulator


def beginning() -> State:
    weights = np.random.default_rng(1).uniform(0.1, 0.6, (INPUTS, NEURONS)).astype(np.float32)
    return State(weights, (weights**2).sum(axis=0) / 2, np.zeros(NEURONS, np.float32))


def samples() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    return (
        rng.random((SAMPLES, INPUTS)) < 0.4,
        rng.uniform(0.01, 0.1, SAMPLES),
        rng.uniform(0, 0.2, SAMPLES),
    )


def by_hand(
    state: State, pixels: np.ndarray, rate: np.ndarray, rise: np.ndarray
) -> tuple[np.ndarray, State]:
    w, b, c = (a.astype(float) for a in (state.weights, state.thresholds, state.conscience))
    winners = np.zeros(SAMPLES, int)
    for n, x in enumerate(pixels):
        u = x @ w
        k = winners[n] = (u - b - c).argmax()
        w[:, k] += rate[n] * (x - w[:, k])
        b[k] += rate[n] * (u[k] / 2 - b[k])
        c[k] += rise[n]
        c -= rise[n] / NEURONS
    return winners, State(w, b, c)


def test_brian2_learns_by_the_instar_rule(instar: Simulator) -> None:
    winners, after = instar.run(beginning(), *samples())
    expected, by_rule = by_hand(beginning(), *samples())
    np.testing.assert_array_equal(winners, expected)
    for name in vars(after):
        np.testing.assert_allclose(getattr(after, name), getattr(by_rule, name), rtol=1e-4, atol=1e-5)
    assert len(np.unique(winners)) == NEURONS
    assert np.abs(after.weights - beginning().weights).max() > 0.1


def test_two_runs_are_one_run(instar: Simulator) -> None:
    winners, after = instar.run(beginning(), *samples())
    first, state = instar.run(beginning(), *(a[:150] for a in samples()))
    second, state = instar.run(state, *(a[150:] for a in samples()))
    np.testing.assert_array_equal(np.concatenate([first, second]), winners)
    for name in vars(after):
        np.testing.assert_array_equal(getattr(state, name), getattr(after, name))


def test_the_conscience_spreads_the_wins(instar: Simulator) -> None:
    pixels, rate, _ = samples()
    favoured = beginning()
    favoured.thresholds[0] -= 1
    wins = [
        np.bincount(instar.run(favoured, pixels, 0 * rate, np.full(SAMPLES, rise))[0], minlength=NEURONS)
        for rise in (0, 0.05)
    ]
    assert wins[0].max() > SAMPLES / 2
    assert wins[1].max() < 1.5 * SAMPLES / NEURONS
