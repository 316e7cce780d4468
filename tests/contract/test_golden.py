"""Golden files: models written once (tools/golden), read by every later snnedge, with the same answers."""

from pathlib import Path

import needs
import numpy as np
import pytest

from snnedge import model_file
from snnedge.backends import open_backend
from snnedge.exporters import c
from snnedge.model.outcome import Outcome, mismatches
from snnedge.support import plugins

FOLDER = Path(__file__).parent / "golden"
NAMES = sorted(p.stem for p in FOLDER.glob("*.safetensors"))
BACKENDS = [n for n in plugins.names("backends") if plugins.load("backends", n).INTEGER and n != "board"]


def test_there_are_golden_files():
    assert len(NAMES) >= 13


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("backend", needs.backends(*BACKENDS))
def test_answers_are_those_of_the_golden_file(name, backend):
    model = model_file.load(FOLDER / f"{name}.safetensors")
    with np.load(FOLDER / f"{name}.npz") as golden:
        expected = Outcome(**{field: golden[field] for field in Outcome.__dataclass_fields__})
        images, model_hash = golden["images"], int(golden["hash"])
    assert model.hash == model_hash
    assert expected.spike_counts.any()
    assert mismatches(open_backend(backend, model).run(images), expected) == 0


@pytest.mark.parametrize("name", NAMES)
def test_the_file_and_the_tables_are_written_as_before(name):
    """A refactoring shows here as no difference, a change of the format as a reviewable one."""
    model = model_file.load(FOLDER / f"{name}.safetensors")
    assert model_file.to_bytes(model) == (FOLDER / f"{name}.safetensors").read_bytes()
    assert c.sources(model)[c.tables_path(model.name)] == (FOLDER / f"{name}.c").read_text()
