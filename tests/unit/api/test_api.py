"""The API: every capability from Python, with frozen results that are the JSON of the commands."""

import importlib
import inspect
import json
import logging
import pydoc
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from pathlib import Path

import needs
import numpy as np
import pytest
from networks import random_network

import snnedge
from snnedge import api
from snnedge.api import Samples, Target
from snnedge.api.result import Result, json_value
from snnedge.boards import board_file
from snnedge.cli import main
from snnedge.compiler import tables
from snnedge.compiler.quantize import quantize
from snnedge.data import Dataset
from snnedge.errors import InputError, ShapeError
from snnedge.frontends import pkl
from snnedge.kinds.synapses import dense, sparse
from snnedge.model.integer_model import IntegerModel
from snnedge.support import plugins

FUNCTIONS = [name for name in api.__all__ if name[0].islower()]
KEYS = json.loads((Path(__file__).parent / "keys.json").read_text())  # by command, as released
MAPS = {
    "stored", "phases", "functions", "synaptic_operations_by_projection",
    "additions_by_projection", "provenance", "sections", "flash", "ram",
    "skipped", "runners", "threads_us", "spike_counts", "presentations",
}  # fmt: skip
NAMED = {"models", "pictures"}  # maps from names to objects
VARIES = {  # measured: another value in each run
    "latency_us", "batch_us", "steps_per_second", "synops_per_second", "core", "train_seconds",
    "ms_per_sample", "compile_seconds", "peak_memory_mb",
}  # fmt: skip


def network(**changes):
    """A float network for images of 4 x 5 and 3 classes."""
    return replace(random_network(1, **changes), name="net")


def samples(count=12):
    """A data set that no file holds."""
    rng = np.random.default_rng(7)
    images = rng.integers(0, 256, (count, 4, 5), np.uint8)
    return Dataset("made", "test", images, rng.integers(0, 3, count), 3)


@pytest.fixture(autouse=True)
def no_handlers():
    """The command line leaves a handler that writes to the stderr of an earlier test."""
    logging.getLogger("snnedge").handlers.clear()


@pytest.fixture
def model() -> IntegerModel:
    return quantize(network())


@pytest.fixture
def idx(tmp_path):
    """The same samples as a folder of IDX files, as the command line needs them."""
    folder = tmp_path / "made"
    folder.mkdir()
    for stem in ("train", "t10k"):
        for kind, array in (("images", samples().images), ("labels", samples().labels.astype(np.uint8))):
            head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
            (folder / f"{stem}-{kind}-idx{array.ndim}-ubyte").write_bytes(head + array.tobytes())
    return folder


def said(capsys, *words):
    """The JSON object that a command prints."""
    assert main.main([*map(str, words), "--json"]) in (0, 1)
    out, err = capsys.readouterr()
    assert out, err
    return json.loads(out)


def as_json(result):
    """The result as a JSON file would hold it."""
    return json.loads(json.dumps(result.as_dict(), allow_nan=False))


def paths(value, at=""):
    """The keys of a JSON object, nested ones with dots; those of a map are values, not keys."""
    name = at.rpartition(".")[2]
    if isinstance(value, dict) and value and name not in MAPS:
        for key, item in value.items():
            yield from paths(item, f"{at}.{'*' if name in NAMED else key}".lstrip("."))
    elif isinstance(value, list) and value and isinstance(value[0], dict) and name not in MAPS:
        for item in value:
            yield from paths(item, f"{at}[]")
    else:
        yield at


def has_its_keys(command, printed):
    """No key of a command's object is renamed, left out or new: scripts of users read them."""
    assert sorted(set(paths(printed))) == KEYS[command]
    return True


def steady(printed):
    return {key: value for key, value in printed.items() if key not in VARIES}


def is_frozen(result):
    """Assign to every field of ``result``: each must refuse."""
    assert isinstance(result, Result)
    for field in fields(result):
        with pytest.raises(FrozenInstanceError):
            setattr(result, field.name, None)
    assert repr(result).startswith(f"{type(result).__name__}(")
    return True


# --- each capability, from values ---------------------------------------------------------------------


