"""Files and folders are replaced at once: no reader misses them, and no kill loses them."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from exports import digits, letters
from networks import random_network

from snnedge import api, exporters
from snnedge.boards import board_file
from snnedge.boards.firmware import build
from snnedge.errors import InputError
from snnedge.exporters import c
from snnedge.frontends import pkl
from snnedge.support import exchange, files, lock
from snnedge.support.files import mend, replacing

WRITER = """
import sys
from pathlib import Path
from snnedge.support import files
if sys.argv[2] == "fallback":
    files.exchange = lambda *_: False
for k in range(10**9):
    with files.replacing(sys.argv[1]) as scratch:
        scratch.mkdir()
        for name in "abcd":
            (scratch / name).write_text(str(k) * 100)
    if k == 0:
        print("begun", flush=True)
"""


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def make(folder: Path, text: str) -> None:
    with replacing(folder) as scratch:
        scratch.mkdir()
        (scratch / "a").write_text(text)


@pytest.fixture
def writer():
    """Start a process that replaces a folder again and again."""
    started = []

    def start(folder: Path, way: str = "exchange") -> subprocess.Popen:
        words = [sys.executable, "-c", WRITER, str(folder), way]
        process = subprocess.Popen(words, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout.readline() == b"begun\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def can_exchange(folder: Path) -> bool:
    for name in ("first", "second"):
        (folder / name).mkdir()
    return exchange.exchange(folder / "first", folder / "second")


@pytest.mark.slow
def test_no_reader_misses_a_folder_that_another_process_replaces(tmp_path, writer):
    if not can_exchange(tmp_path):
        pytest.skip("this disk cannot exchange folders")
    folder = tmp_path / "out"
    writer(folder)
    end, readings = time.monotonic() + 1.5, set()
    while time.monotonic() < end:
        readings.add((folder / "a").read_text()[:1])
        assert folder.is_dir()
    assert len(readings) > 1, "the folder was not replaced while it was read"


@pytest.mark.parametrize("way", ["exchange", "fallback"])
def test_a_kill_at_any_time_leaves_the_folder_and_its_rest_is_removed(tmp_path, writer, way):
    folder, dice = tmp_path / "out", random.Random(1)
    for _ in range(12):
        process = writer(folder, way)
        time.sleep(dice.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        process.wait()
        mend(folder)
        assert {path.name for path in folder.iterdir()} == set("abcd")
        assert len({path.read_text() for path in folder.iterdir()}) == 1
        assert hidden(tmp_path) == []


def test_a_folder_that_was_set_aside_by_a_killed_process_comes_back(tmp_path):
    left = tmp_path / ".out.snnedge-abc"
    (left / files.ASIDE).mkdir(parents=True)
    (left / files.ASIDE / "a").write_text("old")
    mend(tmp_path / "out")
    assert (tmp_path / "out" / "a").read_text() == "old"
    assert hidden(tmp_path) == []


def test_the_temporary_folder_of_a_living_process_stays(tmp_path):
    left = tmp_path / ".out.snnedge-abc"
    left.mkdir()
    with lock.held(left) as owned:
        assert owned
        make(tmp_path / "out", "new")
        assert left.is_dir()
    make(tmp_path / "out", "newer")
    assert hidden(tmp_path) == []


def test_hidden_folders_of_others_stay(tmp_path):
    for name in (".out.settings", ".out", ".other.snnedge-abc", ".out.x.snnedge-abc"):
        (tmp_path / name).mkdir()
    make(tmp_path / "out", "new")
    assert sorted(hidden(tmp_path)) == [".other.snnedge-abc", ".out", ".out.settings", ".out.x.snnedge-abc"]


@pytest.mark.parametrize("way", ["exchange", "fallback"])
def test_two_kinds_of_content_replace_each_other(tmp_path, monkeypatch, way):
    if way == "fallback":
        monkeypatch.setattr(files, "exchange", lambda *_: False)
    make(tmp_path / "out", "one")
    make(tmp_path / "out", "two")
    assert (tmp_path / "out" / "a").read_text() == "two"
    assert hidden(tmp_path) == []


def test_content_is_on_the_disk_before_it_is_renamed(tmp_path, monkeypatch):
    order: list[str] = []
    move, sync = files._move, files._sync
    monkeypatch.setattr(files, "_move", lambda *words: (order.append("move"), move(*words)))
    monkeypatch.setattr(files, "_sync", lambda path: (order.append(path.name), sync(path)))
    make(tmp_path / "out", "new")
    assert order == ["a", "out", "move", tmp_path.name]
    order.clear()
    with replacing(tmp_path / "file") as scratch:
        scratch.write_text("x")
    assert order == ["file", "move", tmp_path.name]


# --- paths ------------------------------------------------------------------------------------------


def test_missing_folders_are_made_and_on_failure_removed(tmp_path):
    make(tmp_path / "new" / "sub" / "x", "text")
    assert (tmp_path / "new" / "sub" / "x" / "a").read_text() == "text"
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "other" / "sub" / "x"):
        raise ZeroDivisionError
    assert not (tmp_path / "other").exists()


def test_a_dangling_link_is_not_written_through(tmp_path):
    (tmp_path / "link.pkl").symlink_to(tmp_path / "elsewhere.pkl")
    with pytest.raises(InputError, match=r"link\.pkl: it is a link to .*elsewhere\.pkl, which is missing"):
        pkl.write(random_network(1), tmp_path / "link.pkl")
    pkl.write(random_network(1), tmp_path / "net.pkl")
    with pytest.raises(InputError, match=r"link\.pkl exists: choose another NEW"):
        api.convert(tmp_path / "net.pkl", tmp_path / "link.pkl")
    assert not (tmp_path / "elsewhere.pkl").exists()


# --- files of others --------------------------------------------------------------------------------


PLACES = ("src/mine.c", "src/mine.h", "src/app/main.c", "src/digits_private/mine.c", "examples/mine.c",
          "examples/self_test/notes.txt", "src/digits.h.orig",
          "src/.hidden", "src/digits_private/snn.c/x")  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_an_export_keeps_files_of_others_at_any_depth(tmp_path, place):
    exporters.write(digits(), tmp_path / "out", "c")
    path = tmp_path / "out" / place
    if not path.parent.is_dir():
        path.parent.unlink(missing_ok=True)
        path.parent.mkdir(parents=True)
    path.write_text("mine")
    with pytest.raises(InputError, match=f"holds '{place}', which snnedge did not write"):
        exporters.write(letters(), tmp_path / "out", "c")
    assert path.read_text() == "mine"


def test_exports_of_any_model_replace_each_other(tmp_path):
    for model in (digits(), letters(), digits()):
        exporters.write(model, tmp_path / "out", "c")
    assert c.model_names(tmp_path / "out" / "src") == ["digits"]


@pytest.mark.parametrize(
    "place", ["firmware/mine.c", "src/mine.c", "src/digits_private/x.o", "firmware/x.txt"]
)
def test_a_build_keeps_files_of_others_at_any_depth(tmp_path, place):
    board = board_file.load("microbit")
    out = tmp_path / "out"
    build.write(board, c.sources(digits()), out)
    for name in (build.ELF, "firmware/main.o", "firmware/board.ci", "src/digits_private/snn.o"):
        (out / name).touch()
    api.build.__globals__["output_folder"](out)
    (out / place).write_text("mine")
    with pytest.raises(InputError, match=f"holds '{place}', which snnedge did not write"):
        api.build.__globals__["output_folder"](out)


@pytest.mark.skipif(os.name != "posix", reason="kinds of locks")
def test_locks_say_who_has_them(tmp_path):
    with lock.held(tmp_path) as first, lock.held(tmp_path) as second:
        assert (first, second) == (True, False)
    with lock.held(tmp_path / "missing") as missing:
        assert missing is False
