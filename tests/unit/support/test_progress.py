"""Progress: lines off a terminal, a bar on one, silence with `--quiet`, a clean end if interrupted."""

import logging
import os
import pty
import subprocess
import sys
from collections.abc import Iterator

import pytest

from snnedge.support import progress
from snnedge.support.progress import Progress, duration


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A clock that stands still until its one element is changed; INFO is let through."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    logger = logging.getLogger("snnedge")
    before = logger.level
    logger.setLevel(logging.INFO)
    yield now
    logger.setLevel(before)


def test_lines_tell_share_rate_time_left_and_note(clock, capsys):
    with Progress(1000, "train") as bar:
        clock[0] += 10
        bar.advance(250, note="accuracy 0.91")
        clock[0] += 30
        bar.advance(750)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "train: 25 % of 1,000 samples, 25 samples/s, 30.0 s left, accuracy 0.91",
        "train: 100 % of 1,000 samples, 25 samples/s, 0.0 s left, accuracy 0.91",
        "train: 1,000 samples in 40.0 s, 25 samples/s, accuracy 0.91",
    ]


def test_lines_are_rare(clock, capsys):
    with Progress(1000, "train") as bar:
        for _ in range(1000):
            clock[0] += 0.01  # 10 s in all
            bar.advance()
    assert 2 <= len(capsys.readouterr().err.splitlines()) <= 3


def test_what_an_earlier_run_did_counts_for_the_share_only(clock, capsys):
    with Progress(1000, "train", done=500) as bar:
        clock[0] += 10
        bar.advance(250)
    first = capsys.readouterr().err.splitlines()[0]
    assert first == "train: 75 % of 1,000 samples, 25 samples/s, 10.0 s left"


@pytest.mark.parametrize("total", [None, 0])
def test_unknown_total_has_no_share(clock, capsys, total):
    with Progress(total, "fetch", unit="kB") as bar:
        clock[0] += 10
        bar.advance(5)
    assert capsys.readouterr().err.startswith("fetch: 5 kB, 0.50 kB/s\n")


def test_interruption_passes_through_and_leaves_a_whole_line(clock, capsys):
    def work() -> None:
        with Progress(100, "train") as bar:
            bar.advance(43)
            clock[0] += 1
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    line = "train: stopped at 43 % of 100 samples in 1.0 s, 43 samples/s\n"
    assert capsys.readouterr().err == line


def test_silent_when_quiet(clock, capsys):
    logging.getLogger("snnedge").setLevel(logging.WARNING)
    with Progress(10, "train") as bar:
        clock[0] += 60
        bar.advance(10)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(4.21, "4.2 s"), (200, "3 min 20 s"), (119.7, "2 min 00 s"), (7500, "2 h 05 min")],
)
def test_duration(seconds, text):
    assert duration(seconds) == text


SCRIPT = """
import logging, sys
logging.getLogger("snnedge").setLevel(logging.INFO)
{before}
from snnedge.support.progress import Progress
try:
    with Progress(10, "[train]") as bar:
        bar.advance(4)
        {inside}
except KeyboardInterrupt:
    pass
print("rich" in sys.modules)
"""


def _on_a_terminal(before: str = "", inside: str = "") -> tuple[str, str]:
    """(stdout, what the terminal got) of SCRIPT with stderr on a pseudo-terminal."""
    ours, theirs = pty.openpty()
    script = SCRIPT.format(before=before, inside=inside)
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    command = [sys.executable, "-P", "-c", script]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, env=environment, text=True)
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 4096):
            seen += chunk
    except OSError:
        pass  # Linux says EIO at the end of a pseudo-terminal
    os.close(ours)
    assert done.returncode == 0, seen.decode()
    return done.stdout, seen.decode()


@pytest.mark.needs("rich")
def test_terminal_gets_a_bar_and_stdout_stays_data():
    out, seen = _on_a_terminal(inside='print("data"); bar.advance(6)')
    assert out == "data\nTrue\n"
    assert "━" in seen
    assert "[train]: 10 samples" in seen


@pytest.mark.needs("rich")
def test_interrupted_bar_gives_the_cursor_back():
    _, seen = _on_a_terminal(inside="raise KeyboardInterrupt")
    assert "[train]: stopped at 40 % of 10 samples" in seen
    assert seen.rindex("\x1b[?25h") > seen.rindex("\x1b[?25l")
    assert "\n" in seen[seen.rindex("stopped") :]


def test_without_rich_a_terminal_gets_lines():
    _, seen = _on_a_terminal(before='sys.modules["rich.console"] = None')
    assert "━" not in seen
    assert "[train]: 4 samples in" in seen


def test_off_a_terminal_rich_is_not_imported():
    script = SCRIPT.format(before="", inside="")
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
    assert "[train]: 4 samples in" in done.stderr
