"""Wire names: names in files and hashes stay for ever, whatever kinds and parameters are called in code."""

import copy
import json
import logging
import pickle
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest

import snnedge
from snnedge import kinds, model_file
from snnedge.api.cost import asic
from snnedge.api.result import OPTIONAL, FormerKey, Result
from snnedge.cli import main
from snnedge.data import Dataset
from snnedge.errors import InputError, UnknownName
from snnedge.frontends import pkl
from snnedge.frontends.pkl import schema
from snnedge.model.integer_model import IntegerModel, describe
from snnedge.model.kind import Kind
from snnedge.model.network import Encoder, Population, Projection
from snnedge.support import plugins
from snnedge.train import preset
from snnedge.train.recipes.conv_wta import settings

GOLDEN = Path(__file__).parent / "golden"
OLD_PKL = Path(__file__).parents[1] / "unit" / "frontends" / "version_1" / "scan.pkl"
# Written down here once more on purpose: a change of any of them breaks every file there is.
KINDS = {
    "encoders": {"binary": "flash"},
    "neurons": {"if_ttfs": "if_race"},
    "synapses": {"lateral": "all_but_self", "patch": "shared"},
}
PARAMETERS = {
    "image_width": "line",
    "min_active": "least",
    "origin": "first",
    "position_stride": "spacing",
    "zero_point": "offset",
}
RENAMED = [(folder, name, wire) for folder, table in KINDS.items() for name, wire in table.items()]
ALL = [(folder, name) for folder in KINDS for name in plugins.names(folder)]
MODELS = ("scan_apart", "wiring_4bit")  # together they have all that was renamed


def kind_of(folder: str, name: str) -> Kind:
    kind: Kind = plugins.load(folder, name).KIND
    return kind


def parts_of(model: IntegerModel) -> list[Encoder | Population | Projection]:
    return [model.encoder, *model.populations, *model.projections]


def header(data: bytes) -> dict[str, Any]:
    """Return the JSON of a model.safetensors."""
    (size,) = struct.unpack("<Q", data[:8])
    found: dict[str, Any] = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["snnedge"])
    return found


