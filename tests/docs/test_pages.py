"""The pages of docs/: their form, the tables that are generated, and the site."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = next(p for p in Path(__file__).parents if (p / "pyproject.toml").exists())
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
RECORDS = sorted((DOCS / "explanation" / "decisions").glob("[0-9]*.md"))
SOURCES = [
    p
    for folder in ("snnedge", "csrc", "firmware", "tools", "tests")
    for p in sorted((ROOT / folder).rglob("*"))
    if p.suffix in (".py", ".c", ".h", ".cpp", ".toml") and ".venv" not in p.parts
]


def tool(name):
    spec = importlib.util.spec_from_file_location(f"site_{name}", ROOT / "tools" / "site" / f"{name}.py")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", [p for p in PAGES if p not in RECORDS], ids=lambda p: p.stem)
def test_a_page_opens_with_its_readers_and_what_they_can_do_afterwards(page):
    opening = page.read_text().split("\n\n")[1]
    assert opening.startswith("For ")
    assert "After" in opening


def test_every_page_is_in_the_index():
    linked = set(re.findall(r"\]\(([^)]+\.md)\)", (DOCS / "index.md").read_text()))
    pages = {p.relative_to(DOCS).as_posix() for p in PAGES if p not in RECORDS}
    assert linked == pages - {"index.md"}


def test_a_page_that_the_code_names_exists():
    known = {p.name for p in [*PAGES, *(ROOT / "tools").rglob("*.md")]} | {"README.md"}
    named = {
        (path.relative_to(ROOT).as_posix(), page)
        for path in SOURCES
        for page in re.findall(
            r"(?<![\w*$%.{}>-])(?:docs/(?:[\w-]+/)*)?([a-z][\w-]+\.md)\b", path.read_text()
        )
        if path != Path(__file__)
    }
    assert named
    assert not {(path, page) for path, page in named if page not in known}


def test_a_file_that_a_page_names_exists():
    """Paths in backquotes, below the root or below snnedge/; NAME, {a,b} and * are placeholders."""
    named = {
        (page.name, path)
        for page in [*PAGES, ROOT / "README.md"]
        if page.name != "renames.md" and page not in RECORDS
        for path in re.findall(r"`((?:snnedge|tools|tests|firmware)/[^`\s:]+)", page.read_text())
        if not re.search(r"\b(N|NAME)\b|[{*]", path)
    }
    assert len(named) > 30
    assert not {(page, path) for page, path in named if not (ROOT / path).exists()}


@pytest.mark.parametrize("record", RECORDS, ids=lambda p: p.stem)
def test_a_decision_has_its_form_in_twenty_lines(record):
    text = record.read_text()
    assert tool("decisions").read(record)
    assert text.count("\n") <= 20


def test_decisions_are_numbered_without_gaps():
    assert [int(p.name[:4]) for p in RECORDS] == list(range(1, len(RECORDS) + 1))


def test_the_index_of_decisions_is_that_of_the_records():
    decisions = tool("decisions")
    written = (decisions.FOLDER / "index.md").read_text()
    assert written == decisions.index(decisions.records()), "run tools/docs"


def test_the_table_of_rooms_is_that_of_the_list():
    rooms = tool("rooms")
    text = rooms.PAGE.read_text()
    assert text == rooms.page(text), "run tools/docs"


def test_the_reference_of_c_has_every_function_of_the_header():
    references = tool("references")
    text = references.c()
    functions = re.findall(r"^[\w ]+?\*?(snn_\w+)\([^;]*\);", references.HEADER.read_text(), re.MULTILINE)
    assert len(functions) > 10
    for name in functions:
        assert re.search(rf"## `{name}`\n\n\S", text), f"{name} has no comment in snn.h"


@pytest.mark.slow
@pytest.mark.needs("sphinx", "myst_parser", "furo")
def test_the_site_builds_without_a_warning(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-c", ROOT / "tools" / "site"]
    paths = ["-d", tmp_path / "cache", DOCS, tmp_path / "site"]
    done = subprocess.run([*command, *paths], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert "snnedge train" in (tmp_path / "site" / "reference" / "cli.html").read_text()