def test_quantize_returns_integers(model, tmp_path):
    pkl.write(network(), tmp_path / "net.pkl")
    assert api.quantize(network()).hash == api.quantize(tmp_path / "net.pkl").hash == model.hash
    assert api.quantize(network(), 4).bits == 4
    seen = api.quantize(network(), calibration=samples())
    assert seen.scales["output"] <= model.scales["output"]
    with pytest.raises(InputError, match=r"net\.pkl: --bits 5"):
        api.quantize(tmp_path / "net.pkl", 5)
    with pytest.raises(InputError, match=r"^net: --clip 2"):
        api.quantize(network(), clip=2)


@pytest.mark.compiler("cc")
def test_export_and_verify(tmp_path):
    made = api.export(
        network(), tmp_path / "out", bits=6, name="small", data=samples(), calibrate=samples(5)
    )
    assert is_frozen(made)
    assert (made.path, made.bits, made.model.name) == (tmp_path / "out", 6, "small")
    assert made.calibration.samples == 5
    assert (made.measured.samples, made.measured.data) == (12, "made test")
    assert made.facts["flash_bytes"] > 0
    again = api.export(made.model, tmp_path / "again")
    assert (again.hash, again.measured.samples, again.calibration) == (made.hash, 0, None)
    checked = api.verify(tmp_path / "out", samples(), backends=["host:scalar"])
    assert is_frozen(checked)
    assert (checked.ok, checked.samples, checked.hash) == (True, 12, made.hash)
    assert api.verify(made.model, samples(2)).ok


def test_export_names_what_it_writes_after_the_model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(api.export(quantize(network())).path) == "net-export"


def test_options_of_float_networks_are_refused_for_integers(model, tmp_path):
    for wrong in ({"bits": 4}, {"clip": 0.9}, {"calibrate": 3}, {"supplied": {"dt": 0.1}}):
        with pytest.raises(
            InputError, match=f"--{next(iter(wrong)).replace('supplied', 'dt')}.* net is inte"
        ):
            api.export(model, tmp_path / "out", **wrong)
    with pytest.raises(InputError, match="--bits 4: net is integers already"):
        api.evaluate(model, samples(), bits=4)


def test_evaluate_and_predict(model):
    found = api.evaluate(model, samples(), network=network())
    assert is_frozen(found)
    assert found.confusion.shape == (3, 4)
    assert found.confusion.sum() == found.n == 12
    assert (found.outcome.labels == api.predict(model, samples().images).labels).all()
    floats = api.evaluate(network(), samples(), backend="float")
    assert floats.accuracy == found.accuracy_float
    assert floats.synaptic_operations is None
    assert api.evaluate(snnedge.Runtime(model), samples()).hash == found.hash
    with pytest.raises(InputError, match="another network than net"):
        api.evaluate(model, samples(), network=network(neurons=5))


def test_predict_returns_votes_and_confidence(model):
    readout = replace(model.readout, exit_margin=0)
    found = api.predict(replace(model, readout=readout), samples().images)
    expected = np.zeros((len(found.labels), readout.classes), int)
    for label in range(readout.classes):
        expected[:, label] = found.outcome.count[:, readout.labels == label].sum(axis=1)
    assert (found.votes == expected).all()
    *_, after, lead = np.sort(expected, axis=1).T
    assert found.confidence.tolist() == ((lead - after) / np.maximum(expected.sum(axis=1), 1)).tolist()
    assert len(set(found.confidence.tolist())) > 1
    assert found.as_dict()["confidence"] == found.confidence.tolist()
    assert "votes" not in found.as_dict()


def test_predict_reads_files_and_arrays(model, tmp_path):
    images = samples().images
    np.save(tmp_path / "images.npy", images)
    found = api.predict(model, images)
    assert is_frozen(found)
    assert (found.labels.dtype, found.labels.shape) == (np.int16, (12,))
    assert (api.predict(model, tmp_path / "images.npy").labels == found.labels).all()
    with pytest.raises(ShapeError):
        api.predict(model, images.astype(float))
    np.save(tmp_path / "bad.npy", images[:, 1:])
    with pytest.raises(InputError, match=r"bad\.npy: images: shape"):
        api.predict(model, tmp_path / "bad.npy")


