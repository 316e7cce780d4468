"""Words of pages, docstrings, comments and messages: tools/check_prose finds what it should, no more."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = next(p for p in Path(__file__).parents if (p / "pyproject.toml").exists())
TOOL = ROOT / "tools" / "site" / "check_prose.py"
# Banned terms, in parts: this file is checked, too.
PHRASE, WORD = " ".join(("looks", "at")), "dri" + "ve"


@pytest.fixture(scope="module")
def prose():
    spec = importlib.util.spec_from_file_location("check_prose", TOOL)
    module = importlib.util.module_from_spec(spec)
    sys.modules["check_prose"] = module
    spec.loader.exec_module(module)
    return module


def messages(prose, path, text):
    path.write_text(text)
    return [message for _, message in prose.check(path)]


@pytest.mark.parametrize(
    "docstring",
    [
        "The sum of all.",
        "What a spike adds.",
        "Returns the sum.",
        "Of one sample.",
        "Adding up.",
        "``x`` summed.",
    ],
)
def test_a_function_begins_with_an_imperative_verb(prose, tmp_path, docstring):
    code = f'def total():\n    """{docstring}"""\n'
    (message,) = messages(prose, tmp_path / "code.py", code)
    assert "imperative" in message


@pytest.mark.parametrize(
    "docstring", ["Return the sum.", "Compress a row.", "Feed spikes.", "Pre-compute it."]
)
def test_an_imperative_passes(prose, tmp_path, docstring):
    assert not messages(prose, tmp_path / "code.py", f'def total():\n    """{docstring}"""\n')


@pytest.mark.parametrize("docstring", ["What a run gives.", "Returns a sum."])
def test_a_class_begins_with_a_noun(prose, tmp_path, docstring):
    (message,) = messages(prose, tmp_path / "code.py", f'class Sum:\n    """{docstring}"""\n')
    assert "noun" in message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", f'"""Rows of weights.\n\nThe kernel {PHRASE} them."""\n'),
        ("a.py", f"x = 1  # the kernel {PHRASE} it\n"),
        ("a.py", f'raise ValueError("the kernel {PHRASE} it")\n'),
        ("a.c", f"int x; /* the kernel\n * {PHRASE} it */\n"),
        ("a.h", f"int x; // the kernel {PHRASE} it\n"),
        ("a.toml", f"x = 1 # the kernel {PHRASE} it\n"),
        ("a.md", f"# Title\n\nThe kernel {PHRASE} it.\n"),
        ("a.md", f"| the kernel | {PHRASE} it |\n"),
    ],
)
def test_a_banned_term_is_found_wherever_people_read(prose, tmp_path, name, text):
    (message,) = messages(prose, tmp_path / name, text)
    assert f'"{PHRASE}" is on the ban list' in message


@pytest.mark.parametrize(
    ("name", "text"), [("a.py", f'x = "{WORD}"\n'), ("a.md", f"`{WORD}` is a key.\n\n```sh\n{WORD}\n```\n")]
)
def test_wire_names_and_code_are_exempt(prose, tmp_path, name, text):
    assert not messages(prose, tmp_path / name, text)


def test_a_long_sentence_and_a_wide_line_are_found(prose, tmp_path):
    long = " ".join(["word"] * 26) + "."
    assert [
        len(messages(prose, tmp_path / "a.md", f"{text}\n")) for text in (long, long[:50], "w" * 101)
    ] == [
        2,
        0,
        1,
    ]


def test_the_checked_texts_are_clean(prose):
    files = list(prose.clean_files())
    assert files, "nothing is checked"
    found = prose.findings(files)
    assert not found, "\n".join(f"{at}: {message}" for at, message in found.items())


def test_the_list_of_texts_to_do_only_shrinks(prose):
    entries = prose.ban_list()["not_yet"]
    clean = [e for e in entries if not any(prose.check(f) for f in prose.below(ROOT / e))]
    assert not clean, f"clean or absent: take {clean} out of docs/reference/banned-terms.toml"
