"""The scan of conv_wta by tables (csrc/simd/): the bits of plain C at every edge of its layout."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import snnedge
from snnedge.kinds import encoder, neuron, synapse
from snnedge.kinds.neurons.conv_wta import cells
from snnedge.model.integer_model import IntegerModel
from snnedge.model.network import Encoder, Population, Projection, Readout
from snnedge.model.weight_codes import WEIGHT_LIMITS
from snnedge.runtime.runtime import Runtime

LEVELS = [name for name in snnedge.kernels() if name != "scalar"]
NEVER = 32767

at_every_level = pytest.mark.parametrize("level", LEVELS)


def scan_model(
    seed: int = 0,
    patch: tuple[int, int] = (5, 5),
    maps: int = 16,
    positions: tuple[int, int] = (9, 11),
    pool: tuple[int, int] = (4, 4),
    bits: int = 4,
    signed: bool = False,
    least: int = 2,
    spacing: int = 1,
    margin: int = 0,
    threshold: Any = None,
    wide: bool = False,
) -> IntegerModel:
    """Random patches of the whole range; ``pool`` and its stride; ``margin`` pixels around all."""
    rng = np.random.default_rng(seed)
    top = WEIGHT_LIMITS[bits][signed]
    height, line = (2 * margin + spacing * (n - 1) + side for n, side in zip(positions, patch, strict=True))
    layout = {"maps": maps, "rows": positions[0], "columns": positions[1], "line": line}
    layout |= {"pool": pool[0], "stride": pool[1], "first": margin * line + margin, "spacing": spacing}
    units = maps * cells(layout, "rows") * cells(layout, "columns")
    weights = rng.integers(-top if signed else 0, top, (maps, *patch), endpoint=True).astype(np.int8)
    middle = weights.astype(int).sum(axis=(1, 2))
    chosen = middle if threshold is None else np.full(maps, 0) + threshold
    shared = {"offset": 2 ** (bits - 1) if signed else 0, "rows": patch[0], "columns": patch[1]}
    race = {"bias": np.zeros(2, np.int16), "threshold": np.full(2, NEVER, np.int16)}
    return IntegerModel(
        name="scan",
        dt=0.001,
        steps=17,
        bits=4,
        encoder=Encoder(encoder("flash"), (height, line), {"threshold": 128}),
        populations=(
            Population(
                "features", neuron("conv_wta"), units, layout | {"threshold": chosen.astype(np.int16)}
            ),
            Population("output", neuron("if_race"), 2, race),
        ),
        projections=(
            Projection(
                "input",
                "features",
                synapse("shared"),
                weights,
                shared | {"line": line, "least": least},
                bits,
            ),
            Projection(
                "features", "output", synapse("dense"), np.zeros((units, 2), np.int8), {"offset": 0}
            ),
        ),
        readout=Readout("output", np.array([0, 1], np.int16), 2, 0, True),
        scales={"features": 1.0, "output": 1.0},
        wide={"features": wide, "output": False},
    )


def images(model: IntegerModel, seed: int = 0) -> np.ndarray:
    """Empty, full, one pixel in each corner, and random ones of any density."""
    height, line = model.encoder.shape
    rng = np.random.default_rng(seed)
    some = np.zeros((14, height, line), np.uint8)
    some[1] = 255
    some[2, 0, 0] = some[3, 0, -1] = some[4, -1, 0] = some[5, -1, -1] = 255
    some[6:] = 255 * (rng.random((8, height, line)) < np.linspace(0.02, 0.9, 8)[:, None, None])
    return some


def same_spikes(model: IntegerModel, level: str) -> np.ndarray:
    """Fails unless ``level`` fires what plain C fires; returns the steps of the first spikes."""
    given = images(model)
    plain, fast = (Runtime(model, name).first_spikes(given, "features") for name in ("scalar", level))
    np.testing.assert_array_equal(plain, fast)
    return plain


def fired(first: np.ndarray) -> bool:
    return bool((first < 16).any())


@at_every_level
@pytest.mark.parametrize("rows", range(1, 9))
@pytest.mark.parametrize("columns", range(1, 9))
def test_patches_of_any_shape(level: str, rows: int, columns: int) -> None:
    for bits, signed in ((4, False), (4, True), (8, True), (1, False)):
        model = scan_model(rows, (rows, columns), bits=bits, signed=signed, least=1)
        assert fired(same_spikes(model, level))


@at_every_level
@pytest.mark.parametrize("maps", [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 127, 128, 129])
@pytest.mark.parametrize("bits", [1, 4, 8])
def test_any_number_of_maps(level: str, maps: int, bits: int) -> None:
    for patch in ((5, 5), (3, 6)):
        assert fired(same_spikes(scan_model(maps, patch, maps, (6, 6), bits=bits), level))


@at_every_level
@pytest.mark.parametrize(
    "pool", [(1, 1), (2, 1), (3, 2), (4, 4), (5, 3), (6, 3), (7, 7), (20, 1), (255, 255)]
)
def test_any_pooling(level: str, pool: tuple[int, int]) -> None:
    for positions in ((1, 1), (1, 24), (24, 1), (24, 24), (17, 18)):
        assert fired(same_spikes(scan_model(1, positions=positions, pool=pool), level))


@at_every_level
@pytest.mark.parametrize("least", [1, 2, 3, 5, 25])
def test_any_least_number_of_pixels(level: str, least: int) -> None:
    first = same_spikes(scan_model(2, least=least), level)
    assert fired(first[1:2])  # the full image
    assert fired(first[2:6]) == (least == 1)  # one pixel
    assert not fired(first[:1])


@at_every_level
@pytest.mark.parametrize("columns", [43, 46, 47, 50, 51, 54, 55, 100, 101, 150])
@pytest.mark.parametrize("spacing", [1, 2, 3, 7])
def test_lines_longer_than_a_word(level: str, columns: int, spacing: int) -> None:
    for patch in ((5, 5), (2, 8)):
        model = scan_model(columns, patch, 5, (5, columns), spacing=spacing, margin=columns % 3)
        assert fired(same_spikes(model, level))


@at_every_level
def test_margins_and_strides(level: str) -> None:
    for spacing in range(1, 12):
        for margin in range(3):
            assert fired(same_spikes(scan_model(3, spacing=spacing, margin=margin), level))


@at_every_level
def test_the_first_of_equal_maps_wins(level: str) -> None:
    model = scan_model(4, maps=40)
    same = replace(model.projections[0], weights=model.projections[0].weights[[k % 3 for k in range(40)]])
    threshold = {"threshold": model.populations[0].params["threshold"][[k % 3 for k in range(40)]]}
    features = replace(model.populations[0], params=model.populations[0].params | threshold)
    model = replace(
        model,
        populations=(features, model.populations[1]),
        projections=(same, model.projections[1]),
    )
    first = same_spikes(model, level).reshape(14, -1, 40)
    assert fired(first[:, :, 0])
    assert not fired(first[:, :, 3:])


@at_every_level
@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("away", [-2, -1, 0, 1, 2])
def test_headrooms_at_the_limits_of_16_bits(level: str, bits: int, signed: bool, away: int) -> None:
    """2 u - threshold reaches 32767 or -32768, or passes it: one map at a limit among others."""
    model = scan_model(5, maps=17, bits=bits, signed=signed)
    weights = model.projections[0].weights.astype(int)
    most = 2 * np.maximum(weights, 0).sum(axis=(1, 2))
    lowest = 2 * np.minimum(weights, 0).sum(axis=(1, 2))
    for k in (0, 16):
        for limit in (most[k] - 32767 + away, lowest[k] + 32768 + away, 32767, -32768):
            thresholds = np.zeros(17, int)
            thresholds[k] = np.clip(limit, -32768, 32767)
            assert fired(
                same_spikes(scan_model(5, maps=17, threshold=thresholds, bits=bits, signed=signed), level)
            )


@at_every_level
def test_what_the_tables_do_not_serve(level: str) -> None:
    assert fired(same_spikes(scan_model(6, wide=True), level))
    model = scan_model(7)
    twice = replace(model, projections=(model.projections[0], *model.projections))
    assert fired(same_spikes(twice, level))


@at_every_level
def test_a_session_takes_one_sample_after_the_other(level: str) -> None:
    model = scan_model(8)
    given, fast, plain = images(model), Runtime(model, level), Runtime(model, "scalar")
    for k in (6, 0, 9, 1, 0, 13):
        np.testing.assert_array_equal(
            fast.first_spikes(given[k : k + 1], "features"),
            plain.first_spikes(given[k : k + 1], "features"),
        )
