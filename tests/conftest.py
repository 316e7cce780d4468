"""Fixtures for all tests, markers by tests/support/needs.py, and the fast lane."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))  # --import-mode=importlib does not do it
sys.path.insert(0, str(Path(__file__).parent / "contract"))
sys.path.insert(0, str(Path(__file__).parent / "training"))

import examples
import needs
from builders import random_images, random_network

from snnedge.model.network import Network


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help=f"only tests that are {needs.FAST}; few examples")


def pytest_configure(config: pytest.Config) -> None:
    for name, marker in needs.MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {marker.purpose}")
    if config.getoption("--fast"):
        chosen = config.option.markexpr
        config.option.markexpr = f"({chosen}) and {needs.FAST}" if chosen else needs.FAST
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    examples.load_profile("dev" if config.getoption("--fast") else "ci")


def pytest_itemcollected(item: pytest.Item) -> None:
    if isinstance(item, pytest.Function):
        needs.mark_by_fixtures(item)
        if item.config.pluginmanager.hasplugin("xdist") and _shares_a_fixture(item):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def _shares_a_fixture(item: pytest.Function) -> bool:
    """Whether ``item`` uses a fixture that its module makes once for several tests."""
    definitions = [found[-1] for found in item._fixtureinfo.name2fixturedefs.values()]
    return any(d.scope != "function" and item.nodeid.startswith(d.baseid or "-") for d in definitions)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    needs.check(item)


@pytest.fixture
def network() -> Network:
    return random_network()


@pytest.fixture
def images() -> np.ndarray:
    return random_images((4, 5), 25)
