"""`snnedge bench`: that figures exist and fit together, and that peers run the network that they should.

No test depends on how long something took: the machine may be busy.
"""

import importlib
import json
import os
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import needs
import numpy as np
import peers
import pytest
from networks import random_network
from peers import DRAWING, PEERS, SAME, SPIKING, WITH_CONDUCTANCES
from scans import random_scan_network

from snnedge import model_file
from snnedge.cli import main
from snnedge.compiler.quantize import quantize
from snnedge.errors import InputError
from snnedge.kinds import encoder, neuron, synapse
from snnedge.measure import comparison, latency
from snnedge.measure.contender import Contender, vote
from snnedge.measure.peers import _mlp
from snnedge.model.network import INPUT, Encoder, Network, Population, Projection, Readout
from snnedge.runtime.runtime import Runtime, simd_levels
from snnedge.simulator import reference
from snnedge.simulator.arithmetic import FloatingPoint
from snnedge.support import plugins

ARTIFICIAL = [name for name in PEERS if name not in SPIKING]

bench = importlib.import_module("snnedge.api.bench")  # snnedge.api.bench itself is the function


pytestmark = pytest.mark.usefixtures("brian2_cache")


@pytest.fixture
def wta():
    """A population with winner-take-all behind its encoder, 8x8."""
    return peers.wta()


@pytest.fixture
def model(tmp_path):
    """The same as a file for the digits."""
    net = random_network(1, shape=(8, 8), neurons=30, classes=10, steps=20, exit_margin=1)
    path = tmp_path / "net.safetensors"
    model_file.save(quantize(replace(net, provenance={"data": "digits"})), path)
    return path


def opened(name, given):
    """The contender ``name``; skips the test when it is not installed."""
    peer = plugins.load("peers", name)
    if not comparison.versions(peer):
        pytest.skip(f"{name} is not installed: {peer.INSTALL}")
    why = peer.obstacle(given)
    if why:
        pytest.skip(f"{name} {why}")
    return peer.open(given)


# --- peers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_says_what_it_is_and_how_to_get_it(name, wta):
    peer = plugins.load("peers", name)
    assert (peer.__doc__ or "").startswith(f"{name}: ")
    assert peer.PACKAGES
    assert peer.INSTALL.startswith("pip install ")
    assert isinstance(peer.SPIKING, bool)
    assert isinstance(peer.BATCH, bool)
    assert peer.obstacle(relayed(2) if name == DRAWING else wta) == ""
    assert callable(peer.open)


@pytest.mark.parametrize("name", SPIKING)
def test_a_network_with_places_is_run_or_refused_by_name(name):
    why = plugins.load("peers", name).obstacle(peers.task(random_scan_network(4)))
    assert why == "" if name == "numpy" else "conv_wta" in why


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", needs.peers(*SAME))
def test_a_spiking_peer_fires_as_the_model_does(name):
    given = peers.wta()
    with closing(opened(name, given)) as contender:
        everything = slice(0, len(given.images))
        answers = contender.answer(everything)
        if name == "numpy":
            assert (answers == reference.run(given.unhurried, given.images).labels).all()
        else:
            assert peers.fires_as_the_model(contender.counts(everything), answers, given)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", needs.peers(*WITH_CONDUCTANCES))
def test_a_spiking_peer_has_the_conductances_of_the_model(name):
    """Norse's own neuron has no refractory period."""
    given = peers.conductances()
    with closing(opened(name, given)) as contender:
        assert peers.has_the_conductances(contender.counts(slice(0, len(given.images))), given)


def relayed(samples):
    """Each input spike is a spike of its own neuron, 10x10."""
    params = {"threshold": np.full(100, 0.5), "tau": 0.01, "refractory": 0.0, "reset": "zero"}
    net = Network(
        name="relayed",
        dt=0.001,
        steps=200,
        encoder=Encoder(encoder("poisson"), (10, 10), {"max_rate": 200.0, "seed": 1}),
        populations=(Population("output", neuron("lif"), 100, params),),
        projections=(Projection(INPUT, "output", synapse("one_to_one"), params={"weight": 1.0}),),
        readout=Readout("output", (np.arange(100) % 3).astype(np.int16), 3),
    )
    return peers.task(net, samples)


