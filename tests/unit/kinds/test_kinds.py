"""The equations of integer-contract.md, worked out by hand: these numbers were not printed by snnedge."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from networks import random_network

from snnedge.compiler.quantize import quantize
from snnedge.compiler.tables import lower, packed
from snnedge.errors import InputError
from snnedge.kinds import encoder, neuron, synapse
from snnedge.kinds.encoders import binary, error_diffusion, poisson
from snnedge.kinds.neurons import conv_wta, if_ttfs, if_wta, lif, lif_cond_exp
from snnedge.kinds.synapses import dense, lateral, one_to_one, patch, sparse
from snnedge.model.integer_model import IntegerModel
from snnedge.model.network import Encoder, Population, Projection, Readout
from snnedge.model.weight_codes import pack
from snnedge.runtime import runtime
from snnedge.runtime.runtime import Runtime
from snnedge.simulator import reference
from snnedge.simulator.arithmetic import FixedPoint, FloatingPoint
from snnedge.simulator.synaptic_input import SynapticInput


def run(kind, params, currents):
    """Step ``kind`` through ``currents`` (steps, size): spikes and membranes per step."""
    numbers = FixedPoint(1)
    state = kind.initial(1, len(currents[0]), np.int64)
    spikes, membranes = [], []
    for current in currents:
        inputs = SimpleNamespace(current=lambda current=current: np.array([current]))
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


@pytest.mark.parametrize(
    ("refractory", "apart"), [(0.0, 1), (0.0004, 1), (0.001, 1), (0.002, 2), (0.005, 5)]
)
def test_spikes_can_be_a_refractory_period_apart(refractory, apart):
    net = {"threshold": np.array([1.0]), "tau": 1.0, "refractory": refractory, "reset": "zero"}
    integers = lif.quantize(lif.discretize(net, 0.001), {"membrane": 1.0})
    spikes, _, _ = run(lif, integers | {"threshold": np.array([1])}, [[5]] * 12)
    assert np.diff(np.flatnonzero(spikes)).tolist() == [apart] * (11 // apart)


def test_lif_resets_by_subtraction():
    params = {"decay": 0, "refractory": 0, "reset": 1, "threshold": np.array([10])}
    spikes, v, _ = run(lif, params, [[25]])
    assert (spikes, v) == ([[True]], [[15]])


HALF, FULL = 2**14, 2**15
CONDUCTANCES = {
    "leak": HALF,
    "decay_e": 16384,
    "decay_i": 16384,
    "gain_e": FULL // 4,
    "gain_i": HALF,
    "shift_e": 0,
    "shift_i": 0,
    "reset": -100,
    "reversal_e": 1000,
    "reversal_i": -600,
    "refractory": 1,
    "threshold": np.array([300]),
}


def conduct(params, currents, arithmetic):
    """Step lif_cond_exp through ``currents`` [(excitatory, inhibitory)] of one neuron: spikes, v."""
    state = lif_cond_exp.initial(1, 1, arithmetic.dtype)
    spikes, v = [], []
    for pair in currents:
        current = dict(zip(lif_cond_exp.RECEPTORS, pair, strict=True))
        inputs = SimpleNamespace(current=lambda receptor, current=current: np.array([[current[receptor]]]))
        spikes.append(bool(lif_cond_exp.step(params, state, inputs, arithmetic)[0, 0]))
        v.append(state["v"][0, 0])
    return spikes, v


def test_lif_cond_exp_moves_to_its_potentials_one_after_the_other():
    numbers = FixedPoint(1)
    spikes, v = conduct(CONDUCTANCES, [(2, 0), (0, 0), (0, 1), (9, 0)], numbers)
    # 0: conductance_e 1/2: 0 -> 500 > 300 fires. 1: rests; conductance_e 1/4.
    # 2: fractions 1/8, 1/2: -100 -> -50; 1050/8 = 131.25 -> 81; -681/2 = -340.5 -> -340, halves up: -259.
    # 3: 9/4 is more than 1, counted; conductance_i 1/4: -259 -> -129 -> 1000; -1600/4 -> 600 fires
    assert spikes == [True, False, False, True]
    assert v == [-100, -100, -259, -100]
    assert numbers.saturations[0] == 1


def test_lif_cond_exp_lets_conductances_decay_in_their_own_time():
    params = CONDUCTANCES | {"threshold": np.array([32767]), "decay_i": 0, "leak": 1}
    _, v = conduct(params, [(1, 0), (0, 0), (0, 1), (0, 0)], FixedPoint(1))
    # conductance_e 1/4, 1/8, 1/16, 1/32; conductance_i only in step 2; the leak is below one part in 2^15
    # 250; 750/8 = 93.75 -> 344; 656/16 = 41 -> 385, -985/2 = -492.5 -> -492: -107; 1107/32 = 34.6: -72
    assert v == [250, 344, -107, -72]


@pytest.mark.parametrize(("arithmetic", "one", "decay"), [
    (FloatingPoint, 1.0, 0.5), (FixedPoint, FULL, 16384),
])  # fmt: skip
def test_lif_cond_exp_never_overshoots_and_never_oscillates(arithmetic, one, decay):
    numbers = dict.fromkeys(("gain_e", "gain_i"), arithmetic(1).dtype(one / 12))
    numbers |= {"leak": arithmetic(1).dtype(one / 200), "decay_e": decay, "decay_i": decay}
    params = CONDUCTANCES | numbers | {"threshold": np.array([2000]), "refractory": 0}
    _, v = conduct(params, [(0, 500)] * 5, arithmetic(1))  # several hundred inhibitory spikes at once
    assert v == [-600] * 5
    currents = np.random.default_rng(1).integers(0, 30, (300, 2)) ** 2
    _, v = conduct(params, currents, arithmetic(1))
    assert min(v) >= -600 - 1e-9
    assert max(v) <= 1000 + 1e-9
    _, v = conduct(params, [(0, 3)] * 40, arithmetic(1))
    assert (np.diff(v) <= 0).all()  # down to its balance, without a swing


def test_lif_cond_exp_takes_hostile_input_currents():
    numbers = FixedPoint(1)
    params = CONDUCTANCES | {"reversal_e": 32767, "reversal_i": -32767, "threshold": np.array([32767])}
    _, v = conduct(params, [(32767, 0), (0, 32767), (-32768, 0), (32767, 32767)], numbers)
    assert v[:2] == [32766, -32765]  # 32767/32768 of the way; 98301/65536 of it would not fit
    assert v[3] == -32765
    assert numbers.saturations[0] == 4


VOLTS = {
    "threshold": np.array([-0.052, 9.0]),
    "rest": -0.065,
    "reset": -0.060,
    "reversal_e": 0.0,
    "reversal_i": -0.1,
    "tau": 0.1,
    "tau_e": 0.001,
    "tau_i": 0.002,
    "refractory": 0.005,
}


def test_lif_cond_exp_in_integers():
    params = lif_cond_exp.discretize(VOLTS, 0.0005)
    finest = {"excitatory": 127 / 0.3, "inhibitory": np.inf}
    scales = lif_cond_exp.scales(params, finest, {"conductance_e": 0.02, "conductance_i": 0.3})
    integers = lif_cond_exp.quantize(params, scales)
    # 4 x 0.02 < 2^-3, so conductances are kept in 2^-18; 4 x 0.3 is more than 1
    assert (integers["shift_e"], integers["shift_i"]) == (3, 0)
    # conductance 1 is 200 leaks: one is 163.84 of 2^15, 1310.72 of 2^18; 0.3 at 127 codes: / 423.33 -> 4
    assert (integers["leak"], integers["gain_e"], integers["gain_i"]) == (164, 4, 1)
    assert scales["excitatory"] * 0.3 == pytest.approx(98.3, abs=0.01)  # of 127 codes
    assert scales["inhibitory"] * 17 == pytest.approx(2785.3, abs=0.1)
    assert (integers["decay_e"], integers["decay_i"]) == (19875, 25520)  # 2^15 exp(-1/2), exp(-1/4)
    # 2^18 units per volt: 13 mV, 5 mV, 65 mV, -35 mV
    assert integers["threshold"].tolist() == [3407, 32767]
    assert [integers[name] for name in ("reset", "reversal_e", "reversal_i")] == [1311, 17039, -9175]
    assert integers["refractory"] == 9  # the next spike can come 10 steps after one


@pytest.mark.parametrize(("change", "problem"), [
    ({"reset": -0.101}, "between reversal_i -0.1 V and reversal_e 0 V"),
    ({"rest": 0.001}, "between reversal_i"),
    ({"tau": 0.0004}, "tau 0.0004 s: shorter than the time step of 0.0005 s"),
    ({"reversal_e": 0.061}, "reversal_e: 33030 in integers; the contract takes potentials within 0.125 V"),
    ({"refractory": 20.0}, "refractory: 39999 in integers; the contract takes 0..32767"),
])  # fmt: skip
def test_lif_cond_exp_refuses_what_the_contract_cannot_hold(change, problem):
    def quantized(volts):
        params = lif_cond_exp.discretize(volts, 0.0005)
        finest = dict.fromkeys(lif_cond_exp.RECEPTORS, 1.0)
        return lif_cond_exp.quantize(params, lif_cond_exp.scales(params, finest, {}))

    assert quantized(VOLTS)
    with pytest.raises(InputError, match=problem):
        quantized(VOLTS | change)


def test_error_diffusion_spreads_its_spikes_evenly():
    params = {"drive": 65536, "limit": 32768, "seed": 0}  # one spike per step over all sources
    state = error_diffusion.begin(params, np.array([[3, 1]], np.uint8), FixedPoint(1))
    # gain = 2^24 // 4 = 2^22; rates 3 * 2^14 = 49152 -> limit 32768, and 16384
    assert state["rate"].tolist() == [[32768, 16384]]
    assert state["accumulator"].tolist() == [[0, 40503]]
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
    assert dense.bound(Projection("a", "b", synapse("dense"), weights), 2) == 10


def test_if_ttfs_starts_at_minus_bias_and_fires_once():
    params = {"bias": np.array([-3, 2]), "threshold": np.array([4, 4])}
    spikes, v, _ = run(if_ttfs, params, [[1, 2], [2, 7], [90, 0]])
    # 3+1=4 is not above 4; then 6 and 7: neuron 1 is farther above; then silence, but v goes on
    assert spikes == [[False, False], [False, True], [False, False]]
    assert v == [[4, 0], [6, 7], [96, 7]]


def test_if_ttfs_at_its_limits():
    params = {"bias": np.array([-32768, 32767]), "threshold": np.array([32767, 32767])}
    spikes, v, saturations = run(if_ttfs, params, [[0, -1], [5, -1]])
    assert spikes == [[False, False], [False, False]]
    assert v == [[32767, -32768], [32767, -32768]]  # 32768 and -32769 saturate; so they do again
    assert saturations == 3


def test_a_threshold_that_is_never_reached_takes_no_part_in_the_scale():
    params = {"bias": np.array([-0.5, 1.5]), "threshold": np.array([if_ttfs.NEVER, 2.49])}
    integers = if_ttfs.quantize(params, {"membrane": 10.0})
    assert if_ttfs.scales(params, {"excitatory": np.inf}, {})["membrane"] == 32767 / 2.49
    assert (integers["bias"].tolist(), integers["threshold"].tolist()) == ([-5, 15], [32767, 24])


def test_binary_spikes_once_and_at_the_threshold():
    state = binary.begin({"threshold": 128}, np.array([[127, 128, 255]], np.uint8), FixedPoint(1))
    assert [binary.step(state)[0].tolist() for _ in range(2)] == [[False, True, True], [False] * 3]


def test_poisson_spikes_where_its_number_is_below_the_probability():
    # The numbers were computed apart, in Python's integers: mix(1) is lowbias32(1).
    assert poisson.mix(np.array([1, 2, 2**32 - 1], np.uint32)).tolist() == [
        1753845952,
        3507691905,
        1734902346,
    ]
    numbers = [poisson.draw(poisson.key(7), t, 3).tolist() for t in range(3)]
    assert numbers == [[53030, 15061, 934], [3176, 24603, 28600], [3200, 8488, 10756]]
    params = {"gain": 25600, "seed": 7}  # 100/65536 per gray level
    state = poisson.begin(params, np.array([[255, 151, 9], [0, 150, 108]], np.uint8), FixedPoint(2))
    spikes = [poisson.step(state).astype(int).tolist() for _ in range(3)]
    # below 25500, 15100, 900; and 0, 15000, 10800
    # 15061 is not below itself
    exact = {"probability": np.array([[15061, 15061, 934], [0, 15062, 935]])}
    assert poisson.step(exact | {"key": poisson.key(7), "step": np.zeros(1)}).tolist() == [
        [False, False, False],
        [False, True, True],
    ]
    assert spikes == [[[0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 0, 0]], [[1, 1, 0], [0, 1, 1]]]


def test_poisson_at_its_limits():
    whole = poisson.discretize({"max_rate": 2000, "seed": 2**31 - 1}, 9, 0.0005)
    assert whole["gain"] == poisson.MAX_GAIN == 65793
    state = poisson.begin(whole, np.array([[0, 1, 254, 255]], np.uint8), FixedPoint(1))
    assert state["probability"].tolist() == [[0, 257, 65279, 65535]]  # 255 would be 65536
    for rate in (2002, 0.01):
        with pytest.raises(InputError, match=r"encoder.max_rate: .* but a step of 0.0005 s takes"):
            poisson.discretize({"max_rate": rate, "seed": 0}, 9, 0.0005)


def test_poisson_numbers_are_even_and_independent():
    n, size, steps = 350 * 784, 784, 350
    u = np.stack([poisson.draw(poisson.key(1), t, size) for t in range(steps)]) / 65536 - 0.5
    other = np.stack([poisson.draw(poisson.key(2), t, size) for t in range(steps)]) / 65536 - 0.5
    assert abs(u.mean()) < 4 / np.sqrt(12 * n)
    counts = np.histogram(u, 256, (-0.5, 0.5))[0]
    assert ((counts - n / 256) ** 2 / (n / 256)).sum() < 255 + 4 * np.sqrt(2 * 255)  # chi squared
    for a, b in [(u[1:], u[:-1]), (u[:, 1:], u[:, :-1]), (u[1:, 1:], u[:-1, :-1]), (u, other)]:
        assert abs((a * b).mean() * 12) < 4 / np.sqrt(a.size)
        rare = (a < -0.47) & (b < -0.47)  # of the spikes that D&C's rates make
        assert abs(rare.sum() - 0.0009 * a.size) < 4 * np.sqrt(0.0009 * a.size)
    trains = (u < -0.4).sum(axis=0)  # one count per source: binomial
    assert abs(trains.var() / (steps * 0.09) - 1) < 4 * np.sqrt(2 / size)


def test_shared_takes_its_patch_from_the_map():
    weights = np.array([[[1, 2], [4, 8]], [[5, 0], [0, 5]]])
    s = Projection("input", "features", synapse("patch"), weights, {"image_width": 3, "min_active": 2})
    seen = np.array([[0, 1, 0, 1, 1, 0]], bool)  # 2 rows of 3: . # . / # # .
    patches = patch.patches(s, seen, np.array([0, 1]))
    # place 0: . # / # # ; place 1: # . / # .
    assert patches.astype(int).tolist() == [[[0, 1, 1, 1], [1, 0, 1, 0]]]
    assert not patch.patches(
        replace(s, params={"image_width": 3, "min_active": 3}), seen, np.array([1])
    ).any()
    inputs = SynapticInput([s], 0, {}, {"input": seen}, FixedPoint(1))
    current, delivered = inputs.current_at(np.array([0, 1]), 2)
    assert (current.tolist(), delivered.tolist()) == ([[[14, 5], [5, 5]]], [[3, 2]])


def one_input(*projections, neurons=1, steps=14):
    """A model of lif neurons that fire on any input; its only input spikes in steps 3, 7 and 11."""
    lif = {"decay": 0, "refractory": 0, "reset": 0, "threshold": np.zeros(neurons, np.int16)}
    names = dict.fromkeys(s.target for s in projections)
    return IntegerModel(
        name="delays",
        dt=0.001,
        steps=steps,
        bits=8,
        encoder=Encoder(encoder("error_diffusion"), (1,), {"drive": 16384, "limit": 65535, "seed": 0}),
        populations=tuple(Population(name, neuron("lif"), neurons, lif) for name in names),
        projections=projections,
        readout=Readout(list(names)[-1], np.zeros(neurons, np.int16), 1),
        scales=dict.fromkeys(names, 1.0),
        wide=dict.fromkeys(names, False),
    )


def weight(source, target, w, **fields):
    return Projection(
        source, target, synapse("dense"), np.array([[w]], np.int8), {"zero_point": 128}, **fields
    )


def fires(model, name):
    """Steps in which neuron 0 of ``name`` fires: of the reference and of the compiled core."""
    image = np.array([[128]], np.uint8)  # 128 x (2^22 / 128) >> 8 = 16384 = a quarter of a spike per step
    steps = []
    reference.run(model, image, [lambda b: b.spikes[name][0, 0] and steps.append(b.step)])
    assert np.flatnonzero(Runtime(model).trace(image, name).spikes[0, :, 0]).tolist() == steps
    return steps


def test_a_spike_arrives_after_its_delay():
    chain = (weight("input", "a", 1, delay=2), weight("a", "b", 1), weight("a", "c", 1, delay=3))
    model = one_input(*chain)
    assert [fires(model, name) for name in "abc"] == [[5, 9, 13], [5, 9, 13], [8, 12]]


def test_delays_come_on_top_of_the_order_of_evaluation():
    back = (weight("b", "a", 1, delay=1), weight("input", "b", 1), weight("b", "c", 1, delay=1))
    model = one_input(*back)
    assert [fires(model, name) for name in "abc"] == [[5, 9, 13], [3, 7, 11], [4, 8, 12]]
    itself = one_input(weight("input", "a", 1), weight("a", "a", 1, delay=5))  # 3+6, 7+6
    assert fires(itself, "a") == [3, 7, 9, 11, 13]


def test_receptors_are_summed_apart():
    parts = [("excitatory", 5), ("inhibitory", 7), ("excitatory", 1)]
    projections = [weight("x", "n", w, receptor=receptor) for receptor, w in parts]
    inputs = SynapticInput(projections, 1, {"x": np.ones((1, 1, 1), bool)}, {}, FixedPoint(1))
    assert (inputs.current().tolist(), inputs.current("inhibitory").tolist()) == ([[6]], [[7]])


def add(kind, weights, spikes, targets, params=None):
    """Sums of ``kind`` for ``spikes`` (n, sources), in fixed point."""
    s = Projection("a", "b", kind.__name__.rpartition(".")[2], weights, params or {})
    return kind.sums(s, np.array(spikes, bool), FixedPoint(len(spikes))).tolist()


def test_one_to_one_and_lateral_have_one_weight():
    spikes = [[1, 0, 1], [0, 0, 0], [1, 1, 1]]
    assert add(one_to_one, None, spikes, 3, {"weight": 300}) == [[300, 0, 300], [0, 0, 0], [300] * 3]
    assert add(lateral, None, spikes, 3, {"weight": -300}) == [
        [-300, -600, -300],
        [0, 0, 0],
        [-600] * 3,
    ]


def test_sparse_adds_like_dense():
    weights = np.array([[0, 5, 0, -2], [0, 0, 0, 0], [1, 0, 0, 3]], np.int8)
    for kind in (sparse, dense):
        assert add(kind, weights, [[1, 1, 1], [0, 1, 0]], 4) == [[1, 5, 0, 1], [0, 0, 0, 0]]


def packed_sparsely(weights, bits, zero_point=0):
    """Where the rows lie, and the entries, of a sparse table."""
    matrix, params = np.array(weights, np.int8), {"zero_point": zero_point}
    table = sparse.pack(Projection("a", "b", synapse("sparse"), matrix, params), bits)
    rows = len(weights) + 1
    return table[: 4 * rows].view("<u4").tolist(), table[4 * rows :].tolist()


def test_sparse_entries_are_codes_and_gaps():
    # 16 bytes say where 3 rows begin and the last ends; an entry is 16 x gap + code, or a code and a gap
    weights = [[0, 5, 0, 2], [0, 0, 0, 0], [1, 0, 0, 3]]
    assert packed_sparsely(weights, 4) == ([16, 18, 18, 20], [16 + 5, 16 + 2, 1, 32 + 3])
    assert packed_sparsely(weights, 8) == ([16, 20, 20, 24], [5, 1, 2, 1, 1, 0, 3, 2])
    assert packed_sparsely(np.array(weights) - 1, 6, 32)[1][:4] == [31, 0, 36, 0]  # -1, 4; then -1, 1
    assert packed_sparsely([[0, 1, 0], [1, 0, 0]], 1) == ([12, 13, 14], [2 + 1, 1])


def test_sparse_bridges_wide_gaps():
    far = np.zeros((1, 600), np.int8)
    far[0, [15, 32, 599]] = 1
    # one byte reaches 16 targets: 15 free; 16 free; 566 = 35 x 16 + 6 free
    assert packed_sparsely(far, 4)[1] == [15 * 16 + 1, 15 * 16, 1] + 35 * [15 * 16] + [6 * 16 + 1]
    # two bytes reach 256: 566 = 2 x 256 + 54
    assert packed_sparsely(far, 8, 128)[1] == [129, 15, 129, 16, 128, 255, 128, 255, 129, 54]


def test_a_matrix_is_stored_sparsely_where_that_saves_a_quarter():
    weights = np.ones((6, 100), np.int8)
    full = Projection("a", "b", synapse("sparse"), weights, {"zero_point": 0})
    assert [packed(replace(full, kind=synapse(k)), 4)[0].kind for k in ("dense", "sparse")] == [
        "dense",
        "dense",
    ]
    pruned = replace(full, weights=weights * (np.arange(100) % 3 == 0))
    assert [packed(replace(pruned, kind=synapse(k)), 4)[0].kind for k in ("dense", "sparse")] == [
        "sparse",
        "sparse",
    ]
    # Too small a saving, and a storage that is stated
    less = replace(full, weights=weights * (np.arange(100) % 5 < 2))
    assert (dense.pack(less, 4).nbytes, sparse.pack(less, 4).nbytes) == (312, 268)
    assert packed(less, 4)[0].kind == "dense"
    assert [packed(less, 4, kind)[0].kind for kind in ("dense", "sparse")] == ["dense", "sparse"]
    assert packed(replace(pruned, kind=synapse("sparse")), 4, "dense")[0].kind == "dense"
    # 6 rows of 52 bytes, against 7 places of 4 bytes and 6 rows of 34 entries
    assert (dense.pack(pruned, 4).nbytes, sparse.pack(pruned, 4).nbytes) == (312, 232)


def test_the_host_has_rows_unless_the_model_says_lists(monkeypatch):
    model = quantize(random_network(3))
    (s,) = model.projections
    pruned = replace(model, projections=(replace(s, weights=s.weights * (np.arange(13) == 0)),))
    compiled = []
    monkeypatch.setattr(runtime, "compile_tables", lambda tables, level: compiled.append(tables))
    for storage in ("auto", "dense", "sparse"):
        runtime.Runtime(replace(pruned, storage=storage))
    assert [tables.projections[0].kind for tables in compiled] == ["dense", "dense", "sparse"]
    assert lower(pruned).projections[0].kind == "sparse"  # flash


def test_additions_of_each_connection_type():
    weights = np.array([[1, 0, 2], [0, 0, 0], [0, 3, 0]], np.int8)
    model = SimpleNamespace(by_name={"a": Population("a", neuron("lif"), 3)})
    spikes = np.array([[[1, 1, 0], [0, 0, 0], [1, 0, 1]]], bool)  # two steps with two spikes each

    def count(kind):
        s = Projection("a", "a", kind.__name__.rpartition(".")[2], weights)
        return kind.operations(model, s, spikes, np.array([3]))

    assert count(dense) == 4 * 3
    assert count(sparse) == 2 * 2 + 0 + 1
    assert count(one_to_one) == 4
    assert count(lateral) == 2 * 3 + 4


def scan_of(params, currents):
    """Step conv_wta; ``currents``: {(y, x): u of every map}; the units that fire, step by step."""
    params = {"image_width": 10} | params
    cells = conv_wta.cells(params, "rows") * conv_wta.cells(params, "columns")
    state = conv_wta.initial(1, params["maps"] * cells, np.int64)

    def current_at(places, maps):
        found = [currents.get((int(p) // 10, int(p) % 10)) for p in places]
        u = np.array([[x or [0] * maps for x in found]], np.int64).reshape(1, len(found), maps)
        return u, np.array([[2 * (x is not None) for x in found]])

    inputs = SimpleNamespace(current_at=current_at)
    fired = [
        conv_wta.step(params, state, inputs, FixedPoint(1))[0].nonzero()[0].tolist() for _ in range(17)
    ]
    return {t: units for t, units in enumerate(fired) if units}


def test_conv_wta_visits_positions_phase_by_phase():
    currents = {(y, x): [1] for y in range(4) for x in range(5)}
    one = {"maps": 1, "rows": 4, "columns": 5, "pool": 1, "stride": 1, "threshold": np.array([0])}
    first = {
        0: [0, 4],
        1: [12],
        2: [2],
        3: [10, 14],
        4: [6],
        5: [18],
        6: [8],
        7: [16],
        8: [1],
        15: [15, 19],
    }
    fired = scan_of(one, currents)
    assert {t: fired[t] for t in first} == first  # unit = 5 y + x; (0, 4) is in the phase of (0, 0)
    assert sorted(unit for units in fired.values() for unit in units) == list(range(20))


def test_conv_wta_positions_lie_apart_inside_a_margin():
    seen = {(1, 2): [1], (1, 5): [1], (4, 2): [1], (4, 5): [1], (1, 3): [9], (0, 0): [9]}
    four = {"maps": 1, "rows": 2, "columns": 2, "pool": 1, "stride": 1, "threshold": np.array([0])}
    # first = pixel 12 = (1, 2); positions (0, 0), (0, 1), (1, 0), (1, 1) are in phases 0, 8, 12, 4
    assert scan_of(four | {"origin": 12, "position_stride": 3}, seen) == {0: [0], 4: [3], 8: [1], 12: [2]}


def test_conv_wta_compares_twice_the_current_and_gives_a_tie_to_the_first():
    three = {"maps": 3, "rows": 1, "columns": 3, "pool": 1, "stride": 1, "threshold": np.array([3, 4, 3])}
    # at x=0: 7-..: 2*4-3=5, 2*5-4=6, 2*4-3=5; x=1: 5, 4, 5 -> map 0; x=2 has no input
    assert scan_of(three, {(0, 0): [4, 5, 4], (0, 1): [4, 4, 4]}) == {0: [1], 8: [3]}


def test_conv_wta_pools_into_every_window_around_a_position_once():
    one = {"maps": 1, "rows": 1, "columns": 6, "pool": 3, "stride": 2, "threshold": np.array([0])}
    # windows 0..2, 2..4, 4..5 (cut off): x=2 lies in two of them; x=0 comes first, in phase 0
    assert conv_wta.cells(one, "columns") == 3
    assert scan_of(one, {(0, 0): [1], (0, 2): [1], (0, 5): [1]}) == {0: [0], 2: [1], 8: [2]}


@pytest.mark.parametrize(("positions", "pool", "stride", "cells"), [
    (24, 4, 4, 6), (24, 6, 3, 7), (25, 4, 4, 7), (3, 4, 4, 1), (4, 4, 1, 1), (5, 4, 1, 2), (1, 1, 1, 1),
])  # fmt: skip
def test_pooling_windows_reach_the_edge(positions, pool, stride, cells):
    assert conv_wta.cells({"rows": positions, "pool": pool, "stride": stride}, "rows") == cells


def test_one_bit_codes_lie_in_ascending_bits():
    weights = np.zeros((2, 10), np.int8)
    weights[0, [0, 3, 9]] = 1
    assert pack(weights, 1, 0).tolist() == [[9, 2, 0, 0], [0, 0, 0, 0]]
