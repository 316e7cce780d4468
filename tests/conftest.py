"""Fixtures for all tests, markers by tests/support/needs.py, and the fast lane."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))  # --import-mode=importlib does not do it

import examples
import needs
from images import random_images
from networks import random_network

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
    return any(d.scope != "function" and d.baseid.partition("::")[0].endswith(".py") for d in definitions)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    needs.check(item)


@pytest.fixture(scope="session")
def compiled(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs that Brian2 has compiled, for all modules, workers and later sessions."""
    kept = getattr(pytestconfig, "cache", None)  # None with -p no:cacheprovider
    return kept.mkdir("brian2") if kept else tmp_path_factory.mktemp("brian2")


@pytest.fixture(scope="module")
def brian2_cache(compiled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of the module's own, but for the compiled programs."""
    folder = tmp_path_factory.mktemp("cache")
    (folder / "snnedge").mkdir()
    (folder / "snnedge" / "brian2").symlink_to(compiled)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture
def network() -> Network:
    return random_network()


@pytest.fixture
def images() -> np.ndarray:
    return random_images((4, 5), 25)
