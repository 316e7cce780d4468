"""Rooms import one way only, in the order of docs/explanation/rooms.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

from snnedge.support import plugins
from snnedge.support.plugins import FOLDERS

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import _import_graph as graph


@pytest.fixture(scope="module")
def edges():
    return graph.edges(FOLDERS)


def test_every_room_has_a_place_in_the_order():
    found = {graph.room(module) for module in graph.modules()}
    assert found | {"_core"} == set(graph.rooms())


def test_no_room_imports_from_a_later_one(edges):
    assert not graph.against(edges)


def test_no_room_imports_a_private_name_of_another(edges):
    assert not graph.foreign_private(edges)


def test_no_modules_import_each_other(edges):
    assert not graph.circles(edges)


def test_no_recipe_imports_another(edges):
    """What two recipes share is in train/, in train/rules/ or in an earlier room."""
    assert not [e for e in edges if graph.recipe(e.target) not in ("", graph.recipe(e.source))]


@pytest.mark.parametrize("recipe", plugins.names("recipes"))
def test_a_recipe_can_be_the_first_module_that_is_imported(recipe):
    """Importing a submodule runs its package, which the graph does not show."""
    command = [sys.executable, "-c", f"import snnedge.train.recipes.{recipe}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
