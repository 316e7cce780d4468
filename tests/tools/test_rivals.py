"""tools/rivals: its networks learn, their C is their integers, the page says what was counted."""

import sys
from dataclasses import replace
from pathlib import Path

import needs
import numpy as np
import pytest

from snnedge.boards import board_file
from snnedge.boards.cost.cycles import Cycles
from snnedge.boards.cost.energy import energies

FOLDER = Path(__file__).parents[2] / "tools" / "_rivals"
sys.path.insert(0, str(FOLDER))
try:
    import integers
    import measure
    import nets
    import page
    import training
finally:
    sys.path.remove(str(FOLDER))

IMAGES = np.random.default_rng(3).integers(0, 256, (3, 28, 28), np.uint8)


def random_integers(layers: list, largest: int) -> list:
    """A network as if trained: random weights, with scales from random inputs."""
    rng = np.random.default_rng(5)
    for layer in layers:
        layer.start(rng)
        layer.b = rng.normal(0, 0.1, layer.maps).astype(np.float32)
    training.fix_scales(layers, rng.integers(0, largest + 1, (50, layers[0].size ** 2 * layers[0].depth)))
    return integers.integers(layers, largest)


@pytest.fixture
def untrained(monkeypatch):
    monkeypatch.setattr(nets, "trained", lambda name, layers, *_, **__: random_integers(layers, nets.GRAYS))


@pytest.mark.qemu
@pytest.mark.compiler
@pytest.mark.usefixtures("untrained")
@pytest.mark.parametrize("make", ["convolutional", "perceptron"])
@pytest.mark.parametrize("board", ["microbit", "mps2-an386"])
def test_boards_compute_the_integers(make, board):
    needs.counting(board_file.load(board))
    careful, plain = getattr(nets, make)(None)
    _, scores = careful.answer(IMAGES)
    assert len(np.unique(scores)) > 10  # not all the same
    costs = [measure.rival(net, board, IMAGES) for net in (careful, plain)]
    assert [cost.differ for cost in costs] == [0, 0]
    assert costs[0].instructions < costs[1].instructions
    assert costs[0].energy is None or costs[0].energy.low <= costs[0].energy.high
    wrong = replace(careful, answer=lambda images: (careful.answer(images)[0], scores + 1))
    assert measure.rival(wrong, board, IMAGES).differ == len(IMAGES)


def small() -> list:
    return [training.Layer(6, 1, 3, 1, 4, 4), training.Layer(4, 4, 4, 1, 2, 0)]


def test_gradients_are_those_of_the_loss():
    rng = np.random.default_rng(1)
    layers, codes, labels = small(), rng.integers(0, 4, (8, 36)), rng.integers(0, 2, 8)
    for layer in layers:
        layer.start(rng)
        layer.w, layer.b = layer.w.astype(np.float64), layer.b.astype(np.float64)

    def loss() -> float:
        scores = training.forward(layers, codes)[-1]
        scores = scores - scores.max(1, keepdims=True)
        return float(np.mean(np.log(np.exp(scores).sum(1)) - scores[np.arange(8), labels]))

    found = training._gradients(layers, codes, labels)
    for layer, (gw, gb) in zip(layers, found, strict=True):
        for values, gradient in ((layer.w, gw), (layer.b, gb)):
            place = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
            before = loss()
            values[place] += 1e-5
            assert (loss() - before) / 1e-5 == pytest.approx(gradient[place], rel=0.02)
            values[place] -= 1e-5


def test_a_network_learns_and_keeps_it_as_integers():
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 2, 1000)
    codes = rng.integers(0, 4, (1, 1000, 36)).astype(np.uint8)
    codes[0, labels == 1, 14:16] += 8
    layers = small()
    training.train(layers, codes, labels, epochs=10, seed=0)
    net = integers.integers(layers, int(codes.max()))
    answers = integers.scores(net, codes[0])
    assert (answers.argmax(1) == labels).mean() > 0.95
    floats = training.forward(layers, codes[0])[-1]
    assert (floats.argmax(1) == answers.argmax(1)).mean() > 0.99
    again = small()
    training.train(again, codes, labels, epochs=10, seed=0)
    assert all(np.array_equal(a.w, b.w) for a, b in zip(layers, again, strict=True))


def test_sums_that_could_overflow_are_refused():
    layer = training.Layer(6, 1, 6, 1, 2, 0)
    layer.w, layer.b, layer.unit = np.full((36, 2), 10, np.float32), np.zeros(2, np.float32), 0.1
    assert integers.integers([layer], 9)[0].codes.max() == 100  # 36 x 100 x 9 = 32,400
    with pytest.raises(ValueError, match=r"sums reach 36000.* train again"):
        integers.integers([layer], 10)


def test_halves_of_words_by_hand():
    assert integers.packed(np.array([[3, -2], [-1, 5]])).tolist() == [[0xFFFE0003], [0x0004FFFF]]


def test_work_counts_what_is_not_zero():
    layer = training.Layer(2, 1, 2, 1, 2, 0)
    layer.w, layer.b, layer.unit = np.ones((4, 2), np.float32), np.zeros(2, np.float32), 1.0
    net = integers.integers([layer], 15)
    assert nets.work(net, np.array([[1, 0, 3, 4], [0, 0, 0, 2]])) == (6 + 2) / 2


def cost(board: str, cycles: float) -> measure.Cost:
    of = Cycles(0.9 * cycles, cycles, 1.1 * cycles, "by hand")
    energy = next(iter(energies(board_file.load(board), of)), None)
    return measure.Cost(cycles / 2, of, energy, 100, 10, 0, "gcc")


def row(title: str, micro: float, other: float | None) -> page.Row:
    lacks = "does not fit" if other is None else cost("mps2-an385", other)
    return page.Row(title, 0.98, 1, 1.0, True, {"microbit": cost("microbit", micro), "mps2-an385": lacks})


def test_the_page_says_who_wins_and_whether_the_claim_holds():
    rows = [
        row("spiking", 600, 600),
        row("large", 1000, 1000),
        row("small", 100, 50),
        row("mixed", 1000, None),
    ]
    mixed = replace(rows[3], costs=rows[3].costs | {"mps2-an385": cost("mps2-an385", 700)})
    assert page.winner_line(rows, "microbit").startswith(
        "- **microbit**: the small takes the least energy."
    )
    assert page.winner_line(rows, "microbit").endswith("spiking 6.0; large 10.0; mixed 10.0.")
    assert page.winner_line(rows, "mps2-an385").startswith(
        "- **mps2-an385**: the small takes the least cycles."
    )
    assert "**true**: 0.60 to 0.60 times" in page.claim_line(rows[0], rows[1], ["microbit", "mps2-an385"])
    assert "**false**: 6.00 to 12.00 times" in page.claim_line(rows[0], rows[2], ["microbit", "mps2-an385"])
    assert "**true on some boards**: 0.60 to 0.86" in page.claim_line(rows[0], mixed, list(mixed.costs))
    text = page.page(rows, "zoo:x", 100, "2026-11-21", 0)
    assert "| mixed | 98.00 % | does not fit |" in text
    # 1000 cycles / 16 MHz x 3 V x 4.4 mA = 0.825 uJ; low 900 x 3.1, high 1100 x 5.7
    assert "| large | 98.00 % | 500 | 1,000 (900 to 1,100) | 0.825 (0.523 to 1.18) | 100 | 10 |" in text
