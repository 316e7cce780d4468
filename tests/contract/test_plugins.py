"""Contract of every registry: what a folder holds keeps the promises that the rest of snnedge relies on."""

import argparse
import ast
from pathlib import Path

import pytest

import snnedge
from snnedge import _core, registry, resources
from snnedge.errors import UnknownName
from snnedge.network import RECEPTORS
from snnedge.parameters import Parameter
from snnedge.targets import boards, flash

KIND_FOLDERS = ("encoders", "neurons", "synapses")
KINDS = [(folder, name) for folder in KIND_FOLDERS for name in registry.names(folder)]
COMMANDS = registry.names("commands")


@pytest.mark.parametrize("folder", registry.FOLDERS)
def test_no_registry_is_empty_and_all_of_it_imports(folder):
    for name in registry.names(folder):
        assert registry.load(folder, name).__doc__, f"{folder}/{name}.py says nothing of itself"


def test_an_empty_registry_is_an_error():
    with pytest.raises(LookupError, match="nothing is registered"):
        registry.names("nothing_here")


def test_an_unknown_name_lists_the_known_and_the_nearest():
    with pytest.raises(UnknownName, match=r"did you mean 'lif'.*if_wta"):
        registry.load("neurons", "lfi")


@pytest.mark.parametrize(("folder", "name"), KINDS)
def test_a_kind_has_the_same_parameters_in_python_and_c(folder, name):
    kind = registry.load(folder, name)
    scalars, arrays = _core.kinds()[folder][name]
    assert tuple(scalars.split()) == tuple(kind.SCALARS)
    assert tuple(arrays.split()) == tuple(kind.ARRAYS)
    assert all(isinstance(p, Parameter) for p in kind.PARAMETERS.values())


@pytest.mark.parametrize("name", registry.names("neurons"))
def test_neurons_have_the_same_receptors_in_python_and_c(name):
    receptors = registry.load("neurons", name).RECEPTORS
    assert receptors == RECEPTORS[: _core.receptors()[name]]


@pytest.mark.parametrize("folder", KIND_FOLDERS)
def test_c_and_python_have_the_same_kinds(folder):
    assert sorted(_core.kinds()[folder]) == list(registry.names(folder))


@pytest.mark.parametrize(("folder", "name"), KINDS)
def test_a_kind_has_its_heading_in_the_contract(folder, name):
    contract = Path(__file__).parents[1] / "docs" / "fixed-point.md"
    assert f"### `{name}`" in contract.read_text()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_options_help_and_a_working_example(name):
    module = registry.load("commands", name)
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    words = module.EXAMPLE.split()
    assert words[:2] == ["snnedge", name.replace("_", "-")]
    parser.parse_args(words[2:])
    assert callable(module.run)
    assert callable(module.show)


@pytest.mark.parametrize("name", registry.names(flash.RUNNERS))
def test_a_runner_says_what_it_needs_and_stands_in_the_docs(name):
    runner = registry.load(flash.RUNNERS, name)
    assert runner.PROGRAM is None or runner.PROGRAM.install
    assert isinstance(runner.NEEDS, tuple)
    assert isinstance(runner.VERIFIES, bool)
    assert isinstance(runner.SERVES, bool)
    assert callable(runner.steps)
    assert callable(runner.flash)
    assert f"\n| `{name}` |" in (Path(__file__).parents[1] / "docs" / "boards.md").read_text()


def test_runners_of_all_boards_are_there_with_what_they_need():
    for name in boards.files():
        board = boards.load(name)
        for runner in board.runners:
            flash.check(
                registry.choose(runner, registry.names(flash.RUNNERS), "runner"), board, verify=False
            )


# Columns of docs/architecture.md: a module imports from its own column or from columns before it.
COLUMNS = (
    ("errors", "registry", "files", "progress", "parameters", "resources", "external", "zoo"),
    (
        "network",
        "arithmetic",
        "inputs",
        "codes",
        "scan",
        "encoders",
        "neurons",
        "synapses",
        "outcome",
        "decision",
    ),
    ("safe_pickle", "pickled_names", "frontends", "data"),
    ("discretize", "reference", "calibrate"),
    ("quantize", "integer_model"),
    ("lower", "_core", "stream", "runtime", "exporters"),
    ("targets",),
    ("train", "backend", "backends", "measure", "peers"),
    ("plot", "plots"),
    ("commands",),
    ("cli",),
)
PACKAGE = Path(snnedge.__file__).parent


def column(module: str) -> int:
    found = [k for k, names in enumerate(COLUMNS) if module in names]
    assert found, f"snnedge/{module} stands in no column of docs/architecture.md"
    return found[0]


def imports_of(path: Path) -> set[str]:
    """Top-level names below snnedge that ``path`` imports, at any depth of its code."""
    package = ("snnedge", *path.relative_to(PACKAGE).parts[:-1])
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1] + tuple((node.module or "").split("."))
            parts = [p for p in base if p]
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return found


MODULES = [p for p in sorted(PACKAGE.rglob("*.py")) if p.parent != PACKAGE or p.stem[0] != "_"]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_flow_one_way(path):
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for other in imports_of(path):
        assert column(other) <= column(own), f"{own} imports {other}, which comes after it"


def test_every_c_kind_is_found_by_its_folder_alone():
    """Adding a kind edits nothing: no file of the core names one."""
    csrc = resources.folder("csrc")
    for path in [csrc / "snn.c", csrc / "kinds.h", csrc / "snn.h"]:
        text = path.read_text()
        assert not [name for _, name in KINDS if name in text.replace("integrate", "")], path