@pytest.mark.brian2
@pytest.mark.filterwarnings("ignore")
def test_the_spikes_that_brian2_draws_have_the_encoders_chances():
    """Within 4 standard deviations in all, 5 of one pixel; black pixels are silent."""
    given = relayed(12)
    given.images[:, 0, :3] = 0
    contender = opened(DRAWING, given)
    gain = given.model.encoder.params["gain"]  # 2^-24 per gray value
    chance = given.images.reshape(12, -1).astype(int) * gain / 2**24
    try:
        found = contender.counts(slice(0, 12))
    finally:
        contender.close()
    expected, variance = 200 * chance, 200 * chance * (1 - chance)
    ours = Runtime(given.model).run(given.images).spike_counts
    assert expected.sum() > 10_000
    assert (found != ours).any()  # drawn, not played back
    assert abs(found.sum() - expected.sum()) < 4 * np.sqrt(variance.sum())
    assert (abs(found - expected) <= 5 * np.sqrt(variance)).all()
    assert abs(found.sum() - ours.sum()) < 4 * np.sqrt(2 * variance.sum())


def test_another_encoder_cannot_be_drawn(wta):
    assert plugins.load("peers", DRAWING).obstacle(wta) == "has no error_diffusion, only poisson"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", needs.peers(*(n for n in PEERS if plugins.load("peers", n).BATCH)))
def test_a_batch_gets_the_answers_of_its_samples(name, wta, monkeypatch):
    monkeypatch.setattr(_mlp, "FITS", ((1e-3, 100),))
    contender = opened(name, wta)
    whole = contender.answer(slice(0, 8))
    assert (whole == np.concatenate([contender.answer(slice(k, k + 1)) for k in range(8)])).all()
    contender.close()


# --- the artificial networks -------------------------------------------------------------------------


def perceptron_layers():
    rng = np.random.default_rng(2)
    return [(rng.normal(0, s, (n, m)).astype(np.float32), rng.normal(0, 1, m).astype(np.float32))
            for s, n, m in ((0.3, 64, 20), (0.3, 20, 10))]  # fmt: skip


@pytest.mark.needs("onnxruntime")
def test_the_quantised_perceptron_answers_as_the_float_one():
    (w1, b1), (w2, b2) = perceptron_layers()
    images = np.random.default_rng(3).integers(0, 256, (2000, 64), dtype=np.uint8)
    floats = np.maximum(images / 255 @ w1 + b1, 0) @ w2 + b2
    answers = _mlp.session(_mlp.quantized(perceptron_layers(), images)).run(None, {"image": images})[0]
    ranked = np.sort(floats, axis=1)
    clear = ranked[:, -1] - ranked[:, -2] > 0.05 * np.ptp(floats)
    assert clear.sum() > 500
    assert (answers == floats.argmax(axis=1))[clear].all()


def test_onnxruntime_multiplies_the_integers(tmp_path):
    """Unless it recognises the graph, it computes in floats and the baseline is slower than it need be."""
    onnx = needs.module("onnx")
    onnxruntime = needs.module("onnxruntime")
    images = np.random.default_rng(3).integers(0, 256, (50, 64), dtype=np.uint8)
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    options.log_severity_level = 3
    onnxruntime.InferenceSession(_mlp.quantized(perceptron_layers(), images), options)
    kinds = [node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node]
    assert kinds == ["QGemm", "QGemm", "ArgMax"]


@pytest.mark.needs("onnxruntime")
@pytest.mark.filterwarnings("ignore")
def test_a_perceptron_is_trained_once(wta, monkeypatch):
    monkeypatch.setattr(_mlp, "FITS", ((1e-3, 500),))
    first = _mlp.graph(wta.load("train"), 5)
    monkeypatch.setattr(_mlp, "_trained", None)
    assert _mlp.graph(wta.load("train"), 5) == first
    with pytest.raises(TypeError):  # another width is another perceptron
        _mlp.graph(wta.load("train"), 6)


@pytest.mark.filterwarnings("ignore")
def test_the_smallest_perceptron_is_as_good_as_the_model(monkeypatch):
    peer = plugins.load("peers", "mlp_int8_same_accuracy")
    tried = []

    class Perceptron:
        def __init__(self, given, width):
            tried.append(width)
            self.accuracy = width / 100

    monkeypatch.setattr(peer, "Perceptron", Perceptron)
    assert peer.open(SimpleNamespace(accuracy=0.47)).accuracy == 0.48
    assert set(tried) < set(peer.WIDTHS)  # the ladder is bisected: few are trained
    monkeypatch.setattr(Perceptron, "__init__", lambda self, given, width: setattr(self, "accuracy", 0))
    with pytest.raises(InputError, match=r"512 .*99\.00"):
        peer.open(SimpleNamespace(accuracy=0.99))