def test_inspect(model):
    found = api.inspect(model)
    assert is_frozen(found)
    assert (found.encoder.shape, found.classes, found.populations[0].size) == ((4, 5), 3, 13)
    assert found.projections[0].bytes == tables.lower(model).projections[0].weights.nbytes


def test_bench(model):
    found = api.bench(model, samples(3), repeat=1)
    assert is_frozen(found)
    assert found.samples == 3
    assert 0 < found.latency_us["min"] <= found.latency_us["p99"]
    assert found.compared is None
    with pytest.raises(InputError, match="did you mean 'numpy'"):
        api.bench(model, samples(3), compare=["nummpy"])


@pytest.mark.needs("threadpoolctl")
def test_bench_compares(model):
    found = api.bench(model, samples(2), repeat=1, compare=["numpy"])
    assert [row["name"] for row in found.compared["rows"]][-1] == "numpy"


@pytest.mark.needs("matplotlib")
def test_plot(model, tmp_path):
    found = api.plot(model, tmp_path, samples(), only=["thresholds", "confusion"])
    assert is_frozen(found)
    assert has_its_keys("plot", as_json(found))
    assert found.pictures["confusion"].file.exists()
    assert found.hash == model.hash_text
    assert api.plot(network(), tmp_path, only=["thresholds"]).data is None


def test_boards_doctor_data_set_and_zoo(idx, tmp_path):
    boards = api.boards()
    assert is_frozen(boards)
    assert "microbit" in [board.name for board in boards.boards]
    assert is_frozen(api.doctor())
    held = api.data_set(str(idx))
    assert is_frozen(held)
    assert (held.train, held.test, held.shape, held.classes) == (12, 12, (4, 5), 3)
    models = api.zoo("digits", tmp_path / "copy.safetensors")
    assert is_frozen(models)
    assert models.models["digits"].hash == api.inspect(tmp_path / "copy.safetensors").hash


@pytest.mark.qemu
@pytest.mark.compiler
def test_build_flash_and_emulate(model, tmp_path):
    needs.counting(board_file.load("microbit"))
    built = api.build(model, "microbit", tmp_path / "firmware", self_test=2, data=samples())
    assert is_frozen(built)
    assert built.elf.exists()
    assert built.hash == model.hash_text
    written = api.flash(model, "microbit", tmp_path / "flashed", runner="qemu", dry_run=True)
    assert is_frozen(written)
    assert (written.verified, written.build.board) == ("", "microbit")
    board = board_file.load("microbit")
    found = api.emulate(model, Target(board, "gcc"), samples(2), self_test=1)
    assert is_frozen(found)
    assert (found.ok, found.mismatches, found.samples) == (True, 0, 2)
    assert found.self_test.startswith("PASS")
    assert found.instructions.instructions_min <= found.instructions.instructions_per_inference


@pytest.mark.qemu
@pytest.mark.compiler
def test_count_and_calibrate(model, monkeypatch, tmp_path):
    needs.counting(board_file.load("microbit"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    found = api.count(model, "microbit", samples(2))
    assert is_frozen(found)
    assert found.ok
    assert sum(found.functions.values()) == pytest.approx(found.instructions_per_inference)
    kept = api.calibrate_board(model, "microbit", 2 * found.instructions_per_inference, samples(2))
    assert is_frozen(kept)
    assert has_its_keys("calibrate-board", as_json(kept))
    assert kept.subject.instructions == found.instructions_per_inference
    assert api.count(model, "microbit", samples(2)).cost.cycles_per_inference.kind == "measured"
    with pytest.raises(InputError, match="give the cycles of one"):
        api.calibrate_board(model, "microbit", 1, samples(2))


def test_a_board_that_is_a_value_takes_its_own_transports_only():
    board = board_file.load("microbit")
    assert Target(board).open() is board
    assert Target(board, transport="uart").open() == board_file.load("microbit", transport="uart")
    with pytest.raises(InputError, match="transport of"):
        Target(board, transport="pigeon").open()


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        (api.Plan(checkpoint_every=0), "--checkpoint-every 0"),
        (api.Plan(patience=-1), "--patience -1"),
        (api.Plan(patience=2), "--validation"),
        (api.Plan(plots=""), "--plots ''"),
    ],
)
def test_a_plan_that_does_not_go_together_is_refused_before_the_training(plan, problem, tmp_path):
    with pytest.raises(InputError, match=problem):
        api.train(samples(), tmp_path / "net.pkl", plan=plan)


