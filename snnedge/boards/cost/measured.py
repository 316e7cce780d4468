"""Measurements: cycles that users read off real boards, one file per board, in place of estimates.

The file is $XDG_CONFIG_HOME/snnedge/measured/BOARD.toml (else ~/.config/...), with a [[measurement]] per
subject. ``snnedge calibrate-board`` writes it. Without the file, estimates are used.
"""

import datetime
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ...support.files import replacing, unwritable
from ..toml_table import Table, read
from .cycles import Cycles

CALIBRATED, MEASURED = "calibrated", "measured"
MAX_CYCLES = 10**12
MAX_SAMPLES = 10**8


@dataclass(frozen=True)
class Subject:
    """The program and data that cycles belong to.

    ``hash``: of the model, 16 hex digits; ``samples``: the first of ``data``. ``instructions`` per
    inference distinguish versions of the code; 0: nothing counts them.
    """

    hash: str
    compiler: str
    data: str
    samples: int
    instructions: float


@dataclass(frozen=True)
class Measurement:
    """The mean ``cycles`` of an inference over the samples of ``subject``.

    ``estimated``: the typical estimate of the same, or 0 without one; ``date``: YYYY-MM-DD; ``source``: how
    it was measured.
    """

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
    """Return the file of the board of this name."""
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "snnedge" / "measured" / f"{board}.toml"


def load(board: str) -> tuple[Measurement, ...]:
    """Read the measurements of the board of this name, oldest first. Raises ``InputError``."""
    file = path(board)
    if not file.exists():
        return ()
    with read(file) as top:
        return tuple(_measurement(fields) for fields in top.each("measurement"))


def keep(board: str, found: Measurement) -> Path:
    """Add ``found`` to the board's file in place of one with the same subject; return the file."""
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
    """Return the cycles of one inference of ``subject``: measured, or ``estimate`` corrected by ``known``.

    A measurement of the subject itself has no range. For others, the typical end is multiplied by the mean
    ratio of measured and estimated cycles. The range is widened to all ratios and never narrowed, as the
    ratio of one model is not that of another.
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
    if isinstance(value, str):  # TOML forbids control characters
        value = "".join(c if c.isprintable() else "?" for c in value)
    return json.dumps(value, ensure_ascii=False)


def _measurement(fields: Table) -> Measurement:
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


def _estimated(fields: Table) -> float:
    """Take cycles, or 0. Below one cycle the ratio to a measurement might not be finite."""
    value = fields.number("estimated", 0, MAX_CYCLES)
    if 0 < value < 1:
        raise fields.error("estimated", f"is {value}; give 0 where there is none, or 1 and more")
    return value


def _date(fields: Table) -> str:
    text = fields.text("date")
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise fields.error("date", f"is {text!r}; give YYYY-MM-DD") from error
