"""Write the index of the decision records, docs/explanation/decisions/index.md, by area."""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "explanation" / "decisions"
HEAD = """# Decisions

For readers who want to know why snnedge is as it is. After reading a record you know what was
decided, what it costs, and what would change it. Records are numbered and never rewritten: a later
decision amends or supersedes an earlier one, and the earlier one links to it.

To add one, copy the newest record, fill in status, date and area, keep it within 20 lines, and run
`tools/docs`, which also writes this index.
"""
TOCTREE = """
```{toctree}
:hidden:
:glob:

0*
```
"""
STATUS = re.compile(r"(accepted|(?:amended|superseded) by \[\d{4}\]\([\w-]+\.md\))")
RECORD = re.compile(
    r"# (?P<number>\d{4}): (?P<title>.+)\n\nStatus: (?P<status>.+?)\. Date: (?P<date>[\d-]{10})\."
    r" Area: (?P<area>\w+)\.\n\n\*\*Context\.\*\* .+\n\n\*\*Decision\.\*\* .+\n\n"
    r"\*\*Consequences\.\*\* .+\n\Z",
    re.DOTALL,
)


@dataclass(frozen=True)
class Record:
    """A decision record: its file and the fields of its head."""

    file: str
    number: str
    title: str
    status: str
    date: str
    area: str


def main() -> None:
    (FOLDER / "index.md").write_text(index(records()))


def records() -> list[Record]:
    """Read all records, in order of their numbers. Raise ``ValueError`` for one without the form."""
    return [read(path) for path in sorted(FOLDER.glob("[0-9]*.md"))]


def read(path: Path) -> Record:
    found = RECORD.match(path.read_text())
    if not found or not STATUS.fullmatch(found["status"]) or not path.name.startswith(found["number"]):
        raise ValueError(f"{path}: not of the form number, title, status, date, area, three paragraphs")
    return Record(path.name, **found.groupdict())


def index(found: list[Record]) -> str:
    """Return the text of the index: one table for each area, in alphabetical order."""
    areas = defaultdict(list)
    for record in found:
        areas[record.area].append(record)
    return HEAD + "".join(section(area, areas[area]) for area in sorted(areas)) + TOCTREE


def section(area: str, found: list[Record]) -> str:
    rows = (f"| {r.number} | [{r.title}]({r.file}) | {r.status} | {r.date} |" for r in found)
    return (
        f"\n## {area}\n\n| number | decision | status | date |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


if __name__ == "__main__":
    main()
