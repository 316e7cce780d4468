"""Files of old versions are written again in new ones, with the same hash and the same answers."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conductances import random_conductance_model
from networks import random_network

from snnedge import api, model_file
from snnedge.cli.main import main
from snnedge.compiler.quantize import quantize
from snnedge.errors import InputError
from snnedge.frontends import pkl
from snnedge.runtime.runtime import load

OLD_PICKLES = Path(__file__).parents[1] / "frontends" / "version_1"


def test_an_old_model_becomes_a_new_one_and_back(tmp_path):
    new = api.convert("zoo:digits", tmp_path / "new.safetensors")
    assert new.version == 3
    old = api.convert(new.path, tmp_path / "old.safetensors", version=1)
    assert old.version == 1
    assert (tmp_path / "old.safetensors").read_bytes() == model_file.to_bytes(load("zoo:digits").model)
    images = np.random.default_rng(1).integers(0, 256, (9, 8, 8), np.uint8)
    assert (load(new.path).predict(images) == load("zoo:digits").predict(images)).all()


@pytest.mark.parametrize("name", ["scan", "spiking"])
def test_a_pickle_without_a_checksum_gets_one(name, tmp_path):
    api.convert(OLD_PICKLES / f"{name}.pkl", tmp_path / "new.pkl")
    assert b"checksum" in (tmp_path / "new.pkl").read_bytes()
    assert pkl.read(tmp_path / "new.pkl").name == pkl.read(OLD_PICKLES / f"{name}.pkl").name


def test_a_file_is_converted_in_place(tmp_path):
    pkl.write(random_network(), tmp_path / "net.pkl")
    api.convert(tmp_path / "net.pkl", tmp_path / "net.pkl")
    assert pkl.read(tmp_path / "net.pkl").name == "random"


@pytest.mark.parametrize(
    ("old", "new", "version", "match"),
    [
        ("zoo:digits", "model.txt", None, "ends in .safetensors"),
        ("zoo:digits", "there.safetensors", None, "exists"),
        ("zoo:digits", "new.safetensors", 9, "give 1 to 3"),
        ("zoo:digits", "new.pkl", 3, "written in version 2"),
        ("zoo:digits", "new.pkl", None, "zoo:digits"),
        ("net.pkl", "new.safetensors", None, "is a float network"),
    ],
)
def test_what_cannot_be_converted_is_refused_and_nothing_written(old, new, version, match, tmp_path):
    pkl.write(random_network(), tmp_path / "net.pkl")
    (tmp_path / "there.safetensors").write_text("mine")
    before = sorted(p.name for p in tmp_path.iterdir())
    source = str(tmp_path / old) if old.endswith(".pkl") else old
    with pytest.raises(InputError, match=match):
        api.convert(source, tmp_path / new, version)
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert (tmp_path / "there.safetensors").read_text() == "mine"


def test_a_version_that_is_too_old_is_refused_with_what_it_lacks(tmp_path):
    plain = quantize(random_network(1))
    named = replace(plain, readout=replace(plain.readout, class_names=("a", "b", "c")))
    first, *others = plain.populations
    shaped = replace(plain, populations=(replace(first, shape=(first.size,)), *others))
    for model, reason in ((named, "class names (readout)"), (shaped, "shape (population)")):
        with pytest.raises(InputError, match=re.escape(f"give 3: it has {reason}") + "$"):
            api.convert(model, tmp_path / "new.safetensors", 1)


def test_a_version_before_a_kind_is_refused_with_the_kind(tmp_path):
    model = random_conductance_model(1)
    with pytest.raises(InputError, match=r"give 2 to 3: it has lif_cond_exp$"):
        api.convert(model, tmp_path / "new.safetensors", 1)


def test_the_command_prints_what_the_function_returns(tmp_path, capsys):
    assert main(["convert", "zoo:digits", str(tmp_path / "a.safetensors"), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == api.convert("zoo:digits", tmp_path / "b.safetensors").as_dict() | {
        "path": printed["path"]
    }


def test_a_file_that_only_has_the_name_of_the_model_is_not_overwritten(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.safetensors").write_text("mine")
    model = replace(load("zoo:digits").model, name="mine.safetensors")
    with pytest.raises(InputError, match="exists"):
        api.convert(model, "mine.safetensors")
    assert (tmp_path / "mine.safetensors").read_text() == "mine"


def test_a_model_of_the_other_sort_is_refused(tmp_path):
    with pytest.raises(InputError, match="Network is no model here"):
        api.convert(random_network(), tmp_path / "new.safetensors")
    with pytest.raises(InputError, match="IntegerModel is no model here"):
        api.convert(load("zoo:digits").model, tmp_path / "new.pkl")
    assert not list(tmp_path.iterdir())
