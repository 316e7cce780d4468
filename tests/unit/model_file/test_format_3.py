"""Format 3: an envelope around sections; what it states comes back, and what it cannot state is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from integer_models import random_integer_model
from safetensors import safe_open
from safetensors.numpy import save as save_tensors
from scans import random_scan_model

from snnedge import api, model_file
from snnedge.errors import InputError
from snnedge.model.limits import MAX_STEPS
from snnedge.model.network import Readout

GOLDEN = sorted((Path(__file__).parents[2] / "contract" / "golden").glob("*.safetensors"))


def named(seed: int = 3):
    """A model with what only version 3 holds: class names and the shape of a population."""
    model = random_integer_model(seed)
    names = tuple(f"class {k}" for k in range(model.readout.classes))
    shaped = tuple(replace(p, shape=(1, p.size)) for p in model.populations)
    return replace(model, populations=shaped, readout=replace(model.readout, class_names=names))


def header_of(path: Path) -> dict:
    with safe_open(path, framework="numpy") as file:
        return json.loads(file.metadata()["snnedge"])


def with_header(path: Path, change) -> Path:
    """The file with ``change`` made to its header."""
    with safe_open(path, framework="numpy") as file:
        header = json.loads(file.metadata()["snnedge"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    change(header)
    path.write_bytes(save_tensors(tensors, metadata={"snnedge": json.dumps(header)}))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    model_file.save(named(), tmp_path / "model.safetensors")
    return tmp_path / "model.safetensors"


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda p: p.stem)
def test_any_model_survives_version_3_with_its_hash_and_its_old_bytes(golden, tmp_path):
    model = model_file.load(golden)
    model_file.save(model, tmp_path / "new.safetensors", version=3)
    again = model_file.load(tmp_path / "new.safetensors")
    assert header_of(tmp_path / "new.safetensors")["version"] == 3
    assert again.hash == model.hash
    assert model_file.to_bytes(again) == golden.read_bytes()


def test_the_first_version_that_suffices_is_written(path, tmp_path):
    assert header_of(path)["version"] == 3
    plain = replace(named(), readout=replace(named().readout, class_names=()))
    assert header_of(path)["readout"]["class_names"][0] == "class 0"
    model_file.save(replace(plain, populations=random_integer_model(3).populations), tmp_path / "old")
    assert header_of(tmp_path / "old")["version"] == 1


def test_names_shapes_inputs_and_outputs_come_back(path):
    again, header = model_file.load(path), header_of(path)
    assert again.readout.class_names == named().readout.class_names
    assert [p.shape for p in again.populations] == [p.shape for p in named().populations]
    (source,) = header["inputs"]
    assert (source["name"], source["dtype"], tuple(source["shape"])) == (
        "input",
        "uint8",
        again.encoder.shape,
    )
    assert {o["what"] for o in header["outputs"]} == {"label", "spikes"}


def test_class_names_are_not_part_of_the_hash_and_shapes_are():
    model = named()
    assert replace(model, readout=replace(model.readout, class_names=())).hash == model.hash
    assert replace(model, populations=random_integer_model(3).populations).hash != model.hash


def test_a_model_without_a_readout_states_none(tmp_path):
    model = named()
    readout = Readout.none("output", len(model.readout.labels))
    model_file.save(replace(model, readout=readout), tmp_path / "m", version=3)
    assert "readout" not in header_of(tmp_path / "m")
    assert [o["what"] for o in header_of(tmp_path / "m")["outputs"]] == ["spikes"]
    again = model_file.load(tmp_path / "m")
    assert not again.readout.votes
    assert again.hash == replace(model, readout=readout).hash


def test_a_model_without_steps_runs_until_the_contracts_end(tmp_path):
    model_file.save(replace(named(), steps=MAX_STEPS), tmp_path / "m", version=3)
    assert "steps" not in header_of(tmp_path / "m")
    assert model_file.load(tmp_path / "m").steps == MAX_STEPS


def test_a_scan_keeps_its_window(tmp_path):
    model = random_scan_model(2)
    model_file.save(model, tmp_path / "m", version=3)
    assert model_file.load(tmp_path / "m").hash == model.hash


def deep(header):
    for _ in range(20):
        header["provenance"] = {"in": header["provenance"]}


WRONG = {
    "a stage that is not known": (lambda h: h.update(stages=["program"]), "'stages'.*update snnedge"),
    "two stages": (lambda h: h["stages"].append("kinds"), "'stages'"),
    "a field that is not known": (lambda h: h.update(later=1), "'later' is not known"),
    "no input": (lambda h: h.update(inputs=[]), "one input"),
    "an input of another name": (lambda h: h["inputs"][0].update(name="ear"), "one input"),
    "raw spikes": (lambda h: h["inputs"][0].update(dtype="spikes"), r"'inputs\[0\].dtype'"),
    "a dtype that is none": (
        lambda h: h["inputs"][0].update(dtype="f8"),
        r"'inputs\[0\].dtype' is 'f8'; known:",
    ),
    "no output": (lambda h: h.update(outputs=[]), "'outputs'"),
    "two outputs of one name": (lambda h: h["outputs"].append(h["outputs"][0]), "'outputs'"),
    "an output that is none": (lambda h: h["outputs"][0].update(what="smell"), "'outputs'"),
    "an exit rule that is none": (lambda h: h["readout"].update(exit="sometimes"), "sometimes"),
    "class names too few": (
        lambda h: h["readout"].update(class_names=["a", "b", "c", "d", "e"]),
        "names for",
    ),
    "class names of no text": (lambda h: h["readout"].update(class_names=[1]), "list of strings"),
    "a shape that does not fit": (
        lambda h: h["kinds"]["populations"][0].update(shape=[2, 65535]),
        "shape",
    ),
    "a shape below 1": (lambda h: h["kinds"]["populations"][0].update(shape=[-1]), "shape"),
    "a shape of five": (lambda h: h["kinds"]["populations"][0].update(shape=[1] * 5), "shape"),
    "a shape of texts": (
        lambda h: h["kinds"]["populations"][0].update(shape=["1"]),
        r"populations\[0\].shape' must be a tuple",
    ),
    "a deep provenance": (deep, "deeper than"),
    "a long provenance": (lambda h: h["provenance"].update(x=[0] * 5000), "more than 4096"),
    "a large text": (lambda h: h["provenance"].update(x="x" * 70000), "more than 65536"),
    "an infinite number": (lambda h: h["provenance"].update(x=float("inf")), "not finite"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_version_3_cannot_hold_is_refused_in_one_line(case, path):
    change, match = WRONG[case]
    with pytest.raises(InputError, match=match) as caught:
        model_file.load(with_header(path, change))
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_labels_of_the_array_must_fit_the_population(path):
    with safe_open(path, framework="numpy") as file:
        header = json.loads(file.metadata()["snnedge"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    tensors["readout.labels"] = np.zeros(3, np.int16)
    path.write_bytes(save_tensors(tensors, metadata={"snnedge": json.dumps(header)}))
    with pytest.raises(InputError):
        model_file.load(path)


DEEP: dict = {}
for _ in range(9):
    DEEP = {"deeper": DEEP}


@pytest.mark.parametrize(
    ("provenance", "match"),
    [
        (DEEP, "deeper than 8 levels"),
        ({"losses": [0.5] * 5000}, "more than 4096 entries"),
        ({"notes": "x" * 70000}, "text of more than"),
        ({"loss": float("nan")}, "not finite"),
        ({"made": object()}, "no plain data"),
    ],
)
def test_what_version_3_cannot_read_back_is_not_written(provenance, match, tmp_path):
    """An old file was converted in place to one that no snnedge could read."""
    (tmp_path / "model.safetensors").write_text("mine")
    model = replace(random_integer_model(3), provenance=provenance)
    with pytest.raises(InputError, match=match):
        model_file.save(model, tmp_path / "model.safetensors", version=3)
    assert (tmp_path / "model.safetensors").read_text() == "mine"


def test_an_old_file_with_a_long_provenance_keeps_being_read_and_is_not_lost_by_convert(tmp_path):
    path = tmp_path / "old.safetensors"
    model_file.save(replace(random_integer_model(3), provenance=DEEP), path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="provenance"):
        api.convert(path, path)
    assert path.read_bytes() == before
    assert model_file.load(path).provenance == DEEP


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_an_old_file_with_a_number_that_is_none_is_refused(number, tmp_path):
    path = tmp_path / "old.safetensors"
    model_file.save(replace(random_integer_model(3), provenance={"loss": 0.5}), path)
    with safe_open(path, framework="numpy") as file:
        text = file.metadata()["snnedge"].replace('"loss":0.5', f'"loss":{number}')
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    path.write_bytes(save_tensors(tensors, metadata={"snnedge": text}))
    with pytest.raises(InputError, match="provenance"):
        model_file.load(path)


LIES = {
    "inputs[0]": lambda h: h.update(inputs=[[]]),
    "inputs[0].shape": lambda h: h["inputs"][0].update(shape="A" * 100_000),
    "outputs": lambda h: h["outputs"][0].update(population="nowhere"),
    "provenance": lambda h: h.update(provenance=[]),
    "kinds.populations[0]": lambda h: h["kinds"].update(populations=["hidden"]),
    "kinds.populations[0].size": lambda h: h["kinds"]["populations"][0].update(size="A" * 100_000),
    "kinds.projections[0].source": lambda h: h["kinds"]["projections"][0].update(source={}),
    "readout.exit": lambda h: h["readout"].update(exit="A" * 100_000),
    "readout.class_names": lambda h: h["readout"].update(class_names={}),
    "scales.hidden": lambda h: h["scales"].update(hidden=None),
    "stages": lambda h: h.update(stages="\x1b[31m"),
    "dt": lambda h: h.pop("dt"),
}


@pytest.mark.parametrize("field", LIES)
def test_a_lie_is_named_by_its_field_in_one_short_printable_line(field, path):
    with pytest.raises(InputError) as error:
        model_file.load(with_header(path, LIES[field]))
    message = str(error.value)
    assert f"{field!r}" in message
    assert len(message) < 300 + len(str(path))
    assert message.isprintable()


def test_a_version_that_cannot_hold_the_model_is_not_written(tmp_path):
    for version in (1, 2, 4):
        with pytest.raises(InputError, match=f"version {version} cannot hold"):
            model_file.save(named(), tmp_path / "m", version=version)
    assert not list(tmp_path.iterdir())


def test_a_tensor_of_no_part_is_refused(path):
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    path.write_bytes(save_tensors(tensors | {"stray": np.zeros(3, np.int8)}, metadata=metadata))
    with pytest.raises(InputError, match="'stray'"):
        model_file.load(path)
