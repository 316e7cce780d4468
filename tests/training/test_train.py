"""Training in Brian2. One size of network (8x8 digits, 20 neurons) for all tests, so one compilation."""

import argparse
import contextlib
import json
import math
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import replays

from snnedge import data, kinds
from snnedge.api.train import presentations
from snnedge.backends import brian2 as brian2_backend
from snnedge.brian2_program import compile
from snnedge.brian2_program.order import STEP
from snnedge.cli import main
from snnedge.cli.commands import train as train_command
from snnedge.errors import InputError
from snnedge.frontends import pkl
from snnedge.model.network import UNASSIGNED, Encoder, Readout
from snnedge.train import checkpoint, loop, preset
from snnedge.train.neuron_labels import assign
from snnedge.train.recipes import conv_wta, wta
from snnedge.train.recipes.wta import network as wta_network
from snnedge.train.recipes.wta import settings as wta_settings
from snnedge.train.recipes.wta import simulator as wta_simulator
from snnedge.train.recipes.wta.simulator import Chunk, Simulator, State

NEURONS, INPUTS, STEPS = 20, 64, 20

Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def trained(brian2_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model.pkl trained without interruption on few samples."""
    path = tmp_path_factory.mktemp("trained") / "model.pkl"
    assert main.main(command(path)) == 0
    return path


def command(path: Path, *options: str) -> list[str]:
    few = "--samples 1500 --rstdp-epochs 0.5 --checkpoint-every 100 --seed 3".split()
    return ["train", "digits", "--neurons", str(NEURONS), "-o", str(path), "-q", *few, *options]


# What is learned


@pytest.mark.brian2("sklearn")
def test_a_short_training_learns_digits(trained: Path) -> None:
    network, test = pkl.read(trained), data.load("digits", "test")
    outcome = brian2_backend.open(network).run(test.images)
    assert (outcome.labels == test.labels).mean() > 0.75  # seen: 0.85
    assert network.provenance["supervised"] is True
    assert network.readout.exit_margin == 1
    assert not checkpoint.path_of(trained).exists()


@pytest.mark.brian2("sklearn")
def test_the_result_names_its_figures(brian2_cache: Path, tmp_path: Path, capsys: Captured) -> None:
    options = "--samples 500 --rstdp-epochs 0 --validation 0.2 --decision margin:2 --json".split()
    assert main.main(command(tmp_path / "model.pkl", *options)) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["neurons"], result["samples"], result["supervised"]) == (NEURONS, 500, False)
    assert result["ms_per_sample"] == pytest.approx(result["train_seconds"] * 2, abs=0.01)
    assert 0.5 < result["accuracy_validation"] <= 1
    assert result["validation_images"] == 288  # a fifth of 1437, rounded up
    assert "on the 288 images held out" in train_command.show(result)
    assert 100 < result["peak_memory_mb"] < 4000  # a Python with numpy and Brian2 has about 200
    assert pkl.read(tmp_path / "model.pkl").readout.exit_margin == 2


@pytest.mark.brian2
def test_brian2_does_what_the_equations_say(brian2_cache: Path) -> None:
    state, chunk = anything()
    with Simulator(INPUTS, NEURONS, STEPS) as brian:
        response, after = brian.run(state, chunk)
    winners, weights, thresholds = by_hand(state, chunk)
    assert (winners >= 0).sum() > 100
    np.testing.assert_array_equal(response.winners, winners)
    np.testing.assert_allclose(after.weights, weights, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(after.thresholds, thresholds, rtol=1e-5)


def anything() -> tuple[State, Chunk]:
    rng = np.random.default_rng(5)
    state = State(
        rng.random((INPUTS, NEURONS)).astype(np.float32),
        rng.uniform(5, 9, NEURONS).astype(np.float32),
        rng.integers(-1, 3, NEURONS).astype(np.int32),
    )
    return state, Chunk(
        rates=rng.integers(0, 20000, (30, INPUTS)),
        seeds=rng.integers(0, 65536, 30),
        attract=rng.uniform(0, 0.3, 30),
        repel=rng.uniform(-0.1, 0, 30),
        rise=rng.uniform(0, 1, 30),
        fall=rng.uniform(0, 0.1, 30),
        target=rng.integers(0, 3, 30),
    )


@pytest.mark.brian2
def test_rows_of_weights_give_the_bits_of_brian2s_own_template(
    brian2_cache: Path, monkeypatch: Patch
) -> None:
    found = []
    for connect in (compile.connect_all, lambda synapses, *_: synapses.connect()):
        monkeypatch.setattr(wta_network, "connect_all", connect)
        with Simulator(INPUTS, NEURONS, STEPS) as brian:
            response, after = brian.run(*anything())
            found.append([vars(response), vars(after)])
            (source,) = brian._folder.glob("code_objects/synapses_propagate_codeobject.cpp")
            assert ("_row" in source.read_text()) == (connect is compile.connect_all)
    np.testing.assert_equal(found[0], found[1])


def by_hand(state: State, chunk: Chunk) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """recipes.md, once more, in plain numpy."""
    w, threshold = state.weights.astype(float), state.thresholds.astype(float)
    winners = np.full((len(chunk.seeds), STEPS), -1)
    for k, rates in enumerate(chunk.rates):
        phase = (chunk.seeds[k] + 40503 * np.arange(INPUTS)) % 65536
        trace, v = np.zeros(INPUTS), np.zeros(NEURONS)
        threshold -= chunk.fall[k]
        for t in range(STEPS):
            spikes = (phase + rates * (t + 1)) // 65536 - (phase + rates * t) // 65536
            trace += spikes
            v += spikes @ w
            j = int((v - threshold).argmax())
            if v[j] > threshold[j]:
                winners[k, t] = j
                gain = chunk.attract[k] if state.labels[j] == chunk.target[k] else chunk.repel[k]
                w[:, j] = np.maximum(w[:, j] + gain * (trace - w[:, j]), 0)
                threshold[j] += chunk.rise[k]
                trace[:], v[:] = 0, 0
    return winners, w, threshold


@pytest.mark.brian2
def test_every_place_in_a_chunk_is_equal(brian2_cache: Path) -> None:
    """Brian2's clocks must not part in a long run, nor state leak from one sample into the next."""
    assert math.frexp(STEP)[0] == 0.5  # a power of two: all times are exact
    rng = np.random.default_rng(0)
    state = State(rng.random((INPUTS, NEURONS)), np.full(NEURONS, 9.0), np.zeros(NEURONS, np.int32))
    encoder = Encoder(
        kinds.encoder("error_diffusion"), (8, 8), {"spikes_per_sample": 200, "max_rate": 0.5, "seed": 7}
    )
    images = np.tile(rng.integers(0, 256, (2, 8, 8), np.uint8), (wta_simulator.CAPACITY, 1, 1))
    with Simulator(INPUTS, NEURONS, STEPS) as brian:
        response = brian.respond(state, encoder, images)  # two chunks
    for part in (response.winners, response.margins):
        assert (part[0::2] == part[0]).all()
        assert (part[1::2] == part[1]).all()
    assert (response.winners[0] != response.winners[1]).any()


def test_a_silent_neuron_is_unassigned() -> None:
    winners = np.array([[0, 0, -1], [2, -1, 0], [2, 2, -1], [-1, -1, -1]])
    labels = np.array([1, 0, 0, 1])
    assert assign(winners, labels, neurons=4, classes=2).tolist() == [1, UNASSIGNED, 0, UNASSIGNED]


def test_labels_follow_the_mean_and_not_the_sum() -> None:
    winners = np.array([[0], [0], [-1], [-1], [0]])  # class 0: two of four samples; class 1: one of one
    assert assign(winners, np.array([0, 0, 0, 0, 1]), neurons=1, classes=2).tolist() == [1]


@pytest.mark.needs("matplotlib")
@pytest.mark.brian2("sklearn")
def test_drawing_changes_nothing_that_is_learned(trained: Path, tmp_path: Path) -> None:
    path, pictures = tmp_path / "model.pkl", tmp_path / "pictures"
    assert main.main(command(path, "--plots", str(pictures))) == 0
    assert path.read_bytes() == trained.read_bytes()
    drawn = {p.stem for p in pictures.iterdir()}
    assert drawn == {"accuracy", "receptive_fields", "thresholds", "weights"}  # no test image is seen


# Killed and resumed


@pytest.mark.brian2("sklearn")
def test_a_killed_training_resumes_to_the_same_bytes(trained: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    for position in (300, 1700):  # in a stage without labels, in the stage with labels
        kill_after(path, position)
        assert not path.exists()
    assert main.main(command(path, "--resume", "--checkpoint-every", "150")) == 0
    assert path.read_bytes() == trained.read_bytes()


@pytest.mark.brian2("sklearn")
def test_without_a_checkpoint_resume_begins_anew_and_says_so(
    trained: Path, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "model.pkl"
    assert main.main(command(path, "--resume")) == 0
    printed = [line for line in capsys.readouterr().err.splitlines() if "checkpoint" in line]
    assert printed == [f"--resume: there is no checkpoint {path}.checkpoint.npz; the training begins anew"]
    assert path.read_bytes() == trained.read_bytes()


def kill_after(path: Path, position: int) -> None:
    """Start or resume the training, and kill -9 it once its checkpoint is at ``position``."""
    code = "import sys; from snnedge.cli.main import main; sys.exit(main(sys.argv[1:]))"
    root = str(Path(wta_simulator.__file__).parents[4])
    search = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": search, "TMPDIR": str(path.parent)}
    running = subprocess.Popen(
        [sys.executable, "-P", "-c", code, *command(path, "--resume")], env=environment
    )
    deadline = time.monotonic() + 60
    while reached(path) < position:
        assert running.poll() is None, "the training ended before it was killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    assert running.wait() == -signal.SIGKILL


def reached(path: Path) -> int:
    try:
        with np.load(checkpoint.path_of(path)) as file:
            return int(file["position"])
    except FileNotFoundError:
        return -1


@pytest.mark.brian2("sklearn")
@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--neurons", "21", "neurons = 20, not 21"),
        ("--seed", "4", "seed = 3, not 4"),
    ],
)
def test_resume_refuses_another_training(
    option: str, value: str, complaint: str, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "model.pkl"
    train = data.load("digits", "train")
    chosen = settings(train, samples=1500, rstdp_epochs=0.5, seed=3)
    saved = replace(checkpoint.beginning(wta.prepare(train, chosen).initial_state()), position=5)
    checkpoint.save(checkpoint.path_of(path), saved, loop.describe("wta", "wta", train, chosen))
    assert main.main(command(path, "--resume", option, value)) == 2
    refused(capsys, f"{complaint}; {checkpoint.REMEDY}")
    assert not path.exists()


def settings(train: data.Dataset, **changes: object) -> wta_settings.Settings:
    """Of the preset for digits, with few neurons."""
    return wta.choose(preset.load("wta", "digits", {"neurons": NEURONS} | changes), train)


def recipe(name: str = "random", shape: tuple[int, int] = (8, 8), neurons: int = NEURONS) -> wta.Wta:
    train = data.Dataset(name, "train", np.zeros((10, *shape), np.uint8), np.arange(10), 10)
    return wta.prepare(train, settings(train, neurons=neurons, samples=100))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A sound checkpoint of ``recipe()``."""
    path = checkpoint.path_of(tmp_path / "model.pkl")
    begin, history = recipe().initial_state(), np.array([[5, np.nan, 0.5, 0.25, 0.75]])
    checkpoint.save(path, checkpoint.Checkpoint(5, 1.5, begin, history, begin), {"recipe": "wta"})
    return path


def load(path: Path) -> checkpoint.Checkpoint:
    """Resume ``recipe()``, as a training does."""
    path = path.with_name("model.pkl")
    return loop._start(recipe(), {"recipe": "wta"}, path, resume=True)


def is_refused(path: Path, complaint: str = "") -> None:
    with pytest.raises(InputError) as caught:
        load(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert complaint in message
    assert message.endswith("remove it, or train without --resume")
    assert "\n" not in message


def test_a_checkpoint_is_read_back(saved: Path) -> None:
    found = load(saved)
    assert (found.position, found.seconds) == (5, 1.5)
    np.testing.assert_array_equal(found.state["weights"], recipe().initial_state()["weights"])
    np.testing.assert_array_equal(found.best["weights"], recipe().initial_state()["weights"])
    np.testing.assert_array_equal(found.history, [[5, np.nan, 0.5, 0.25, 0.75]])


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("version", 1, "'version' is 1"),
        ("position", -5, "'position' is -5"),
        ("position", 101, "'position' is 101"),
        ("position", 4, "'position' is 4, where the chunks"),
        ("position", 0, "'position' is 0, where the chunks"),
        ("history", np.array([[6.0, 0, 0, 0, 0], [5, 0, 0, 0, 0]]), "'position' is 5, where the chunks"),
        ("history", np.full((1, 5), np.nan), "'position' is 5, where the chunks"),
        ("history", np.zeros((0, 5)), "'position' is 5, where the chunks"),
        ("position", [1, 2], "'position' must be an integer"),
        ("seconds", math.nan, "'seconds' is nan"),
        ("origin", "[1, 2]", "no checkpoint"),
        ("origin", 9000 * "[", "no checkpoint"),
        ("origin", '{"recipe": "a\\nb"}', "recipe = 'a\\nb', not 'wta'"),
        ("origin", 7, "no checkpoint"),
        ("state.weights", np.zeros((INPUTS, NEURONS + 1), np.float32), "(64, 21)"),
        ("state.weights", np.zeros(INPUTS * NEURONS, np.float32), "(1280,)"),
        ("state.weights", np.zeros((INPUTS, NEURONS)), "is float64"),
        ("state.weights", np.full((INPUTS, NEURONS), np.nan, np.float32), "not finite"),
        ("state.weights", "heavy", "'state.weights' is str"),
        ("state.thresholds", np.zeros(NEURONS - 1, np.float32), "(19,)"),
        ("state.labels", np.full(NEURONS, 10, np.int32), "outside -1..9"),
        ("state.labels", np.full(NEURONS, 65536, np.int32), "outside -1..9"),
        ("state.labels", np.full(NEURONS, 0.5), "is float64"),
        ("history", np.zeros((2, 3)), "'history' must be float64"),
        ("best.labels", np.full(NEURONS, 0.5), "is float64"),
    ],
)
def test_an_impossible_checkpoint_is_refused(
    saved: Path, field: str, value: object, complaint: str
) -> None:
    with np.load(saved) as file:
        parts = {name: file[name] for name in file.files}
    np.savez(saved, **(parts | {field: value}))  # type: ignore[arg-type]
    is_refused(saved, complaint)
    del parts[field]
    np.savez(saved, **parts)
    is_refused(saved)


@pytest.mark.slow
def test_a_damaged_checkpoint_is_refused_or_right(saved: Path) -> None:
    """Any byte of the zip's directory, and of the first member's headers, with any one bit flipped."""
    whole = saved.read_bytes()
    directory = whole.index(b"PK\x01\x02")
    for at in (*range(200), *range(directory, len(whole))):
        damaged = bytearray(whole)
        damaged[at] ^= 1 << at % 8
        saved.write_bytes(damaged)
        with contextlib.suppress(InputError):
            load(saved)
    for size in range(0, len(whole), 97):
        saved.write_bytes(whole[:size])
        is_refused(saved, "damaged, or no checkpoint")


# What could not be written in the end is refused before


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("my data (1)", "my_data__1_"),
        ("Müllhäufchen", "M_llh_ufchen"),
        ("..hidden", "hidden"),
        ("", "model"),
        (80 * "n", 64 * "n"),
    ],
)
def test_any_folder_name_becomes_a_legal_name(name: str, legal: str, tmp_path: Path) -> None:
    loop._start(recipe(name), {}, tmp_path / "model.pkl", resume=False)
    pkl.write(recipe(name).network(recipe(name).initial_state(), {"data": name}), tmp_path / "model.pkl")
    network = pkl.read(tmp_path / "model.pkl")
    assert (network.name, network.provenance["data"]) == (legal, name)


@pytest.mark.brian2("sklearn")
def test_data_in_a_folder_of_any_name(brian2_cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "meine Daten (ä)"
    write_idx(folder, data.load("digits", "train", limit=100).images)
    options = f"--neurons 20 --samples 50 --set steps={STEPS} -q -o".split()  # no new compilation
    assert main.main(["train", str(folder), *options, str(tmp_path / "model.pkl")]) == 0
    assert pkl.read(tmp_path / "model.pkl").name == "meine_Daten____"


@pytest.mark.brian2
def test_too_large_for_a_model_is_reported_before_training(
    tmp_path: Path, monkeypatch: Patch, capsys: Captured
) -> None:
    monkeypatch.setattr(wta_simulator, "Simulator", None)
    write_idx(tmp_path / "photos", np.zeros((2, 256, 256), np.uint8))
    assert main.main(["train", str(tmp_path / "photos"), "-o", str(tmp_path / "model.pkl")]) == 2
    refused(capsys, "256 x 256 = 65536 pixels; a model takes at most 65535")
    with pytest.raises(InputError, match="--neurons 21400: with 784 inputs, give a number from 1 to 21399"):
        recipe(shape=(28, 28), neurons=21400)


def write_idx(folder: Path, images: np.ndarray) -> None:
    """A data set of ``images``, labels 0, 1, 2, 0, ..."""
    folder.mkdir()
    for kind, array in (("images", images), ("labels", np.arange(len(images), dtype=np.uint8) % 3)):
        head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
        (folder / f"train-{kind}-idx{array.ndim}-ubyte").write_bytes(head + array.tobytes())


# The back end brian2


@pytest.mark.brian2
@pytest.mark.parametrize("margin", [0, 1, 2])
@pytest.mark.parametrize("nearest", [True, False])
def test_brian2_equals_the_numpy_network(margin: int, nearest: bool, brian2_cache: Path) -> None:
    network, images = replays.wta(margin, nearest)
    outcome = brian2_backend.open(network).run(images)
    assert replays.differing(outcome, network, images) == 0
    assert outcome.labels[7] == -1
    assert len(set(outcome.labels.tolist())) > 2


def test_brian2_refuses_what_it_cannot_run() -> None:
    labels = np.zeros(NEURONS, np.int16)
    network = replays.wta_network(np.ones((INPUTS, NEURONS)), np.ones(NEURONS), Readout("n", labels, 1))
    other = replace(network, populations=(replace(network.populations[0], kind=kinds.neuron("lif")),))
    with pytest.raises(InputError, match="'random' has error_diffusion, lif, dense"):
        brian2_backend.open(other)


# Bad input: one line, exit code 2, nothing trained or written


@pytest.mark.needs("sklearn")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("digits --neurons 0", "--neurons 0"),
        ("digits --samples -3", "--samples -3"),
        ("digits --epochs nan", "--epochs nan"),
        ("digits --rstdp-epochs -1", "--rstdp-epochs -1"),
        ("digits --seed -1", "seed -1"),
        ("digits --validation 1", "1.0"),
        ("digits --decision margin:0", "margin:0"),
        ("digits --decision margin:²", "--decision 'margin:²'"),
        ("digits --decision margin:٣", "--decision 'margin:٣'"),
        (f"digits --decision margin:{5000 * '1'}", "--decision 'margin:1"),
        ("digits --samples 1000000000", "--samples 1000000000: give a number from 1 to 20000000"),
        ("digits --checkpoint-every 0", "--checkpoint-every 0"),
        ("digits --plots ''", "--plots '': give a folder"),
        (f"digits --plots {__file__}", "test_train.py is a file, not a folder: choose another --plots"),
        ("digits --memory 1e7", "--memory 1e7: give auto, or GB, at most 1000000"),
        ("digitz", "digitz"),
        ("mnist --data nowhere", "nowhere"),
        ("digits -o .", "is a folder"),
    ],
)
def test_bad_options(
    words: str,
    complaint: str,
    tmp_path: Path,
    monkeypatch: Patch,
    capsys: Captured,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main.main(["train", *shlex.split(words)]) == 2
    refused(capsys, complaint)
    assert not list(tmp_path.iterdir())


@pytest.mark.needs("sklearn")
def test_no_compiler(tmp_path: Path, monkeypatch: Patch, capsys: Captured) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main.main(command(tmp_path / "model.pkl")) == 2
    refused(capsys, "apt-get install g++ make")


@pytest.mark.compiler("g++", "make")
@pytest.mark.needs("sklearn")
def test_no_brian2(tmp_path: Path, monkeypatch: Patch, capsys: Captured) -> None:
    monkeypatch.setattr(compile, "version", lambda: "2.9.0")
    monkeypatch.setitem(sys.modules, "brian2", None)
    assert main.main(command(tmp_path / "model.pkl")) == 2
    refused(capsys, "pip install 'snnedge[train]'")


@pytest.mark.needs("sklearn")
def test_presentations_are_reported_by_the_part_that_they_went_to() -> None:
    train = data.load("digits", "train")
    constants = preset.load("conv-wta", "digits", {"samples": 700, "features.images": 500})
    parts = conv_wta.choose(constants, train).parts
    assert parts == {"layer 1": 500, "the readout": 700}
    early = presentations(parts, 900)
    assert early == {"layer 1": 500, "the readout": 400}
    printed = train_command._counted({"samples": 900, "presentations": early})
    assert printed == "900 presentations: 500 to layer 1 and 400 to the readout"
    assert train_command._counted({"samples": 9, "presentations": {"network": 9}}) == "9 presentations"


def test_options_of_the_command_are_those_that_messages_name() -> None:
    parser = argparse.ArgumentParser()
    train_command.add_arguments(parser)
    assert {f"--{key.replace('_', '-')}" for key in preset.OPTIONS} <= parser._option_string_actions.keys()


def refused(capsys: Captured, complaint: str) -> None:
    captured = capsys.readouterr()
    assert not captured.out
    assert complaint in captured.err
    assert captured.err.count("\n") == 1, captured.err


# Settings


CONV = "--preset conv-wta"


@pytest.mark.needs("sklearn")
def test_stages_share_all_samples() -> None:
    train = data.load("digits", "train")
    for samples in (1, 2, 7, 60000):
        chosen = settings(train, samples=samples)
        assert chosen.samples == samples
        assert not chosen.supervised


def test_digits_have_settings_of_their_own() -> None:
    train = data.Dataset("any", "train", np.zeros((100, 8, 8), np.uint8), np.arange(100) % 10, 10)
    digits, mnist = (wta.choose(preset.load("wta", name), train) for name in ("digits", "mnist"))
    assert (digits.samples, digits.steps, digits.rise) == (1000, 20, 4)
    assert (mnist.samples, mnist.steps, mnist.rise) == (500, 50, 1)


def test_any_constant_of_a_preset_can_be_set() -> None:
    changes = preset.parse(["steps=7", "stages.1.learning_rate=[0.5, 0.25]", "decision=all-steps"])
    changed = preset.load("wta", "digits", changes)
    assert (changed["steps"], changed["decision"]) == (7, "all-steps")
    assert changed["stages"][1]["learning_rate"] == [0.5, 0.25]
    assert preset.load("wta", "digits")["stages"][1]["learning_rate"] == [0.05, 0.002]


@pytest.mark.needs("sklearn")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("--set steps", "--set 'steps': write KEY=VALUE"),
        ("--set stepz=5", "preset 'wta' has no 'stepz' (known here: neurons, seed"),
        ("--set stages.2.share=0.1", "has no 'stages.2.share'"),
        ("--set steps=many", "preset 'wta' has 20 there, another type"),
        ("--set steps=0", "--set steps=0: give a number from 1 to 65535"),
        ("--set steps=2.5", "--set steps=2.5: give a whole number"),
        ("--set steps=nan", "--set steps=nan: give finite numbers"),
        ("--set seed=inf", "--seed inf: give finite numbers"),
        ("--set stages.0.rise=[1.0,nan]", "give finite numbers"),
        ("--set stages=5", "preset 'wta' has [{"),
        ("--set stages=[]", "another type"),
        ("--set stages=[{}]", "another type"),
        (
            "--set stages=[{share=1,learning_rate=0.1,rise=0,equal_thresholds=false,repeat=2}]",
            "another type",
        ),
        ("--set stages.0=3", "another type"),
        ("--set margin={}", "another type"),
        ("--set prune=3", "another type"),
        ("--set rise={neurons=[1,2],value=[1]}", "of the same length"),
        ("--set stages.0.share=-5", "--set stages.0.share=-5: give a number from 0 to 1000"),
        (f"--set steps={5000 * '1'}", "another type"),
        (f"--set steps={3000 * '['}", "another type"),
        ("--preset diehl-cook --set rest=100", "with the rest, give 1..65535"),
        ("--set max_rate=2", "--set max_rate=2: give a number from 1.52588e-05 to 0.999985"),
        ("--set stages.0.learning_rate=[0.1,-0.1]", "stages.0.learning_rate=[0.1, -0.1]: gives -"),
        ("--set stages.0.learning_rate=1.5", "gives 1.5 at sample 0; stay within 0 to 1"),
        ("--set stages.1.rise=-1", "--set stages.1.rise=-1: gives -1 at sample 0; stay within 0 to 1000"),
        ("--set stages.1.rise={shape='spiral'}", "--set stages.1.rise={'shape': 'spiral'}: schedule"),
        ("--set rstdp.repel=[-2,0] --rstdp-epochs 1", "--set rstdp.repel=[-2, 0]: gives -2 at sample 0"),
        ("--set margin.clip=0.1", "--set margin.clip=0.1: give a number from 0.9 to 1"),
        (f"{CONV} --set features.learning_rate=[2,0]", "--set features.learning_rate=[2, 0]: gives 2"),
        (f"{CONV} --set stages.2.rise=[0,-1]", "--set stages.2.rise=[0, -1]: gives -1 at sample 1"),
        (f"{CONV} --set stages.2.rise=0.5", "--set stages.2.rise=0.5: give the first and the last"),
        (f"{CONV} --set features.images=0", "--set features.images=0: give a number from 1"),
        (f"{CONV} --rstdp-epochs 1", "--rstdp-epochs ...: it belongs to preset wta, not to 'conv-wta'"),
        ("--preset tutorial --set maps=1", "it belongs to preset conv-wta and conv-wta-small, not"),
        ("--preset wta --set features.images=5", "it belongs to preset conv-wta and conv-wta-small, not"),
        ("--preset wtb", "did you mean 'wta'?"),
    ],
)
def test_bad_settings(words: str, complaint: str, tmp_path: Path, capsys: Captured) -> None:
    output = tmp_path / "model.pkl"
    assert main.main(["train", "digits", "-o", str(output), *words.split()]) == 2
    refused(capsys, complaint)
    assert not list(tmp_path.iterdir())
