"""Progress of long work on stderr: a bar on a terminal, plain lines elsewhere, nothing with ``--quiet``.

    with Progress(60_000, "train") as bar:
        for chunk in chunks:
            bar.advance(len(chunk), note="accuracy 0.91")

Nothing is printed when the level of the logger ``snnedge`` is above INFO. A block that is left early
ends its line with "stopped at".
"""

import logging
import os
import sys
import time
from typing import Protocol, Self

from .printable import printable

EVERY = 5.0  # seconds between two plain lines


class Progress:
    """A counter of work done, which prints the share, the rate and the time left.

    ``total``: all of the work in ``unit``, None when it is unknown. ``done``: the work of an earlier
    run; it counts for the percentage and not for the rate.
    """

    def __init__(self, total: float | None, what: str, unit: str = "samples", done: float = 0) -> None:
        self.total, self.what, self.unit = total, what, unit
        self.done = self._first = done
        self._note = ""

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self._view = _view(self.total, self.done)
        return self

    def advance(self, n: float = 1, note: str = "") -> None:
        """Add ``n`` units. A ``note`` stays until the next one."""
        self.done += n
        self._note = note or self._note
        self._view.show(self.done, self._line(self._share(), self._rate(), self._left()))

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        elapsed = duration(time.monotonic() - self._started)
        state = f"stopped at {self._share()}" if failure else f"{self.done:,.0f} {self.unit}"
        self._view.close(self.done, self._line(f"{state} in {elapsed}", self._rate()))

    def _line(self, *parts: str) -> str:
        return printable(f"{self.what}: {', '.join(part for part in (*parts, self._note) if part)}")

    def _share(self) -> str:
        if not self.total:
            return f"{self.done:,.0f} {self.unit}"
        return f"{100 * self.done / self.total:.0f} % of {self.total:,.0f} {self.unit}"

    def _speed(self) -> float:
        return (self.done - self._first) / max(time.monotonic() - self._started, 1e-6)

    def _rate(self) -> str:
        speed = self._speed()
        return f"{speed:,.0f} {self.unit}/s" if speed >= 10 else f"{speed:.2f} {self.unit}/s"

    def _left(self) -> str:
        speed = self._speed()
        if not self.total or not speed:
            return ""
        return f"{duration(max(self.total - self.done, 0) / speed)} left"


def duration(seconds: float) -> str:
    """Format ``seconds`` for people: "4.2 s", "3 min 20 s", "2 h 05 min"."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"


class _View(Protocol):
    """A display of progress: ``show`` may skip a text, ``close`` shows the last one."""

    def show(self, done: float, text: str) -> None: ...
    def close(self, done: float, text: str) -> None: ...


def _view(total: float | None, done: float) -> _View:
    if not logging.getLogger("snnedge").isEnabledFor(logging.INFO):
        return _Nothing()
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        try:
            return _Bar(total, done)
        except ImportError:
            pass  # rich is optional
    return _Lines()


class _Nothing:
    def show(self, done: float, text: str) -> None:
        pass

    close = show


class _Lines:
    def __init__(self) -> None:
        self._next = time.monotonic() + EVERY

    def show(self, done: float, text: str) -> None:
        if time.monotonic() >= self._next:
            self.close(done, text)
            self._next = time.monotonic() + EVERY

    def close(self, done: float, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


class _Bar:
    def __init__(self, total: float | None, done: float) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._rich = RichProgress(
            BarColumn(bar_width=20),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True),
            refresh_per_second=4,
            redirect_stdout=False,  # stdout carries data, also while a bar is up
        )
        self._task = self._rich.add_task("", total=total)
        self._rich.update(self._task, completed=done)
        self._rich.start()

    def show(self, done: float, text: str) -> None:
        self._rich.update(self._task, completed=done, description=text)

    def close(self, done: float, text: str) -> None:
        self.show(done, text)
        self._rich.stop()
