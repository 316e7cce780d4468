"""Two trainings do not share an output, and a killed one leaves neither its program nor its files."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from snnedge.cli.main import main

TRAIN = ["train", "digits", "--neurons", "20", "-q", "--samples", "1500", "--checkpoint-every", "20"]
PREFIX = "snnedge-brian2-"


def await_(condition, process: subprocess.Popen) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.005)


def programs_in(folder: Path) -> list[str]:
    """Return the processes that run in ``folder`` or below it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder) in os.readlink(process / "cwd") and os.readlink(process / "exe"):
                found.append(process.name)
        except OSError:
            continue
    return found


@pytest.mark.brian2("sklearn")
@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.usefixtures("brian2_cache")
def test_a_second_training_is_refused_and_a_killed_one_leaves_nothing(tmp_path, monkeypatch, capsys):
    model, scratch = tmp_path / "model.pkl", tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr("tempfile.tempdir", None)
    words = [sys.executable, "-m", "snnedge.cli.main", *TRAIN, "-o", str(model)]
    first = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    checkpoint = tmp_path / "model.pkl.checkpoint.npz"
    await_(checkpoint.exists, first)
    first.send_signal(signal.SIGSTOP)
    assert main([*TRAIN, "-o", str(model)]) == 2
    assert f"another training is under way: process {first.pid} on" in capsys.readouterr().err
    assert checkpoint.exists()
    first.kill()
    first.communicate()
    time.sleep(0.2)
    assert programs_in(scratch) == []
    assert list(scratch.glob(f"{PREFIX}*"))
    assert main([*TRAIN, "-o", str(model), "--resume"]) == 0
    assert "its lock is taken over" in capsys.readouterr().err
    assert not list(scratch.glob(f"{PREFIX}*"))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["model.pkl"]