# --- the comparison ----------------------------------------------------------------------------------


class Clockwork(Contender):
    """A contender that takes ``cost`` seconds for every sample, by its own clock."""

    def __init__(self, cost, answers):
        self.cost, self.answers, self.now = cost, answers, 0.0
        self.closed, self.cores = False, set()
        self.clock = lambda: self.now

    def answer(self, part):
        self.cores.add(frozenset(os.sched_getaffinity(0)))
        self.now += self.cost * (part.stop - part.start)
        return self.answers[part]

    def close(self):
        self.closed = True


def stranger(contender, batch=True, spiking=True, obstacle="", packages=("numpy",)):
    """A peer module."""

    def open(given):
        if isinstance(contender, Exception):
            raise contender
        return contender

    return SimpleNamespace(
        __doc__="stranger: a program of somebody.\n\nMore.", PACKAGES=packages, SPIKING=spiking,
        BATCH=batch, INSTALL="pip install stranger", obstacle=lambda given: obstacle, open=open,
    )  # fmt: skip


@pytest.fixture
def invite(monkeypatch):
    """Make the given modules the only peers."""

    def only(**peers):
        found = SimpleNamespace(names=lambda folder: tuple(peers), load=lambda folder, name: peers[name])
        monkeypatch.setattr(comparison, "plugins", found)

    return only


def compared(given, invite, monkeypatch, repeat=5, **peers):
    """The comparison of ``peers`` with ourselves, who take 2 us for a sample and 4 for all its steps."""

    def ours(model, images, level=None):
        margin = model.readout.exit_margin
        return Clockwork(2e-6 if margin else 4e-6, np.zeros(len(images), int))

    monkeypatch.setattr(comparison, "Ours", ours)
    invite(**peers)
    return comparison.compare(given, tuple(peers), (), repeat)


@pytest.mark.needs("threadpoolctl")
def test_ratios_are_of_times_on_the_same_samples(wta, invite, monkeypatch):
    one = Clockwork(1e-3, np.array([0] * 6 + [1] * 2))
    other = Clockwork(1e-6, np.zeros(8, int))
    other.accuracy = 0.5
    peers = {"slow": stranger(one, batch=False), "ann": stranger(other, spiking=False)}
    result = compared(wta, invite, monkeypatch, **peers)
    rows = {row["name"]: row for row in result["rows"]}
    assert list(rows) == [comparison.OURS, comparison.ALL_STEPS, "slow", "ann"]
    assert (result["samples"], result["repeat"]) == (8, 5)
    slow, ann = rows["slow"], rows["ann"]
    assert slow["single_us"] == pytest.approx(1000)
    assert slow["single_ratio"] == pytest.approx(250)  # of all steps
    assert (slow["batch_us"], slow["batch_ratio"]) == (None, None)
    assert slow["same_labels"] == 0.75
    assert ann["single_ratio"] == ann["batch_ratio"] == pytest.approx(0.5)  # of the model as it is
    assert ann["accuracy"] == 0.5
    assert rows[comparison.OURS]["accuracy"] == wta.accuracy
    assert rows[comparison.OURS]["single_ratio"] == rows[comparison.ALL_STEPS]["single_ratio"] == 1
    assert slow["what"] == "a program of somebody"
    assert slow["versions"] == {"numpy": np.__version__}


def test_the_best_round_of_each_sample_counts(monkeypatch):
    contender = Clockwork(0.0, np.zeros(2, int))
    costs = iter([5, 5, 10, 2, 2, 4, 1, 7, 14])  # each turn: both samples, then both at once

    def answer(part):
        contender.now += next(costs) * 1e-6

    contender.answer = answer
    monkeypatch.setattr(comparison, "WARM_UP", 0)
    entry = comparison.Entry("it", contender, "", {}, True, "it")
    assert comparison._times([entry], 2, 3)[0] == pytest.approx([(1 + 2) / 2, 4 / 2])


