"""Quantiser and safetensors: proofs, ranges, the hash, and files that lie."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from conductances import random_conductance_network
from images import random_images
from integer_models import random_integer_model
from networks import random_network, random_wiring
from safetensors.numpy import load_file, save_file
from scans import random_scan_model, random_scan_network

from snnedge import model_file
from snnedge.compiler import reach
from snnedge.compiler.calibrate import calibrate
from snnedge.compiler.discretize import discretize
from snnedge.compiler.quantize import quantize
from snnedge.compiler.tables import lower
from snnedge.errors import InputError
from snnedge.kinds import synapse
from snnedge.kinds.synapses.dense import bound
from snnedge.model.integer_model import sum_bound
from snnedge.model.kind import RECEPTORS
from snnedge.model.network import INPUT, Projection, Readout, population


@pytest.mark.parametrize("seed", range(5))
def test_a_saved_model_comes_back_whole(tmp_path, seed):
    model = random_integer_model(seed)
    model_file.save(model, tmp_path / "m.safetensors")
    again = model_file.load(tmp_path / "m.safetensors")
    assert again.hash == model.hash
    assert model_file.to_bytes(again) == model_file.to_bytes(model)


@pytest.mark.parametrize("seed", range(5))
def test_a_saved_scan_comes_back_whole(tmp_path, seed):
    model = random_scan_model(seed)
    model_file.save(model, tmp_path / "m.safetensors")
    again = model_file.load(tmp_path / "m.safetensors")
    assert again.hash == model.hash
    assert [s.bits for s in again.projections] == [s.bits for s in model.projections]


def test_the_hash_covers_every_number_and_not_the_name():
    model = quantize(random_network(1))
    weights = model.projections[0].weights.copy()
    weights[0, 0] ^= 1
    changed = replace(model, projections=(replace(model.projections[0], weights=weights),))
    assert replace(model, name="other", provenance={"x": 1}).hash == model.hash
    assert changed.hash != model.hash
    assert replace(model, steps=model.steps + 1).hash != model.hash
    assert replace(model, readout=replace(model.readout, exit_margin=2)).hash != model.hash


@pytest.mark.parametrize(("bits", "signed", "top"), [
    (8, False, 127), (6, False, 63), (4, False, 15), (8, True, 127), (6, True, 31), (4, True, 7),
])  # fmt: skip
def test_weights_use_the_whole_range_of_their_bits(bits, signed, top):
    model = quantize(random_network(2, signed=signed), bits)
    weights = model.projections[0].weights
    assert np.abs(weights).max() == top
    assert (weights.min() < 0) == signed


def test_thresholds_that_do_not_fit_lower_the_scale_not_the_threshold():
    net = random_network(3, steps=5000)
    reachable = reach.limit(discretize(net), net.populations[0], None)
    net.populations[0].params["threshold"][:] = reachable
    model = quantize(net)
    assert 32766 <= model.populations[0].params["threshold"].max() <= 32767
    assert model.projections[0].weights.max() < 100


def test_calibration_leaves_room_for_the_membranes_seen():
    net = random_network(4, signed=True, steps=200)
    net.projections[0].weights[:] *= 0.01
    net.projections[0].weights[:, 0] = -1.0  # runs away below zero and never fires
    net.populations[0].params["threshold"][:] = 1e4
    images = random_images((4, 5), 20)
    seen, _ = calibrate(net, images, "noise")
    scale = quantize(net, 8, seen).scales["output"]
    reach = seen.populations["output"].reach
    assert 0 < (reach["v"] + reach["input_current"]) * scale <= 32767.001


def test_wide_sums_are_proved_not_guessed():
    assert quantize(random_network(5, shape=(20, 20))).wide["output"] is False
    assert quantize(random_network(5, shape=(30, 30))).wide["output"] is True
    model = random_integer_model(0, wide=True)
    with pytest.raises(InputError, match="overflow"):
        replace(model, wide={"hidden": False, "output": False})


def test_rounded_weights_are_taken_as_they_are():
    net = random_scan_network(2, bits=4)
    model = quantize(net, 8)
    assert model.scales["features"] == 1
    assert (model.projections[0].weights == net.projections[0].weights).all()
    assert (model.populations[0].params["threshold"] == 2 * net.populations[0].params["threshold"]).all()
    assert np.abs(model.projections[1].weights).max() == 127


def test_rounded_weights_that_are_not_rounded_are_refused():
    net = random_scan_network(2, bits=4)
    net.projections[0].weights[0, 0, 0] = 0.5
    with pytest.raises(InputError, match="not integers of 4 bits"):
        quantize(net, 4)
    net.projections[0].weights[0, 0, 0] = 16
    with pytest.raises(InputError, match="not integers of 4 bits"):
        quantize(net, 4)


def test_conductances_have_a_scale_of_their_own_at_each_receptor():
    net = random_conductance_network(1, strong=17.0)
    seen, _ = calibrate(net, random_images(net.encoder.shape, 5), "noise")
    for calibration in (None, seen):
        model = quantize(net, 8, calibration)
        assert model.scales == {"excitatory": 2**18, "inhibitory": 2**18}
        integers_of = {(s.source, s.target): s for s in model.projections}
        for s in net.projections:
            integers = integers_of[s.source, s.target]
            params, x = population(model, s.target).params, s.receptor[0]
            gain = params[f"gain_{x}"]
            leak = 2 ** (15 + params[f"shift_{x}"]) * net.dt / population(net, s.target).params["tau"]
            assert 127 * (1 - 1 / gain) - 1 <= integers.weights.max() <= 127  # for a whole gain
            error = integers.weights.astype(int) * gain / leak - s.weights
            assert (abs(error) <= 0.5 * gain / leak + 1e-9).all()


def test_pulls_have_room_for_four_times_the_largest_that_was_seen():
    net = random_conductance_network(1)
    images = random_images(net.encoder.shape, 5)
    seen, _ = calibrate(net, images, "noise")
    for p in quantize(net, 8, seen).populations:
        for x in "ei":
            most = 4 * seen.populations[p.name].reach[f"conductance_{x}"]
            shift = p.params[f"shift_{x}"]
            assert shift == 0 or most <= 2.0**-shift
            assert shift == 8 or most > 2.0 ** -(shift + 1)
    assert {p.params["shift_e"] for p in quantize(net, 8).populations} == {0}


def test_a_file_from_before_conductances_changed_is_refused(tmp_path):
    path = tmp_path / "m.safetensors"
    model_file.save(quantize(random_conductance_network(1)), path)
    rewrite(path, lambda h: h.update(version=1))
    with pytest.raises(
        InputError, match=r"m.safetensors: field .*kind' lif_cond_exp has changed since format version 1;"
    ):
        model_file.load(path)


@pytest.mark.parametrize(("change", "problem"), [
    ({"tau": 1e-4}, "populations.excitatory: tau 0.0001 s: shorter than the time step of 0.0005 s"),
    ({"refractory": 99.0}, "populations.excitatory: refractory: 197999 in integers"),
])  # fmt: skip
def test_what_a_kind_refuses_names_the_population(change, problem):
    net = random_conductance_network(1)
    first, second = net.populations
    with pytest.raises(InputError, match=problem):
        quantize(replace(net, populations=(replace(first, params=first.params | change), second)))


def test_a_negative_conductance_is_refused():
    net = random_conductance_network(1)
    weights = net.projections[0].weights.copy()
    weights[0, 0] = -0.1
    problem = "projections.input->excitatory.weights': lif_cond_exp takes none below 0"
    with pytest.raises(InputError, match=problem):
        replace(net, projections=(replace(net.projections[0], weights=weights), *net.projections[1:]))


def test_clipping_gives_the_largest_code_to_a_quantile():
    net = random_network(6, shape=(20, 20), signed=True)
    net.projections[0].weights[0, 0] = 50.0
    coarse, fine = quantize(net, 4), quantize(net, 4, clip=0.99)
    assert (coarse.projections[0].weights != 0).sum() == 1
    assert (np.abs(fine.projections[0].weights) == 7).sum() > 50
    assert fine.projections[0].weights.max() == 7
    expected = 7 / np.quantile(np.abs(net.projections[0].weights), 0.99)
    assert fine.scales["output"] == pytest.approx(expected)
    assert (coarse.provenance["clip"], fine.provenance["clip"]) == (1, 0.99)


def test_a_training_may_recommend_where_to_clip():
    net = random_network(6, shape=(20, 20), signed=True)
    advised = replace(net, provenance={"clip": 0.99})
    assert quantize(advised, 4).hash == quantize(net, 4, clip=0.99).hash != quantize(net, 4).hash
    assert quantize(advised, 4, clip=1.0).hash == quantize(net, 4).hash


@pytest.mark.parametrize("clip", [0, 0.89, 1.01, -1, float("nan"), True, "0.99"])
def test_a_clip_that_is_no_quantile_is_refused(clip):
    with pytest.raises(InputError, match=r"0.9 to 1"):
        quantize(random_network(6), 4, clip=clip)
    with pytest.raises(InputError, match=r"provenance.clip"):
        quantize(replace(random_network(6), provenance={"clip": clip}), 4)


def broken(part, **changes):
    model = random_scan_model(3)
    if part == "features":
        features, output = model.populations
        changed = replace(features, params=features.params | changes)
        return lambda: replace(model, populations=(changed, output))
    shared, dense = model.projections
    return lambda: replace(model, projections=(replace(shared, params=shared.params | changes), dense))


@pytest.mark.parametrize(("part", "changes"), [
    ("features", {"maps": 0}), ("features", {"maps": 10**6}), ("features", {"rows": 10**4}),
    ("features", {"columns": -1}), ("features", {"image_width": 1}), ("features", {"stride": 0}),
    ("features", {"pool": 0}), ("features", {"stride": 200, "pool": 100}), ("patch", {"rows": 8}),
    ("patch", {"columns": 9}), ("patch", {"image_width": 1}), ("patch", {"image_width": 65535}),
    ("features", {"origin": 65535}), ("features", {"origin": -1}), ("features", {"position_stride": 0}),
    ("features", {"position_stride": 200}), ("features", {"origin": 1}),
])  # fmt: skip
def test_a_geometry_that_does_not_fit_is_refused(part, changes):
    """Whatever reaches the kernel stays inside its tables."""
    with pytest.raises(InputError):
        broken(part, **changes)()


def test_kinds_that_do_not_go_together_are_refused():
    net, other = random_scan_network(1), random_network(1)
    with pytest.raises(InputError, match="cannot read from 'input'"):
        replace(net, encoder=replace(other.encoder, shape=net.encoder.shape))
    with pytest.raises(InputError, match="cannot vote"):
        replace(net, readout=replace(net.readout, population="features"))
    with pytest.raises(InputError, match="does not go with if_ttfs"):
        replace(net, projections=(replace(net.projections[0], target="output"),))


@pytest.mark.parametrize(("field", "value"), [
    ("receptor", "inhibitory"), ("receptor", "glial"), ("receptor", ""),
    ("delay", 256), ("delay", -1), ("delay", np.inf), ("delay", np.nan),
])  # fmt: skip
def test_wiring_that_the_contract_does_not_have_is_refused(field, value):
    for model in (random_network(1), quantize(random_network(1))):
        with pytest.raises(InputError, match=f"input->output.{field}"):
            quantize(with_first(model, **{field: value}))


def with_first(model, **changes):
    """``model`` with other fields in its first projection."""
    first, *others = model.projections
    return replace(model, projections=(replace(first, **changes), *others))


def test_delays_are_bounded_in_memory_and_refused_on_maps():
    with pytest.raises(InputError, match="265200 neuron-steps, more than 262144"):
        quantize(with_first(random_network(1, shape=(1040, 1)), delay=0.255))
    with pytest.raises(InputError, match="a map, which has no delay"):
        with_first(random_scan_network(1), delay=1)


def test_delays_are_rounded_to_the_grid_and_survive_the_file(tmp_path):
    model = quantize(with_first(random_network(1), delay=0.0026))
    assert model.projections[0].delay == 3
    assert quantize(with_first(random_network(1), delay=0.0004)).hash == quantize(random_network(1)).hash
    assert model.hash != quantize(random_network(1)).hash
    model_file.save(model, tmp_path / "m.safetensors")
    assert model_file.load(tmp_path / "m.safetensors").projections[0].delay == 3


def test_sums_of_receptors_are_bounded_apart():
    model = quantize(random_network(1))
    apart = [replace(model.projections[0], receptor=receptor) for receptor in RECEPTORS]
    both = SimpleNamespace(by_name={"output": model.populations[0]}, by_target={"output": apart})
    assert sum_bound(both, "output") == bound(apart[0], 13)


def single(kind, weight, **changes):
    """A recurrent network of 13 lif neurons whose neurons also reach each other with one ``weight``."""
    net = random_network(3, hidden=13, neurons=13)
    s = Projection("hidden", "hidden", synapse(kind), params={"weight": weight}, **changes)
    return replace(net, projections=(*net.projections, s))


@pytest.mark.parametrize(("kind", "bound"), [("one_to_one", 1), ("lateral", 12)])
def test_one_weight_is_quantized_finer_than_a_matrix_and_bounded(kind, bound):
    plain, model = quantize(single(kind, 0.0)), quantize(single(kind, -10.0))
    w = model.projections[2].params["weight"]
    assert w == round(-10.0 * model.scales["hidden"]) < -127
    assert sum_bound(model, "hidden") == sum_bound(plain, "hidden") + bound * -w
    assert abs(quantize(single(kind, 1e6)).projections[2].params["weight"]) == 2047
    assert model.projections[2].weights.size == 0


def test_wide_sums_of_one_weight_are_seen():
    model = quantize(single("lateral", -50.0), 8)
    params = {"weight": 32767}
    strong = [replace(s, params=params) if s.kind == "lateral" else s for s in model.projections]
    with pytest.raises(InputError, match="overflow"):
        replace(model, projections=tuple(strong), wide=dict.fromkeys(model.wide, False))
    replace(model, projections=tuple(strong), wide=dict.fromkeys(model.wide, True))


@pytest.mark.parametrize("kind", ["one_to_one", "lateral"])
def test_one_weight_that_does_not_fit_is_refused(kind):
    with pytest.raises(InputError, match="from 20 to 13 neurons"):
        with_first(random_network(1), kind=synapse(kind), weights=np.zeros(0), params={"weight": 1.0})
    with pytest.raises(InputError, match="has one weight"):
        single(kind, 1.0, weights=np.eye(13))
    with pytest.raises(InputError, match="has no bits"):
        single(kind, 1.0, bits=4)
    model = quantize(single(kind, 1.0))
    large = [replace(s, params=s.params | {"weight": 40000}) for s in model.projections]
    with pytest.raises(InputError, match=r"hidden->hidden\.weight"):
        replace(model, projections=tuple(large), wide=dict.fromkeys(model.wide, True))


def test_wiring_survives_the_file_and_gaps_are_not_in_it(tmp_path):
    for seed in range(6):
        model = quantize(random_wiring(seed), 4)
        model_file.save(model, tmp_path / "m.safetensors")
        again = model_file.load(tmp_path / "m.safetensors")
        assert model_file.to_bytes(again) == model_file.to_bytes(model)
        assert [s.kind for s in again.projections] == [s.kind for s in model.projections]


def test_the_absent_synapses_take_no_part_in_the_clip():
    net = random_network(6, shape=(20, 20))
    weights = net.projections[0].weights * (np.arange(400) % 50 == 0)[:, None]
    scales = [
        quantize(with_first(net, kind=synapse(kind), weights=weights), clip=0.9).scales["output"]
        for kind in ("dense", "sparse")
    ]
    assert scales[1] == pytest.approx(127 / np.quantile(weights[weights > 0], 0.9))
    assert scales[0] > scales[1]


def test_other_bits_are_refused():
    with pytest.raises(InputError, match="8, 6, 4"):
        quantize(random_network(), 5)


# --- files that lie -------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "m.safetensors"
    model_file.save(quantize(random_network(1)), path)
    return path


def rewrite(path, change_header=None, change_tensors=None):
    """Write the file again with another header or other tensors."""
    from safetensors import safe_open

    tensors = load_file(path)
    with safe_open(path, framework="numpy") as file:
        header = json.loads(file.metadata()["snnedge"])
    if change_header:
        change_header(header)
    if change_tensors:
        change_tensors(tensors)
    save_file(tensors, path, metadata={"snnedge": json.dumps(header)})


LIES = {
    "version": lambda h: h.update(version=3),
    "format": lambda h: h.update(format="other"),
    "hash": lambda h: h.update(hash="0" * 16),
    "steps": lambda h: h["graph"].update(steps=0),
    "steps type": lambda h: h["graph"].update(steps=True),
    "bits": lambda h: h["graph"].update(bits=5),
    "kind": lambda h: h["graph"]["populations"][0].update(kind="../../os"),
    "size": lambda h: h["graph"]["populations"][0].update(size=10**9),
    "target": lambda h: h["graph"]["projections"][0].update(target="nobody"),
    "shape": lambda h: h["graph"]["encoder"].update(shape=[-1, 20]),
    "scalar": lambda h: h["graph"]["encoder"]["scalars"].update(drive=2**40),
    "drive": lambda h: h["graph"]["encoder"]["scalars"].update(drive=2**24),
    "missing": lambda h: h["graph"].pop("readout"),
    "margin": lambda h: h["graph"]["readout"].update(exit_margin=-1),
    "list": lambda h: h.update(graph=[]),
    "limit": lambda h: h["graph"]["encoder"]["scalars"].update(limit=65536),
    "seed": lambda h: h["graph"]["encoder"]["scalars"].update(seed=-1),
    "offset": lambda h: h["graph"]["projections"][0]["scalars"].update(offset=-1),
    "nearest": lambda h: h["graph"]["readout"].update(nearest="false"),
    "wide": lambda h: h["graph"]["populations"][0].update(wide="x"),
    "version type": lambda h: h.update(version=1.0),
    "no projections": lambda h: h["graph"].update(projections=[]),
    "dt": lambda h: h.update(dt="0.5"),
    "name": lambda h: h.update(name={}),
    "zero scale": lambda h: h.update(scales={"output": 0.0}),
    "two signs": lambda h: h["graph"]["encoder"].update(shape=[-4, -5]),
    "receptor": lambda h: h["graph"]["projections"][0].update(receptor="inhibitory"),
    "receptor type": lambda h: h["graph"]["projections"][0].update(receptor=0),
    "delay": lambda h: h["graph"]["projections"][0].update(delay=256),
    "delay type": lambda h: h["graph"]["projections"][0].update(delay=1.0),
    "scale": lambda h: h.update(scales={"output": "x"}),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_header_that_lies_is_refused_in_one_line(saved, lie):
    rewrite(saved, LIES[lie])
    with pytest.raises(InputError, match=r"m\.safetensors") as caught:
        model_file.load(saved)
    assert "\n" not in str(caught.value)


WIRING_LIES = {
    "no weight": lambda s: s["scalars"].pop("weight"),
    "large weight": lambda s: s["scalars"].update(weight=-32769),
    "fraction": lambda s: s["scalars"].update(weight=1.5),
    "another size": lambda s: s.update(target="output"),
    "a matrix": lambda s: s.update(kind="sparse", scalars={"offset": 0}),
    "bits": lambda s: s.update(bits=4),
}


@pytest.mark.parametrize("lie", WIRING_LIES)
def test_a_header_that_lies_of_its_wiring_is_refused_in_one_line(tmp_path, lie):
    path = tmp_path / "m.safetensors"
    model_file.save(quantize(random_wiring(2)), path)
    rewrite(
        path, lambda h: [WIRING_LIES[lie](s) for s in h["graph"]["projections"] if "weight" in s["scalars"]]
    )
    with pytest.raises(InputError, match=r"m\.safetensors") as caught:
        model_file.load(path)
    assert "\n" not in str(caught.value)
    assert "hash" not in str(caught.value)


@pytest.mark.parametrize("lie", ["decay", "refractory", "reset"])
def test_scalars_of_a_neuron_are_in_the_contracts_range(lie):
    model = random_integer_model(3)
    params = {**model.populations[0].params, lie: 40000}
    hidden = replace(model.populations[0], params=params)
    with pytest.raises(InputError, match=f"hidden.{lie}"):
        replace(model, populations=(hidden, model.populations[1]))


def test_projections_come_in_the_order_of_their_targets():
    model = random_integer_model(3)
    with pytest.raises(InputError, match="order"):
        replace(model, projections=model.projections[::-1])


def test_any_provenance_becomes_plain_json():
    odd = {"a": np.arange(3), 1: b"x", "b": 1j, "c": float("nan"), "d": np.float32(2), "e": (1, {2})}
    model = quantize(replace(random_network(1), provenance=odd))
    assert json.loads(json.dumps(model.provenance, allow_nan=False))["d"] == 2
    model_file.to_bytes(model)


TENSOR_LIES = {
    "shape": lambda t: t.update({"projections.0.weights": np.zeros((1, 1), np.int8)}),
    "dtype": lambda t: t.update({"readout.labels": t["readout.labels"].astype(np.float32)}),
    "value": lambda t: t.update({"projections.0.weights": t["projections.0.weights"] ^ 1}),
    "labels": lambda t: t.update({"readout.labels": t["readout.labels"] + np.int16(100)}),
    "range": lambda t: t.update({"projections.0.weights": t["projections.0.weights"] - np.int8(1)}),
    "missing": lambda t: t.pop("populations.output.threshold"),
}


@pytest.mark.parametrize("lie", TENSOR_LIES)
def test_tensors_that_lie_are_refused_in_one_line(saved, lie):
    rewrite(saved, change_tensors=TENSOR_LIES[lie])
    with pytest.raises(InputError, match=r"m\.safetensors") as caught:
        model_file.load(saved)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\0" * 7, b"\xff" * 64, b"PK\x03\x04 zip"])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "x.safetensors").write_bytes(content)
    with pytest.raises(InputError, match=r"x\.safetensors"):
        model_file.load(tmp_path / "x.safetensors")


def test_truncated_and_missing_files_are_refused(saved, tmp_path):
    saved.write_bytes(saved.read_bytes()[:-3])
    for path in (saved, tmp_path / "none.safetensors", tmp_path):
        with pytest.raises(InputError, match=path.name):
            model_file.load(path)


def test_a_shape_whose_product_overflows_int64_is_refused():
    """As 0 inputs it would divide by zero in the C core and end the process."""
    model = random_integer_model(3)
    empty = [replace(s, weights=s.weights[:0]) if s.source == "input" else s for s in model.projections]
    with pytest.raises(InputError, match=r"encoder\.shape"):
        replace(model, encoder=replace(model.encoder, shape=(65536,) * 4), projections=tuple(empty))


class Counted(tuple):
    """A tuple that counts how often it is iterated."""

    walks = 0

    def __iter__(self):
        Counted.walks += 1
        return super().__iter__()


@pytest.mark.parametrize("count", [10, 300])
def test_the_parts_are_walked_a_fixed_number_of_times_however_many_there_are(count):
    model = quantize(random_network(1))
    s = next(s for s in model.projections if s.source == INPUT)
    names = [f"p{k}" for k in range(count)]
    first = population(model, s.target)
    Counted.walks = 0
    many = replace(
        model,
        populations=Counted(replace(first, name=name) for name in names),
        projections=Counted(replace(s, target=name) for name in names),
        readout=Readout.none(names[-1], first.size),
        scales=dict.fromkeys(names, 1.0),
        wide=dict.fromkeys(names, True),
    )
    assert len(lower(many).populations) == count == len(many.populations)
    assert many.hash != model.hash
    assert Counted.walks < 40
