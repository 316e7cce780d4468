"""The zoo: what the catalogue says of each model is what the model is and does."""

import importlib.util
import json
import shlex
from dataclasses import replace
from pathlib import Path

import needs
import numpy as np
import pytest
from images import random_images

import snnedge
from snnedge import data, model_file, zoo
from snnedge.backends import open_backend
from snnedge.cli import main
from snnedge.errors import UnknownName
from snnedge.measure.synops import synaptic_operations
from snnedge.model.outcome import mismatches
from snnedge.runtime.runtime import Runtime
from snnedge.train import preset

ROOT = Path(__file__).parents[3]
MAX_BYTES = 300_000  # of all models together


def test_the_catalogue_and_the_files_belong_together():
    assert {"digits", "mnist-wta-100"} <= set(zoo.names())
    assert set(zoo.names()) == {path.stem for path in zoo.FOLDER.glob("*.safetensors")}
    assert sum(path.stat().st_size for path in zoo.FOLDER.glob("*.safetensors")) <= MAX_BYTES


@pytest.mark.parametrize("name", zoo.names())
def test_a_model_is_the_one_of_the_catalogue(name):
    entry, model = zoo.entry(name), model_file.load(f"zoo:{name}")
    assert model.hash_text == entry["measured"]["hash"]
    assert model.name == name
    assert model.provenance["data"] == shlex.split(entry["train"])[0]
    assert {"preset", "recipe", "seed", "images_hash", "supervised"} <= set(model.provenance)


@pytest.mark.parametrize("name", zoo.names())
def test_the_commands_of_the_catalogue_can_be_typed(name, capsys):
    for command in snnedge_zoo(capsys, name)["models"][name]["commands"]:
        assert main._parser(shlex.split(command)[1:]).parse_args(shlex.split(command)[1:])
    words = shlex.split(zoo.entry(name)["train"])
    args = main._parser(["train"]).parse_args(["train", *words])
    assert args.preset in preset.names()
    assert args.seed is not None, "a model that cannot be made again"


@pytest.mark.parametrize("name", zoo.names())
@pytest.mark.parametrize("backend", needs.backends("host", "c"))
def test_a_model_runs_like_the_reference(name, backend):
    model = model_file.load(f"zoo:{name}")
    images = random_images(model.encoder.shape, 40)
    expected = open_backend("reference", model).run(images)
    assert mismatches(open_backend(backend, model).run(images), expected) == 0
    assert len(set(expected.labels.tolist())) > 2


@pytest.mark.parametrize("name", zoo.names())
def test_accuracy_and_work_are_those_of_the_catalogue(name):
    """Integers: the same on every machine, so nothing may differ."""
    runtime, measured = snnedge.load(f"zoo:{name}"), zoo.entry(name)["measured"]
    needs.skip_unless("mnist" if name.startswith("mnist") else "sklearn")
    test = data.load(str(runtime.model.provenance["data"]), "test")
    assert len(test) == measured["samples"]
    assert int((runtime.predict(test.images) == test.labels).sum()) == measured["right"]
    counts = synaptic_operations(runtime, test.images)
    assert sum(counts.values()) == pytest.approx(measured["synaptic_operations"], abs=0.051)


# --- commands ----------------------------------------------------------------------------------------