def test_a_training_of_no_data_is_refused(tmp_path):
    with pytest.raises(InputError, match="name a data set"):
        api.train(Samples(), tmp_path / "net.pkl")


# --- samples -----------------------------------------------------------------------------------------


def test_samples_are_a_value_a_name_or_a_choice(model, idx):
    by_value = api.evaluate(model, samples())
    by_name = api.evaluate(model, idx)
    by_choice = api.evaluate(model, Samples("made", idx.parent))
    assert by_value.accuracy == by_name.accuracy == by_choice.accuracy
    assert api.evaluate(model, Samples("made", idx.parent, 5)).n == 5
    assert api.evaluate(replace(model, provenance={"data": "made"}), Samples(folder=idx.parent)).n == 12
    with pytest.raises(InputError, match="does not name its data set"):
        api.evaluate(model)


def test_samples_of_another_shape_are_refused(model):
    made = samples()
    with pytest.raises(InputError, match=r"images of shape \(5, 4\), the model takes \(4, 5\)"):
        api.evaluate(model, replace(made, images=made.images.reshape(-1, 5, 4)))


# --- results and the command line --------------------------------------------------------------------


@pytest.mark.compiler("cc")
def test_json_is_the_result(model, idx, tmp_path, capsys):
    """Each command that needs neither Brian2 nor a board, and the function beside it."""
    pkl.write(network(), tmp_path / "net.pkl")
    given = ("--dataset", idx)
    one, two = tmp_path / "one", tmp_path / "two"
    export = said(capsys, "export", tmp_path / "net.pkl", "-o", one, *given)
    result = as_json(api.export(tmp_path / "net.pkl", two, data=idx))
    assert has_its_keys("export", export)
    assert export == json.loads(json.dumps(result).replace(str(two), str(one)))
    np.save(tmp_path / "images.npy", samples().images)
    pairs = {
        ("predict", one, tmp_path / "images.npy"): api.predict(one, samples().images),
        ("inspect", one): api.inspect(one),
        ("evaluate", one, *given): api.evaluate(one, idx),
        ("verify", one, *given): api.verify(one, idx),
        ("bench", one, "--repeat", 1, *given): api.bench(one, idx, repeat=1),
        ("zoo", "digits"): api.zoo("digits"),
        ("boards",): api.boards(),
        ("doctor",): api.doctor(),
        ("data", idx): api.data_set(idx),
    }
    for words, found in pairs.items():
        printed = said(capsys, *words)
        assert has_its_keys(words[0], printed)
        assert list(printed) == list(as_json(found)), words
        assert steady(printed) == steady(as_json(found)), words


