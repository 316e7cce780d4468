"""Versions of model.pkl: files of version 1 give the networks that they always gave."""

import pickle
from pathlib import Path
from typing import Any

import pytest
from plain import plain

from snnedge.compiler.quantize import quantize
from snnedge.frontends import pkl
from snnedge.frontends.pkl import schema

VERSION_1 = Path(__file__).parent / "version_1"  # written by the last snnedge that wrote version 1
HASHES = {"spiking": 14950182436915884182, "scan": 17659778391835347646}  # of the models of 4 bits
FILES = sorted(HASHES)


def fields(content: dict[str, Any]) -> dict[str, Any]:
    """Return what ``content`` states of the network, in a form that compares."""
    return {key: plain(value) for key, value in content.items() if key not in ("version", "checksum")}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_version_1_gives_its_network(name: str) -> None:
    path = VERSION_1 / f"{name}.pkl"
    network, stored = pkl.read(path), pickle.loads(path.read_bytes())
    assert stored["version"] == 1
    assert fields(schema.to_content(network)) == fields(stored)
    assert quantize(network, 4).hash == HASHES[name]