def snnedge_zoo(capsys, *words):
    assert main.main(["zoo", *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def call(capsys, *words):
    assert main.main([*map(str, words), "--json", "-q"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_list_names_every_model(capsys):
    assert main.main(["zoo"]) == 0
    printed = capsys.readouterr().out
    for name in zoo.names():
        assert f"{name} " in printed
    measured = zoo.entry("digits")["measured"]
    assert f"{measured['right'] / measured['samples']:.2%} of 360" in printed


def test_one_model_is_shown_with_the_commands_that_made_it(capsys):
    assert main.main(["zoo", "zoo:digits"]) == 0
    printed = capsys.readouterr().out
    assert "snnedge train digits" in printed
    assert "map only" in printed or "supervised" in printed


@pytest.mark.compiler("cc")
def test_a_model_is_copied_or_exported(capsys, tmp_path):
    snnedge_zoo(capsys, "digits", "-o", tmp_path / "copy.safetensors")
    assert (tmp_path / "copy.safetensors").read_bytes() == zoo.path("digits").read_bytes()
    snnedge_zoo(capsys, "digits", "-o", tmp_path / "folder")
    assert call(capsys, "verify", tmp_path / "folder", "--samples", 5)["ok"] is True


def test_a_folder_of_other_files_is_not_replaced(capsys, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    assert main.main(["zoo", "digits", "-o", str(tmp_path)]) == 2
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.needs("sklearn")
@pytest.mark.parametrize(
    "command",
    [
        ("inspect",),
        ("evaluate",),
        ("bench", "--repeat", "1", "--samples", "9"),
        pytest.param(("verify",), marks=pytest.mark.compiler("cc")),
    ],
)
def test_every_command_takes_a_model_of_the_zoo(capsys, command):
    samples = () if command[0] == "inspect" else ("--samples", "9")
    result = call(capsys, command[0], "zoo:digits", *command[1:], *samples)
    assert result["hash"] == zoo.entry("digits")["measured"]["hash"]


@pytest.mark.needs("sklearn")
def test_export_takes_integers_as_they_are(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = call(capsys, "export", "zoo:digits")
    assert result["hash"] == zoo.entry("digits")["measured"]["hash"]
    assert (result["path"], result["accuracy_float"]) == ("digits-export", None)
    again = call(
        capsys, "export", "digits-export/model.safetensors", "-o", "again", "--decision", "all-steps"
    )
    assert again["hash"] != result["hash"]
    assert again["accuracy_int"] > 0.9


@pytest.mark.parametrize(
    "option", [("--bits", "4"), ("--clip", "0.99"), ("--calibrate", "9"), ("--dt", "1")]
)
def test_what_is_integers_cannot_be_quantised_again(capsys, tmp_path, option):
    assert main.main(["export", "zoo:digits", *option, "-o", str(tmp_path / "out")]) == 2
    assert option[0] in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_predict_from_the_command_line_and_from_python(capsys, tmp_path):
    images = random_images((8, 8), 7)
    np.save(tmp_path / "images.npy", images)
    labels = call(capsys, "predict", "zoo:digits", tmp_path / "images.npy")["labels"]
    assert labels == snnedge.load("zoo:digits").predict(images).tolist()


@pytest.mark.parametrize("words", [("zoo", "digit"), ("inspect", "zoo:digit"), ("export", "zoo:digit")])
def test_an_unknown_name_lists_the_known(capsys, words):
    assert main.main(list(words)) == 2
    line = capsys.readouterr().err
    assert "did you mean 'digits'" in line
    assert all(name in line for name in zoo.names())
    with pytest.raises(UnknownName):
        snnedge.load("zoo:digit")


def test_a_place_without_a_model_is_refused(capsys):
    assert main.main(["zoo", "-o", "somewhere"]) == 2
    assert "digits" in capsys.readouterr().err


# --- tools/train_zoo ---------------------------------------------------------------------------------


@pytest.fixture
def tool():
    spec = importlib.util.spec_from_file_location("train_zoo", ROOT / "tools" / "_train_zoo.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.needs("sklearn")
def test_the_tool_prints_a_difference(tool, capsys, tmp_path, monkeypatch):
    assert tool.compared("digits", zoo.path("digits"))
    assert "the same to the bit" in capsys.readouterr().out
    model = Runtime(model_file.load("zoo:digits")).model
    weights = model.projections[0].weights.copy()
    weights[: len(weights) // 2] = 0
    other = dict(model.provenance) | {"numpy": "1.0"}
    projections = (replace(model.projections[0], weights=weights),)
    changed = replace(model, projections=projections, provenance=other)
    model_file.save(changed, tmp_path / "changed.safetensors")
    monkeypatch.setattr(tool, "snnedge", lambda *words: call(capsys, *words))
    assert not tool.compared("digits", tmp_path / "changed.safetensors")
    printed = capsys.readouterr().out
    share = np.mean(weights == model.projections[0].weights)
    assert f"input->output {share:.1%}" in printed
    assert "was 96" in printed
    assert "other values of: numpy\n" in printed


@pytest.mark.needs("sklearn")
def test_the_tool_writes_figures_below_the_words(tool, capsys, tmp_path, monkeypatch):
    for path in zoo.FOLDER.glob("digits.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(zoo, "FOLDER", tmp_path)
    monkeypatch.setattr(tool, "snnedge", lambda *words: call(capsys, *words))
    before = zoo.entry("digits")
    tool.write("digits", ROOT / "snnedge" / "zoo" / "digits.safetensors")
    after = zoo.entry("digits")
    del before["measured"]["date"], after["measured"]["date"]
    assert after == before