@pytest.mark.qemu
@pytest.mark.compiler
def test_json_of_the_boards_commands_is_the_result(model, idx, tmp_path, capsys, monkeypatch):
    needs.counting(board_file.load("microbit"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    api.export(model, tmp_path / "out")
    common = (tmp_path / "out", "--board", "microbit", "--dataset", idx)
    few, board = Samples(str(idx), count=2), Target("microbit")
    out, output = tmp_path / "out", tmp_path / "firmware"
    pairs = {
        ("run", *common, "--samples", 2): api.emulate(out, board, few),
        ("count", *common, "--samples", 2): api.count(out, board, few),
        ("build", *common, "-o", output): api.build(out, board, output),
        ("flash", *common, "-o", output, "--runner", "qemu", "--dry-run"): api.flash(
            out, board, output, runner="qemu", dry_run=True
        ),
    }
    for words, found in pairs.items():
        printed = said(capsys, *words)
        assert printed == as_json(found), words
        assert has_its_keys(words[0], printed)


def test_the_help_of_a_command_states_the_samples_of_its_function(capsys):
    found = {"export": "SAMPLES", "verify": "SAMPLES", "run": "SAMPLES", "count": "SAMPLES"}
    found |= {"calibrate-board": "SELF_TEST"}
    for command, constant in found.items():
        name = {"run": "emulate", "calibrate-board": "calibrate_board"}.get(command, command)
        number = getattr(importlib.import_module(f"snnedge.api.{name}"), constant)
        assert f"test samples (default: {number})" in helped(command, capsys)
    bench = importlib.import_module("snnedge.api.bench")
    assert f"{bench.SAMPLES}, {bench.SAMPLES_COMPARED} with --compare" in helped("bench", capsys)
    calibrate = importlib.import_module("snnedge.api.export").CALIBRATE
    assert f"see ranges on ({calibrate})" in helped("export", capsys)
    bits = importlib.import_module("snnedge.model.limits").DEFAULT_BITS
    assert f"(default: {bits})" in helped("evaluate", capsys)


def helped(command, capsys):
    with pytest.raises(SystemExit):
        main.main([command, "--help"])
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.needs("onnx")
def test_a_training_and_an_onnx_file_have_their_keys(model, tmp_path):
    values = {field.name: 0 for field in fields(api.TrainResult)}
    assert has_its_keys("train", as_json(api.TrainResult(**values)))
    made = api.export(network(), tmp_path / "net.onnx", format="onnx", data=samples(), calibrate=samples())
    assert has_its_keys("export onnx", as_json(made))


def test_plain_values():
    value = {"a": np.int16(3), "b": (np.arange(2), None), "c": samples(1).images.shape}
    assert json.dumps(json_value(value)) == '{"a": 3, "b": [[0, 1], null], "c": [1, 4, 5]}'


# --- one lowering in each export ----------------------------------------------------------------------


@pytest.fixture
def counted(monkeypatch):
    """How often tables were made, and weights packed: by kind."""
    calls = []
    for module in (dense, sparse):
        monkeypatch.setitem(vars(module.KIND), "pack", counting(module.pack, module, calls))
    lower = counting(tables.lower, tables, calls)
    monkeypatch.setattr(tables, "lower", lower)
    for loaded in list(sys.modules.values()):  # whoever has imported the function by name
        ours = getattr(loaded, "__name__", "").startswith("snnedge.") and loaded is not tables
        if ours and hasattr(loaded, "lower"):
            monkeypatch.setattr(loaded, "lower", lower)
    return calls


def counting(function, module, calls):
    def call(*given, **named):
        calls.append(f"{module.__name__.rpartition('.')[2]}.{function.__name__}")
        return function(*given, **named)

    return call


@pytest.mark.parametrize(
    ("storage", "packed"),
    [("auto", ["dense.pack", "sparse.pack"]), ("dense", ["dense.pack"]), ("sparse", ["sparse.pack"])],
)
def test_an_export_lowers_the_model_once(storage, packed, tmp_path, counted):
    net = network(hidden=6)  # three matrices
    made = api.export(net, tmp_path / "out", data=samples(), storage=storage)
    assert made.measured.samples == 12
    assert counted.count("tables.lower") == 1
    assert sorted(c for c in counted if c != "tables.lower") == sorted(3 * packed)


@pytest.mark.needs("sklearn")
def test_an_export_of_integers_lowers_the_model_once(tmp_path, counted):
    api.export("zoo:digits", tmp_path / "out", data=None)
    assert counted.count("tables.lower") == 1


# --- what a reader meets ------------------------------------------------------------------------------


def test_help_leads_to_the_api():
    text = pydoc.render_doc(snnedge, renderer=pydoc.plaintext)
    assert "from snnedge import api" in text
    assert "api.export(" in text


def test_help_names_the_commands_whose_functions_have_other_names():
    words = {name.replace("_", "-") for name in plugins.names("commands")}
    others = words - {name.replace("_", "-") for name in FUNCTIONS}
    assert others == {"run", "data"}
    named = dict(re.findall(r"``snnedge (\w+)`` is ``api\.(\w+)``", snnedge.__doc__))
    assert set(named) == others
    assert all(callable(getattr(api, name)) for name in named.values())


@pytest.mark.parametrize("name", api.__all__)
def test_the_first_line_of_a_docstring_is_a_whole_sentence(name):
    assert getattr(api, name).__doc__.partition("\n")[0].endswith(".")


@pytest.mark.parametrize("images", [[[1]], None, 5, [b"x"]])
def test_images_that_are_no_array_are_refused(images, model):
    with pytest.raises(ShapeError, match="expected a uint8 array"):
        api.predict(model, images)


def test_importing_snnedge_imports_nothing_heavy():
    code = (
        "import sys, snnedge\n"
        "light = sorted({'numpy', 'snnedge.api', 'snnedge._core'} & set(sys.modules))\n"
        "from snnedge import api\n"
        "heavy = {'brian2', 'matplotlib', 'onnx', 'onnxruntime', 'sklearn', 'elftools', 'capstone'}\n"
        "print(light, sorted(heavy & set(sys.modules)), callable(api.train))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] [] True"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_types_and_an_example(name):
    function = getattr(api, name)
    signature = inspect.signature(function)
    assert all(p.annotation is not p.empty for p in signature.parameters.values())
    result = signature.return_annotation
    assert is_dataclass(result)
    assert result.__dataclass_params__.frozen
    assert f"api.{name}(" in function.__doc__


def test_a_runtime_shows_itself(model):
    runtime = snnedge.Runtime(model, "scalar")
    assert (runtime.input_shape, runtime.classes, runtime.steps) == ((4, 5), 3, 20)
    assert (runtime.hash, runtime.hash_text, runtime.level) == (model.hash, model.hash_text, "scalar")
    assert repr(runtime) == (
        "<snnedge.Runtime 'net': input 4x5 uint8, 3 classes, 20 steps,"
        f" hash {model.hash_text}, level scalar>"
    )
    assert snnedge.Runtime(model).level == snnedge.simd_level()
    with pytest.raises(AttributeError):
        runtime.level = "avx2"


def test_names_of_classes_are_in_answers_and_texts(tmp_path, capsys, idx):
    net = network()
    names = ("cat", "dog", "swallow")
    named = replace(net, readout=replace(net.readout, class_names=names))
    model = api.export(named, tmp_path / "out", data=samples()).model
    assert snnedge.Runtime(model).class_names == names
    assert api.inspect(model).class_names == api.evaluate(model, samples()).class_names == names
    assert "class_names" not in api.inspect(quantize(net)).as_dict()
    np.save(tmp_path / "images.npy", samples().images)
    assert main.main(["predict", str(tmp_path / "out"), str(tmp_path / "images.npy")]) == 0
    labels = api.predict(model, samples().images).labels
    assert capsys.readouterr().out.split() == [(*names, "-1")[label] for label in labels]
    assert main.main(["evaluate", str(tmp_path / "out"), "--dataset", str(idx)]) == 0
    *_, head, cat, _, _ = capsys.readouterr().out.splitlines()
    assert head.split() == ["true\\answer", "cat", "dog", "swallow", "none"]
    assert cat.split()[0] == "cat"
    assert len(head) == len(cat)
    assert main.main(["inspect", str(tmp_path / "out")]) == 0
    assert "3 classes (cat, dog, swallow)" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [None, 3, 1.5, b"model", [], {}, np.zeros(3)])
def test_what_is_no_model_and_no_board_is_refused_in_one_line(wrong):
    for call in (
        api.inspect,
        api.quantize,
        api.evaluate,
        lambda model: api.convert(model, "new.safetensors"),
    ):
        with pytest.raises(InputError, match="is no model"):
            call(wrong)
    with pytest.raises(InputError, match="is no board"):
        Target(wrong).open()


def test_a_board_is_a_path_too():
    found = board_file.files()["microbit"]
    assert Target(found).open() == Target(str(found)).open()
