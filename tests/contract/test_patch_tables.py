"""The scan of conv_wta by tables (csrc/simd/): the bits of plain C at every edge of its layout."""

from dataclasses import replace

import numpy as np
import pytest
from scans import fired, scan_images, scan_model

import snnedge
from snnedge.model.integer_model import IntegerModel
from snnedge.runtime.runtime import Runtime

LEVELS = [name for name in snnedge.simd_levels() if name != "scalar"]
NEVER = 32767

at_every_level = pytest.mark.parametrize("level", LEVELS)


def same_spikes(model: IntegerModel, level: str) -> np.ndarray:
    """Fails unless ``level`` fires what plain C fires; returns the steps of the first spikes."""
    given = scan_images(model)
    plain, fast = (Runtime(model, name).first_spikes(given, "features") for name in ("scalar", level))
    np.testing.assert_array_equal(plain, fast)
    return plain


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
    given, fast, plain = scan_images(model), Runtime(model, level), Runtime(model, "scalar")
    for k in (6, 0, 9, 1, 0, 13):
        np.testing.assert_array_equal(
            fast.first_spikes(given[k : k + 1], "features"),
            plain.first_spikes(given[k : k + 1], "features"),
        )
