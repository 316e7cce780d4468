"""A lock names its owner, ends with its process, and is taken over with a word."""

import logging
import subprocess
import sys
import time
from pathlib import Path

import pytest

from snnedge.errors import InputError
from snnedge.support import lock, programs
from snnedge.support.files import temporary

OWNER = """
import sys, time
from pathlib import Path
from snnedge.support import lock
with lock.owned(Path(sys.argv[1]), "another training"):
    print("locked", flush=True)
    time.sleep(60)
"""
PARENT = """
import subprocess, sys
from snnedge.support.programs import mortal
print(subprocess.Popen(mortal(["sleep", "60"])).pid, flush=True)
sys.stdin.read()
"""


def owner(path: Path) -> subprocess.Popen:
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(path)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"locked\n"
    return process


def heard(monkeypatch) -> logging.Logger:
    """Return a logger that ``caplog`` receives, whatever other tests did to logging in this process."""
    logger = logging.getLogger("test")
    monkeypatch.setattr(logging.root.manager, "disable", logging.NOTSET)
    monkeypatch.setattr(logger, "disabled", False)
    monkeypatch.setattr(logger, "propagate", True)
    monkeypatch.setattr(logger, "level", logging.DEBUG)
    logger.manager._clear_cache()
    return logger


def test_a_lock_is_refused_with_its_owner_and_taken_over_after_a_kill(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(lock, "log", heard(monkeypatch))
    path = tmp_path / "model.pkl.lock"
    with owner(path) as process:
        match = (
            f"another training is under way: process {process.pid} on .*, since [0-9]+ s; choose another"
        )
        with pytest.raises(InputError, match=match), lock.owned(path, "another training"):
            pass
        process.kill()
    assert path.exists()
    with lock.owned(path, "another training"):
        assert path.exists()
    assert f"process {process.pid} on" in caplog.text
    assert "was killed; its lock is taken over" in caplog.text
    assert not path.exists()


def test_a_lock_is_removed_by_its_owner_and_no_word_follows(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(lock, "log", heard(monkeypatch))
    for _ in range(2):
        with lock.owned(tmp_path / "x", "another training"):
            pass
    assert not caplog.text
    assert list(tmp_path.iterdir()) == []


def test_the_text_of_a_lock_is_printable(tmp_path):
    path = tmp_path / "x"
    path.write_text("\x1b[2J\nprocess")
    with lock.held(path), pytest.raises(InputError) as refused, lock.owned(path, "another training"):
        pass
    assert str(refused.value).isprintable()


@pytest.mark.skipif(programs.mortal(["x"]) == ["x"], reason="no setpriv")
def test_a_program_ends_with_its_parent():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as p:
        child = Path("/proc") / p.stdout.readline().decode().strip()
        wait(lambda: (child / "cmdline").read_text().startswith("sleep"))  # setpriv is done
        p.kill()
    wait(lambda: ended(child))


def ended(process: Path) -> bool:
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait(condition) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_temporary_folders_of_killed_processes_are_removed_and_those_of_living_ones_stay(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "snnedge-test-left").mkdir()
    with temporary("snnedge-test-") as first, temporary("snnedge-test-") as second:
        assert sorted(tmp_path.iterdir()) == sorted([first, second])
    assert list(tmp_path.iterdir()) == []
