"""The equations of docs/fixed-point.md, worked out by hand: these numbers were not printed by snnedge."""

from types import SimpleNamespace

import numpy as np
import pytest

from snnedge.arithmetic import FixedPoint
from snnedge.codes import pack
from snnedge.encoders import error_diffusion
from snnedge.errors import InputError
from snnedge.neurons import if_wta, lif
from snnedge.synapses import dense


def run(kind, params, drives):
    """Step ``kind`` through ``drives`` (steps, size): spikes and membranes per step."""
    numbers = FixedPoint(1)
    state = kind.initial(1, len(drives[0]), np.int64)
    spikes, membranes = [], []
    for drive in drives:
        inputs = SimpleNamespace(drive=lambda drive=drive: np.array([drive]))
        spikes.append(kind.step(params, state, inputs, numbers)[0].tolist())
        membranes.append(state["v"][0].tolist())
    return spikes, membranes, int(numbers.saturations[0])


def test_if_wta_fires_the_neuron_farthest_above_threshold_and_resets_all():
    spikes, v, _ = run(if_wta, {"threshold": np.array([10, 5])}, [[10, 5], [2, 1], [0, 6]])
    assert spikes == [[False, False], [True, False], [False, True]]  # 12-10=2 beats 6-5=1; then 6-5
    assert v == [[10, 5], [0, 0], [0, 0]]


def test_if_wta_gives_a_tie_to_the_first():
    spikes, _, _ = run(if_wta, {"threshold": np.array([4, 5, 5])}, [[0, 8, 8]])
    assert spikes == [[False, True, False]]


def test_if_wta_saturates_and_counts():
    _, v, saturations = run(if_wta, {"threshold": np.array([32767])}, [[32000], [32000], [-5]])
    assert v == [[32000], [32767], [32762]]
    assert saturations == 1


def test_lif_leaks_rests_and_resets():
    params = {"decay": 16384, "refractory": 2, "reset": 0, "threshold": np.array([10])}
    spikes, v, _ = run(lif, params, [[9], [6], [50], [50], [11]])
    # (9*16384 + 16384) >> 15 = 5; 5 + 6 = 11 > 10 fires; two steps at rest; 11 fires again
    assert [s[0] for s in spikes] == [False, True, False, False, True]
    assert [x[0] for x in v] == [9, 0, 0, 0, 0]


def test_lif_rounds_half_a_unit_up_also_below_zero():
    params = {"decay": 16384, "refractory": 0, "reset": 0, "threshold": np.array([100])}
    _, v, _ = run(lif, params, [[-3], [0], [0], [0]])
    assert [x[0] for x in v] == [-3, -1, 0, 0]  # -1.5 -> -1, -0.5 -> 0


def test_lif_resets_by_subtraction():
    params = {"decay": 0, "refractory": 0, "reset": 1, "threshold": np.array([10])}
    spikes, v, _ = run(lif, params, [[25]])
    assert (spikes, v) == ([[True]], [[15]])


def test_error_diffusion_spreads_the_drive_evenly():
    params = {"drive": 65536, "limit": 32768, "seed": 0}  # one spike per step over all sources
    state = error_diffusion.begin(params, np.array([[3, 1]], np.uint8), FixedPoint(1))
    # gain = 2^24 // 4 = 2^22; rates 3 * 2^14 = 49152 -> limit 32768, and 16384
    assert state["rate"].tolist() == [[32768, 16384]]
    assert state["acc"].tolist() == [[0, 40503]]
    spikes = [error_diffusion.step(state)[0].tolist() for _ in range(4)]
    assert spikes == [[False, False], [True, True], [False, False], [True, False]]


def test_error_diffusion_of_a_blank_sample_is_silent():
    params = {"drive": 2**24 - 1, "limit": 65535, "seed": 65535}
    state = error_diffusion.begin(params, np.zeros((1, 50), np.uint8), FixedPoint(1))
    assert not any(error_diffusion.step(state).any() for _ in range(20))


@pytest.mark.parametrize(("drive", "limit"), [(2.0**24, 9), (0.2, 9), (9, 65536), (9, 0)])
def test_error_diffusion_refuses_what_the_contract_cannot_hold(drive, limit):
    with pytest.raises(InputError, match="encoder"):
        error_diffusion.quantize({"drive": drive, "limit": limit, "seed": 0})


@pytest.mark.parametrize("targets", [1, 2, 7, 8, 9])
def test_dense_packs_rows_of_whole_words(targets):
    weights = np.arange(-3, 2 * targets - 3).reshape(2, targets).astype(np.int8) % 5 - 2
    for bits, per_byte in ((4, 2), (8, 1)):
        packed = pack(weights, bits, 8)
        assert packed.shape[1] % 4 == 0
        codes = packed.reshape(2, -1)
        if per_byte == 2:
            codes = np.stack([codes & 15, codes >> 4], axis=2).reshape(2, -1)
        assert (codes[:, :targets].astype(int) - 8 == weights).all()


def test_the_bound_is_the_largest_sum_of_either_sign():
    weights = np.array([[3, -1], [4, -9], [-2, 0]], np.int8)
    assert dense.bounds(weights) == 10