def test_who_takes_no_batches_is_timed_over_all_samples():
    contender = Clockwork(0.0, np.zeros(4, int))
    costs = iter([20, 8, 28])

    def answer(part):
        assert (part.start, part.stop) == (0, 4)
        contender.now += next(costs) * 1e-6

    contender.answer = answer
    single, batch = comparison._times([comparison.Entry("it", contender, "", {}, False, "it")], 4, 3)[0]
    assert single == pytest.approx(2)
    assert np.isnan(batch)


@pytest.mark.needs("threadpoolctl")
def test_all_are_on_one_core_and_it_is_given_back(wta, invite, monkeypatch):
    before = os.sched_getaffinity(0)
    contenders = [Clockwork(1e-6, np.zeros(8, int)) for _ in range(2)]
    result = compared(wta, invite, monkeypatch, a=stranger(contenders[0]), b=stranger(contenders[1]))
    assert os.sched_getaffinity(0) == before
    for contender in contenders:
        assert frozenset({result["core"]}) in contender.cores
        assert contender.closed


@pytest.mark.needs("threadpoolctl")
def test_who_is_missing_refuses_or_breaks_is_listed_and_the_others_are_measured(wta, invite, monkeypatch):
    peers = {
        "absent": stranger(None, packages=("numpy", "no-such-distribution")),
        "unfit": stranger(None, obstacle="has no such neurons"),
        "broken": stranger(RuntimeError("it\nbroke")),
        "unread": stranger(InputError("no training images")),
        "sound": stranger(Clockwork(1e-6, np.zeros(8, int))),
    }
    result = compared(wta, invite, monkeypatch, **peers)
    assert result["absent"] == [{"name": "absent", "install": "pip install stranger"}]
    assert [item["name"] for item in result["unfit"]] == ["unfit", "broken", "unread"]
    assert [item["why"] for item in result["unfit"]] == [
        "has no such neurons", "RuntimeError: it broke", "no training images",
    ]  # fmt: skip
    assert [row["name"] for row in result["rows"]][2:] == ["sound"]


@pytest.mark.needs("threadpoolctl")
def test_a_model_without_early_exit_is_one_row(invite, monkeypatch):
    given = peers.task(random_network(3, shape=(8, 8)))
    peer = stranger(Clockwork(8e-6, np.zeros(8, int)))
    result = compared(given, invite, monkeypatch, peer=peer)
    assert [row["name"] for row in result["rows"]] == [comparison.OURS, "peer"]
    assert result["rows"][1]["against"] == comparison.OURS
    assert result["rows"][1]["single_ratio"] == pytest.approx(2)


def test_the_task_runs_all_steps_of_the_models_integers(wta):
    outcome = Runtime(wta.unhurried).run(wta.images)
    assert (outcome.steps == wta.model.steps).all()
    assert (wta.spikes.sum(axis=(1, 2)) == outcome.input_spikes).all()
    assert (wta.network.projections[0].weights == wta.model.projections[0].weights).all()


def test_the_task_has_the_models_numbers_in_floats():
    """Rounding moves some spikes of a competing network; a wrong unit moves most of them."""
    given = peers.conductances()
    floats = reference.simulate(given.network, given.images, FloatingPoint).spike_counts.astype(int)
    integers = Runtime(given.unhurried).run(given.images).spike_counts
    assert integers.sum() > 50
    assert np.abs(floats - integers).sum() <= 0.1 * integers.sum()


def test_votes_are_counted_by_class():
    readout = random_network(1, neurons=4, classes=3).readout
    readout = replace(readout, labels=np.array([0, 1, 1, -1], np.int16))
    counts = np.array([[3, 2, 2, 9], [3, 1, 1, 0], [0, 0, 0, 5]])
    assert vote(counts, readout).tolist() == [1, 0, -1]


# --- the command -------------------------------------------------------------------------------------


