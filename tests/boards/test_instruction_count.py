"""Instructions by phase: exact, the same in every run, and equal to what the board's own clock says."""

import importlib
import json

import needs
import numpy as np
import pytest
from images import random_images
from scans import random_scan_model

from snnedge import model_file
from snnedge.backends.board import BoardBackend
from snnedge.boards import board_file
from snnedge.boards.core_family import COMPILERS
from snnedge.boards.emulate import qemu
from snnedge.boards.emulate.instruction_count import count
from snnedge.cli.main import main
from snnedge.errors import InputError
from snnedge.model.outcome import mismatches
from snnedge.runtime.runtime import Runtime

READING_THE_CLOCK = 60  # instructions between its two readings, besides snn_run's
MODEL = random_scan_model(1)
IMAGES = random_images(MODEL.encoder.shape, 7)


ALL = [(board, compiler) for board in ("microbit", "rv32-virt", "raspberry-pi-4") for compiler in COMPILERS]
ONE = [("microbit", "zig")]


@pytest.fixture
@needs.by_fixture(pytest.mark.qemu, pytest.mark.compiler)
def backend(request) -> BoardBackend:
    """One board of each family, by each compiler that is here."""
    name, chosen = request.param
    needs.counting(board_file.load(name), chosen)
    return BoardBackend(MODEL, board_file.load(name), chosen)


@pytest.mark.parametrize("backend", ALL, indirect=True)
def test_the_count_is_that_of_the_boards_clock_and_repeats(backend, monkeypatch):
    first = count(backend.firmware, IMAGES, MODEL.hash)
    assert mismatches(first.outcome, Runtime(MODEL).run(IMAGES)) == 0
    assert all(first.phases[phase] > 0 for phase in ("encode", "propagate", "update", "decide"))
    assert sum(first.functions.values()) == round(sum(first.phases.values()) * len(IMAGES))
    assert not any("main" in function or "frame" in function for _, function in first.functions)
    monkeypatch.setattr(qemu, "BATCH", 3)
    assert count(backend.firmware, IMAGES, MODEL.hash).functions == first.functions
    emulation = backend.emulate(IMAGES)
    if emulation.instructions is not None:
        besides = emulation.instructions.mean() - sum(first.phases.values())
        assert -emulation.resolution < besides < READING_THE_CLOCK + emulation.resolution


@pytest.mark.parametrize("backend", ONE, indirect=True)
def test_counts_of_parts_add_up(backend):
    whole = count(backend.firmware, IMAGES, MODEL.hash).functions
    parts = [count(backend.firmware, part, MODEL.hash).functions for part in (IMAGES[:3], IMAGES[3:])]
    assert whole == {key: sum(part.get(key, 0) for part in parts) for key in whole}


@pytest.mark.parametrize("backend", ONE, indirect=True)
def test_no_images_are_an_error(backend):
    with pytest.raises(InputError, match="give 1 or more"):
        count(backend.firmware, np.empty((0, 4), np.uint8), MODEL.hash)


@pytest.mark.needs("sklearn")
@pytest.mark.parametrize("backend", ONE, indirect=True)
def test_the_command_says_phases_and_functions(backend, tmp_path, capsys, monkeypatch):
    line = ["count", "zoo:digits", "--board", backend.firmware.board.name, "--samples", "2"]
    assert main([*line, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["mismatches"] == 0
    assert sum(result["phases"].values()) == pytest.approx(result["instructions_per_inference"])
    assert sum(result["functions"].values()) == pytest.approx(result["instructions_per_inference"])
    cycles = result["cycles_per_inference"]
    assert result["instructions_per_inference"] < cycles["low"] <= cycles["typ"] <= cycles["high"]
    assert main(line) == 0
    assert "  propagate\n" in capsys.readouterr().out
    assert model_file.load("zoo:digits").hash_text == result["hash"]
    monkeypatch.setattr(importlib.import_module("snnedge.api.count"), "mismatches", lambda *_: 1)
    assert main(line) == 1