def words(value: Any) -> set[str]:
    """Return all keys, and all texts that are values of "kind"."""
    if isinstance(value, dict):
        own = {str(v) for k, v in value.items() if k == "kind"}
        return set(value) | own.union(*map(words, value.values()))
    return set().union(*map(words, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize(("folder", "name"), ALL)
def test_a_wire_name_never_changes(folder: str, name: str) -> None:
    kind = kind_of(folder, name)
    assert kind.wire == KINDS[folder].get(name, name)
    known = {*kind.parameters, *kind.scalars, *kind.arrays}
    assert dict(kind.wire_names) == {p: wire for p, wire in PARAMETERS.items() if p in known}


@pytest.mark.parametrize("folder", KINDS)
def test_a_wire_name_means_one_kind(folder: str) -> None:
    wires = [kind_of(folder, name).wire for name in plugins.names(folder)]
    assert len(set(wires)) == len(wires)
    assert not {wire for _, _, wire in RENAMED} & set(plugins.names(folder))


@pytest.mark.parametrize(("folder", "name", "wire"), RENAMED)
def test_a_kind_is_found_by_its_wire_name(folder: str, name: str, wire: str) -> None:
    find = getattr(kinds, folder.removesuffix("s"))
    assert find(wire) is find(name)
    assert str(find(wire)) == name
    with pytest.raises(UnknownName):
        find(f"{wire}_2")


@pytest.mark.parametrize("version", [None, 3])
@pytest.mark.parametrize("name", MODELS)
def test_model_files_have_wire_names(name: str, version: int | None, tmp_path: Path) -> None:
    model = model_file.load(GOLDEN / f"{name}.safetensors")
    data = model_file.to_bytes(model, version)
    found = words(header(data))
    parts = parts_of(model)
    assert {part.kind.wire for part in parts} <= found
    assert not found & {name for _, name, _ in RENAMED}
    assert not found & set(PARAMETERS)
    (tmp_path / "model.safetensors").write_bytes(data)
    again = model_file.load(tmp_path / "model.safetensors")
    assert again.hash == model.hash
    assert [s.params for s in again.projections] == [s.params for s in model.projections]


def test_the_models_of_this_test_have_all_that_was_renamed() -> None:
    models = [model_file.load(GOLDEN / f"{name}.safetensors") for name in MODELS]
    parts = [part for model in models for part in parts_of(model)]
    assert {part.kind.name for part in parts} >= {name for _, name, _ in RENAMED}
    assert {name for part in parts for name in part.params} >= set(PARAMETERS)


def test_a_hash_covers_wire_names() -> None:
    model = model_file.load(GOLDEN / "scan_apart.safetensors")
    graph, _ = describe(model)
    assert not words(graph) & {*PARAMETERS, *(name for _, name, _ in RENAMED)}
    with np.load(GOLDEN / "scan_apart.npz") as golden:
        assert model.hash == int(golden["hash"])


def test_a_model_file_by_other_names_is_refused(tmp_path: Path) -> None:
    data = model_file.to_bytes(model_file.load(GOLDEN / "scan_apart.safetensors"))
    for wire, name in ((b"if_race", b"if_ttfs"), (b"flash", b"binry")):
        path = tmp_path / f"{wire.decode()}.safetensors"
        path.write_bytes(data.replace(wire, name))
        with pytest.raises(InputError, match=f"known: .*{wire.decode()}"):
            model_file.load(path)


# --- model.pkl ------------------------------------------------------------------------------------------


def renamed(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a model.pkl with the names of code in place of the wire names."""
    names = {wire: name for _, name, wire in RENAMED}
    params = {wire: name for name, wire in PARAMETERS.items()}

    def part(fields: dict[str, Any]) -> dict[str, Any]:
        stated = {params.get(key, key): value for key, value in fields["params"].items()}
        return fields | {"kind": names.get(fields["kind"], fields["kind"]), "params": stated}

    def place(path: str) -> str:
        head, dot, last = path.rpartition(".")
        return head + dot + params.get(last, last)

    lists = {key: [part(fields) for fields in content[key]] for key in ("populations", "projections")}
    units = {place(path): unit for path, unit in content["units"].items()}
    return content | lists | {"encoder": part(content["encoder"]), "units": units}


def test_a_model_pkl_has_wire_names_and_may_have_the_others(tmp_path: Path) -> None:
    network = pkl.read(OLD_PKL)
    content = schema.to_content(network)
    found = words(content)
    assert found >= {"flash", "if_race", "shared", "line", "least", "first", "spacing"}
    assert not found & {*PARAMETERS, *(name for _, name, _ in RENAMED)}
    by_names = renamed(content)
    assert words(by_names) >= {"binary", "if_ttfs", "patch", "image_width", "min_active", "origin"}
    assert by_names["units"] != content["units"]
    again = schema.to_network(by_names, "by names")
    pkl.write(network, tmp_path / "wire.pkl")
    pkl.write(again, tmp_path / "names.pkl")
    assert (tmp_path / "wire.pkl").read_bytes() == (tmp_path / "names.pkl").read_bytes()


def test_a_parameter_by_both_names_is_refused() -> None:
    content = schema.to_content(pkl.read(OLD_PKL))
    content["projections"][0]["params"]["min_active"] = 1
    with pytest.raises(InputError, match=r"'projections\[0\]\.params\.min_active' is there twice.*'least'"):
        schema.to_network(content, "both")


# --- training -------------------------------------------------------------------------------------------

OLD, NEW = {"least": 3, "spacing": 2}, {"min_active": 3, "position_stride": 2}


def test_a_preset_accepts_an_old_name_with_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(logging.getLogger("snnedge"), "warning", lambda form, *a: lines.append(form % a))
    assert preset.load("conv-wta", "mnist", NEW) | NEW == preset.load("conv-wta", "mnist", NEW)
    assert not lines
    assert preset.load("conv-wta", "mnist", OLD) == preset.load("conv-wta", "mnist", NEW)
    assert lines == [
        "least is now called min_active; the old name works until version 0.3",
        "spacing is now called position_stride; the old name works until version 0.3",
    ]


def test_the_command_line_prints_the_notice(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", "digits", "--preset", "conv-wta", "--set", "least=3", "--set", "maps=0"]
    assert main.main(words) == 2
    err = capsys.readouterr().err
    assert err.count("least is now called min_active") == 1
    assert "--set maps=0: give a number" in err


def test_checkpoints_and_provenance_keep_the_wire_names() -> None:
    data = Dataset("made", "train", np.zeros((20, 28, 28), np.uint8), np.arange(20) % 10, 10)
    stated = settings.choose(preset.load("conv-wta", "mnist", NEW), data).as_dict()
    assert stated | OLD == stated
    assert not stated.keys() & NEW.keys()


# --- results and functions ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Optional(Result):
    new: Annotated[float, FormerKey("old")]
    names: Annotated[tuple[str, ...], OPTIONAL]


def test_old_functions_warn_and_work() -> None:
    with pytest.warns(DeprecationWarning, match=r"snnedge\.simd_levels\(\); the old name works until"):
        assert snnedge.kernels() == snnedge.simd_levels()
    with pytest.warns(DeprecationWarning, match=r"snnedge\.simd_level\(\); the old name works until"):
        assert snnedge.kernel() == snnedge.simd_level()


def test_a_result_has_the_old_key_beside_the_new_one() -> None:
    result = asic(1000.0)
    told = result.as_dict()
    assert told["synaptic_operations"] == told["synaptic_additions"] == 1000.0
    with pytest.warns(DeprecationWarning, match="synaptic_additions is now called synaptic_operations"):
        assert result.synaptic_additions == 1000.0  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="no attribute 'additions'"):
        _ = result.additions  # type: ignore[attr-defined]


def test_a_result_with_an_optional_field_is_copied_and_pickled() -> None:
    result = Optional(1.0, ("a",))
    assert copy.deepcopy(result) == pickle.loads(pickle.dumps(result)) == result
    assert copy.copy(Optional(1.0, ())).as_dict() == {"new": 1.0, "old": 1.0}