def snnedge(capsys, *words):
    assert main.main([*map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.needs("sklearn")
def test_bench_names_all_that_a_figure_depends_on(capsys, model):
    result = snnedge(capsys, "bench", model, "--samples", 9, "--repeat", 3)
    for times in (result["latency_us"], result["batch_us"]):
        assert 0 < times["min"] <= times["median"] <= times["p99"]
    assert (result["samples"], result["repeat"], result["data"]) == (9, 3, "digits test")
    assert result["hash"] == model_file.load(model).hash_text
    assert result["steps"] > 0
    assert result["warm_up"] > 0
    assert result["core"] in os.sched_getaffinity(0)
    assert {"cpu", "compiler", "python", "numpy", "snnedge", "date"} <= result["machine"].keys()
    assert result["compared"] is None


@pytest.mark.needs("sklearn")
def test_bench_works_on_a_ready_model_without_any_data(capsys):
    assert snnedge(capsys, "bench", "zoo:digits", "--samples", 5)["samples"] == 5


@pytest.mark.needs("threadpoolctl")
def test_bench_compares_and_people_can_read_it(capsys, model):
    words = ["bench", str(model), "--samples", "5", "--repeat", "2", "--compare", "numpy"]
    before = os.sched_getaffinity(0)
    assert main.main(words) == 0
    assert os.sched_getaffinity(0) == before
    printed = capsys.readouterr().out
    assert "minima of 2 rounds of 5 samples in turn" in printed
    assert "numpy" in printed
    rows = snnedge(capsys, *words)["compared"]["rows"]
    ours, peer = rows[1], rows[2]
    assert peer["single_ratio"] == pytest.approx(peer["single_us"] / ours["single_us"])
    assert peer["batch_ratio"] == pytest.approx(peer["batch_us"] / ours["batch_us"])
    assert peer["same_labels"] == 1.0


@pytest.mark.needs("threadpoolctl")
def test_every_level_of_the_kernel_answers_beside_the_chosen_one(capsys, model):
    compared = snnedge(capsys, "bench", model, "--samples", 5, "--repeat", 2, "--levels")["compared"]
    rows = {row["name"]: row for row in compared["rows"]}
    assert list(rows)[2:] == [f"snnedge, {level}" for level in simd_levels()]
    assert all(row["same_labels"] == 1 for row in rows.values())
    assert rows[f"snnedge, {simd_levels()[-1]}"]["against"] == comparison.ALL_STEPS


def test_threads_are_compared_by_their_best_rounds():
    """Rounds of one and of two threads, in turn; the clock is read around each."""
    asked, costs = [], iter([8.0, 6.0, 4.0, 5.0, 9.0, 2.0])
    now = [0.0]

    def run(images, threads):
        asked.append(threads)
        now[0] += next(costs) * 1e-6

    found = latency.by_threads_us(SimpleNamespace(predict=run), np.zeros((2, 1)), 3, 2, lambda: now[0])
    assert asked == [1, 2, 1, 2, 1, 2]
    assert found == pytest.approx({"1": 2.0, "2": 1.0})


@pytest.mark.needs("sklearn")
def test_bench_says_what_threads_bring(capsys, model, monkeypatch):
    assert snnedge(capsys, "bench", model, "--samples", 5, "--repeat", 1)["speedup"] is None
    monkeypatch.setattr(latency, "cores", lambda: 2)
    result = snnedge(capsys, "bench", model, "--samples", 5, "--repeat", 2, "--threads", 2)
    assert result["threads"] == 2
    assert result["speedup"] == pytest.approx(result["threads_us"]["1"] / result["threads_us"]["2"])
    assert main.main(["bench", str(model), "--samples", "5", "--repeat", "1", "--threads", "2"]) == 0
    assert "times as fast" in capsys.readouterr().out


def test_more_threads_than_cores_are_refused_before_anything_is_measured(capsys, model, monkeypatch):
    monkeypatch.setattr(bench, "_latency", None)
    monkeypatch.setattr(latency, "cores", lambda: 3)
    assert "--threads 4: this process may use 3" in refused(capsys, "bench", model, "--threads", 4)


def refused(capsys, *words):
    assert main.main(list(map(str, words))) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    return err


def test_an_unknown_peer_is_refused_before_anything_is_measured(capsys, model, monkeypatch):
    monkeypatch.setattr(bench, "_latency", None)
    line = refused(capsys, "bench", model, "--compare", "nummpy")
    assert "did you mean 'numpy'" in line


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"\x08\0\0\0\0\0\0\0{}      "])
def test_a_hostile_model_is_refused_in_one_line(capsys, tmp_path, content):
    (tmp_path / "bad.safetensors").write_bytes(content)
    assert "bad.safetensors" in refused(capsys, "bench", tmp_path / "bad.safetensors", "--compare")


@pytest.mark.parametrize("cut", [20, 0.5, 0.99])
def test_a_damaged_model_is_refused_in_one_line(capsys, model, cut):
    whole = model.read_bytes()
    model.write_bytes(whole[: cut if cut > 1 else int(cut * len(whole))])
    assert model.name in refused(capsys, "bench", model)
