"""Measured: cycles that people read off real boards, kept in a file per board, in place of estimates.

The file is $XDG_CONFIG_HOME/snnedge/measured/BOARD.toml (else ~/.config/...), a [[measurement]] for each
subject. It is written by ``snnedge calibrate-board``; deleting it brings the estimates back.
"""

import datetime
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ...support.files import replacing, unwritable
from ..toml_fields import Fields, read
from .cycles import Cycles

CALIBRATED, MEASURED = "calibrated", "measured"
MAX_CYCLES = 10**12
MAX_SAMPLES = 10**8


@dataclass(frozen=True)
class Subject:
    """Of what cycles are: the model ``hash`` (16 hex digits), by ``compiler``, on the first ``samples``
    of ``data``; ``instructions`` per inference tell versions of the code apart, 0 where nothing counts."""

    hash: str
    compiler: str
    data: str
    samples: int
    instructions: float


@dataclass(frozen=True)
class Measurement:
    """``cycles`` of one inference, the mean over the samples of ``subject``; ``estimated``: the typical
    estimate of the same, or 0 where there is none; ``date``: YYYY-MM-DD; ``source``: how it was done."""

    subject: Subject
    cycles: float
    estimated: float
    date: str
    source: str

    @property
    def ratio(self) -> float | None:
        """Measured / estimated."""
        return self.cycles / self.estimated if self.estimated else None


def path(board: str) -> Path:
    """The file of the board of this name."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "snnedge" / "measured" / f"{board}.toml"


def load(board: str) -> tuple[Measurement, ...]:
    """All that was measured on the board of this name, oldest first. Raises ``InputError``."""
    file = path(board)
    if not file.exists():
        return ()
    with read(file) as top:
        return tuple(_measurement(fields) for fields in top.tables("measurement"))


def keep(board: str, found: Measurement) -> Path:
    """Add ``found`` to the board's file, in place of one of the same subject; return the file."""
    kept = [m for m in load(board) if m.subject != found.subject]
    head = f"# Cycles measured on {board}: written by snnedge calibrate-board.\n"
    text = "\n".join((head, *(_table(m) for m in (*kept, found))))
    file = path(board)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(file, error) from error
    with replacing(file) as scratch:
        scratch.write_text(text, "utf-8")
    return file


def applied(known: Sequence[Measurement], subject: Subject, estimate: Cycles | None) -> Cycles | None:
    """The ``estimate`` for one inference of ``subject``, in the light of what is ``known`` of the board.

    What was measured itself has no range. Any other's typical end is multiplied by the mean ratio of
    measured and estimated; its range is widened to all ratios, and never narrowed: one model's ratio is not
    another's.
    """
    for m in known:
        if m.subject == subject:
            return Cycles(m.cycles, m.cycles, m.cycles, f"{m.source}, {m.date}", MEASURED)
    ratios = [m.ratio for m in known if m.ratio]
    if estimate is None or not ratios:
        return estimate
    scaled = [estimate.typ * ratio for ratio in ratios]
    typ = sum(scaled) / len(scaled)
    last = max(m.date for m in known if m.ratio)
    source = f"{estimate.source}; times {typ / estimate.typ:.3f}: {len(ratios)} measured, the last {last}"
    return Cycles(min(estimate.low, *scaled), typ, max(estimate.high, *scaled), source, CALIBRATED)


def _table(m: Measurement) -> str:
    values = asdict(m)
    values = values.pop("subject") | values
    return "[[measurement]]\n" + "".join(f"{name} = {_toml(value)}\n" for name, value in values.items())


def _toml(value: str | float) -> str:
    if isinstance(value, str):  # what TOML forbids in a text, nobody wants to read
        value = "".join(c if c.isprintable() else "?" for c in value)
    return json.dumps(value, ensure_ascii=False)


def _measurement(fields: Fields) -> Measurement:
    with fields:
        subject = Subject(
            hash=fields.text("hash"),
            compiler=fields.text("compiler"),
            data=fields.text("data"),
            samples=fields.integer("samples", 1, MAX_SAMPLES),
            instructions=fields.number("instructions", 0, MAX_CYCLES),
        )
        return Measurement(
            subject=subject,
            cycles=fields.number("cycles", 1, MAX_CYCLES),
            estimated=_estimated(fields),
            date=_date(fields),
            source=fields.text("source"),
        )


def _estimated(fields: Fields) -> float:
    """Cycles, or 0: by less than one, the ratio to what was measured may not even be finite."""
    value = fields.number("estimated", 0, MAX_CYCLES)
    if 0 < value < 1:
        raise fields.error("estimated", f"is {value}; give 0 where there is none, or 1 and more")
    return value


def _date(fields: Fields) -> str:
    text = fields.text("date")
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise fields.error("date", f"is {text!r}; give YYYY-MM-DD") from error
