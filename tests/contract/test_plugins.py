"""Contract of every folder of plug-ins: its files keep the promises on which the rest of snnedge relies."""

import argparse
import re
from pathlib import Path

import needs
import pytest

from snnedge import _core
from snnedge.boards import board_file, flash
from snnedge.errors import UnknownName
from snnedge.model.kind import RECEPTORS
from snnedge.model.parameter import Parameter
from snnedge.support import plugins, resources

KIND_FOLDERS = ("encoders", "neurons", "synapses")
KINDS = [(folder, name) for folder in KIND_FOLDERS for name in plugins.names(folder)]
COMMANDS = plugins.names("commands")


@pytest.mark.parametrize("folder", needs.plugin_folders(*plugins.FOLDERS))
def test_no_folder_is_empty_and_all_of_it_imports(folder):
    for name in plugins.names(folder):
        assert plugins.load(folder, name).__doc__, f"{folder}/{name}.py says nothing of itself"


def test_an_empty_folder_is_an_error(monkeypatch):
    monkeypatch.setitem(plugins.FOLDERS, "nothing_here", "nothing_here")
    with pytest.raises(LookupError, match="there is no plug-in in"):
        plugins.names("nothing_here")


def test_an_unknown_name_lists_the_known_and_the_nearest():
    with pytest.raises(UnknownName, match=r"did you mean 'lif'.*if_wta"):
        plugins.load("neurons", "lfi")


@pytest.mark.parametrize(("folder", "name"), KINDS)
def test_a_kind_has_the_same_parameters_in_python_and_c(folder, name):
    kind = plugins.load(folder, name).KIND
    scalars, arrays = _core.kinds()[folder][name]
    assert tuple(scalars.split()) == tuple(kind.scalars)
    assert tuple(arrays.split()) == tuple(kind.arrays)
    assert all(isinstance(p, Parameter) for p in kind.parameters.values())


@pytest.mark.parametrize("name", plugins.names("neurons"))
def test_neurons_have_the_same_receptors_in_python_and_c(name):
    receptors = plugins.load("neurons", name).KIND.receptors
    assert receptors == RECEPTORS[: _core.receptors()[name]]


@pytest.mark.parametrize("name", plugins.names("neurons"))
def test_neurons_have_an_array_of_thresholds(name):
    """The readout computes v - threshold by this name in Python, and by the index of the array in C."""
    assert "threshold" in plugins.load("neurons", name).KIND.arrays


@pytest.mark.parametrize("folder", KIND_FOLDERS)
def test_c_and_python_have_the_same_kinds(folder):
    assert sorted(_core.kinds()[folder]) == list(plugins.names(folder))


@pytest.mark.parametrize(("folder", "name"), KINDS)
def test_a_kind_has_its_heading_in_the_contract(folder, name):
    contract = Path(__file__).parents[2] / "docs" / "reference" / "integer-contract.md"
    assert f"### `{name}`" in contract.read_text()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_options_help_and_a_working_example(name):
    module = plugins.load("commands", name)
    assert module.__doc__.partition("\n")[0].endswith("."), "snnedge --help shows the first line"
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    words = module.EXAMPLE.split()
    assert words[:2] == ["snnedge", name.replace("_", "-")]
    parser.parse_args(words[2:])
    assert callable(module.run)
    assert callable(module.show)


@pytest.mark.parametrize("name", plugins.names("runners"))
def test_a_runner_says_what_it_needs_and_stands_in_the_docs(name):
    runner = plugins.load("runners", name)
    assert runner.PROGRAM is None or runner.PROGRAM.install
    assert isinstance(runner.NEEDS, tuple)
    assert isinstance(runner.VERIFIES, bool)
    assert isinstance(runner.SERVES, bool)
    assert callable(runner.steps)
    assert callable(runner.flash)
    assert f"\n| `{name}` |" in (Path(__file__).parents[2] / "docs" / "reference" / "boards.md").read_text()


def test_runners_of_all_boards_are_there_with_what_they_need():
    for name in board_file.files():
        board = board_file.load(name)
        for runner in board.runners:
            flash.check(plugins.choose(runner, plugins.names("runners"), "runner"), board, verify=False)


def test_every_c_kind_is_found_by_its_folder_alone():
    """Adding a kind edits nothing: no file of the core names one."""
    csrc = resources.folder("csrc")
    for path in sorted(csrc.glob("*.[ch]")):
        text = path.read_text()
        listed = (name for _, name in KINDS)
        assert not [n for n in listed if re.search(rf'snn_\w+_{n}\b|"{n}"|\b{n}[/.][\w]', text)], path


def rows_of_model_pkl() -> set[tuple[str, str, str]]:
    """Return folder, kind and parameter of each row of the tables of kinds in model-pkl.md."""
    text = (Path(__file__).parents[2] / "docs" / "reference" / "model-pkl.md").read_text()
    folders = {"encoder": "encoders", "neurons": "neurons", "projection": "synapses"}
    found, folder, kind = set(), "", ""
    for line in text.splitlines():
        begun = re.match(r"\| (encoder|neurons|projection) `(\w+)`", line)
        if begun:
            folder, kind = folders[begun[1]], begun[2]
        cells = re.match(r"\| [^|]*\| ((?:`\w+`[, ]*)+) \|", line)
        if cells and folder:
            found |= {(folder, kind, name) for name in re.findall(r"\w+", cells[1])}
    return found


@pytest.mark.parametrize(("folder", "name"), KINDS)
def test_every_float_parameter_of_a_kind_has_its_row_in_model_pkl(folder, name):
    """In the table of model-pkl.md, by its name in files or by its name in code."""
    kind, rows = plugins.load(folder, name).KIND, rows_of_model_pkl()
    for parameter in kind.parameters:
        names = {parameter, kind.wire_of(parameter)}
        assert {(folder, k, p) for k in (name, kind.wire) for p in names} & rows, f"no row for {parameter}"
