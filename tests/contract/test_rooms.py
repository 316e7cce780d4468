"""Rooms import one way only, in the order of docs/explanation/rooms.toml."""

import sys
from pathlib import Path

import pytest

from snnedge.support.plugins import FOLDERS

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import _import_graph as graph


@pytest.fixture(scope="module")
def edges():
    return graph.edges(FOLDERS)


def test_every_room_has_a_place_in_the_order():
    found = {graph.room(module) for module in graph.modules()}
    assert found | {"_core", "api"} == set(graph.rooms())


def test_no_room_imports_from_a_later_one(edges):
    assert not graph.against(edges)


def test_no_room_imports_a_private_name_of_another(edges):
    assert not graph.foreign_private(edges)


def test_no_modules_import_each_other(edges):
    assert not graph.circles(edges)
