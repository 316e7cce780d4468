"""Fixtures for all tests. What they are made of stands in builders.py."""

import sys
from pathlib import Path

import numpy as np
import pytest

for folder in ("support", "contract", "training"):
    sys.path.insert(0, str(Path(__file__).parent / folder))  # --import-mode=importlib does not do it

from builders import random_images, random_network  # noqa: E402

from snnedge.model.network import Network  # noqa: E402


@pytest.fixture
def network() -> Network:
    return random_network()


@pytest.fixture
def images() -> np.ndarray:
    return random_images((4, 5), 25)
