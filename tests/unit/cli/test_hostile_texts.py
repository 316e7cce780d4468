"""No text of a file reaches the terminal raw, whatever field it is in and whichever command prints it."""

import copy
import json
import logging
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from images import random_images
from networks import random_network
from safetensors import safe_open
from safetensors.numpy import save as save_tensors

from snnedge import model_file
from snnedge.boards import board_file
from snnedge.cli.main import main
from snnedge.compiler.quantize import quantize
from snnedge.frontends import pkl
from snnedge.frontends.pkl import checksum
from snnedge.frontends.pkl.schema import to_content
from snnedge.model.network import Network
from snnedge.support.printable import printable, printable_lines, printable_values
from snnedge.support.progress import Progress

CHARACTERS = ("\x1b", "\x07", "\n", "\r", "\u202e", "\x7f", "\x9b", "\u2028", "\ud800", "\udc80")
# A fragment between marks: the marks show that a text was printed, the rest of it on the same line.
HOSTILE = "begin\x1b[2J\x07\n\rsnnedge: error: x\u202e\x7f\x9b31m\u2028\ud800\udc80end"
SHAPE, CLASSES = (4, 5), 3


def network() -> Network:
    """Return a small network with every text that a file can hold."""
    made = random_network(1, SHAPE, hidden=3, classes=CLASSES)
    readout = replace(made.readout, class_names=tuple(f"class {k}" for k in range(CLASSES)))
    origin = {"data": "digits", "preset": "wta", "list": ["a", "b"], "table": {"key": "value"}}
    return replace(made, readout=readout, provenance=origin)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each text in nested dicts and lists, and, ending in None, of each dict's key."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key, None)
            yield from places(item, (*path, key))
    elif isinstance(value, list | tuple):
        for k, item in enumerate(value):
            yield from places(item, (*path, k))


def changed(content: dict[str, Any], path: tuple[Any, ...], text: str) -> dict[str, Any]:
    """Return a copy of ``content`` with ``text`` in place of the text or key at ``path``."""
    renamed = path[-1] is None
    *way, last = path[:-1] if renamed else path
    top = listed(copy.deepcopy(content))
    at: Any = top
    for step in way:
        at = at[step]
    if renamed:
        at[text] = at.pop(last)
    else:
        at[last] = text
    return top


def listed(value: Any) -> Any:
    """Return ``value`` with lists in place of tuples, which cannot be changed."""
    if isinstance(value, dict):
        return {key: listed(item) for key, item in value.items()}
    return [listed(item) for item in value] if isinstance(value, list | tuple) else value


def words(content: Any) -> str:
    return ".".join(str(part) for part in content)


def header() -> dict[str, Any]:
    raw = model_file.to_bytes(quantize(network()), version=3)
    (size,) = struct.unpack("<Q", raw[:8])
    return dict(json.loads(json.loads(raw[8 : 8 + size])["__metadata__"]["snnedge"]))


HEADER, CONTENT = header(), to_content(network())
BOARD = board_file.files()["microbit"].read_text("utf-8")


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]):
    """Run a command in words and in JSON; check that nothing raw is printed; return what is."""

    def run(*argv: str) -> str:
        everything = ""
        for more in ((), ("--json",), ("-v",)):
            code = main([*argv, *more])
            found = capsys.readouterr()
            check(found.out + found.err)
            assert code in (0, 1, 2)
            assert code != 2 or found.err.splitlines()[-1].startswith("snnedge: error: ")
            if "--json" in more and code != 2:
                assert isinstance(json.loads(found.out), dict)
            everything += found.out + found.err
        return everything

    return run


def check(text: str) -> None:
    assert text == printable_lines(text)
    for line in text.splitlines():
        assert "snnedge: error: x" not in line or "begin" in line, f"a text has made a line: {line!r}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data set of the network's shape, in a folder with a hostile name."""
    folder = tmp_path / HOSTILE.replace("\ud800", "")
    os.mkdir(folder)
    images = random_images(SHAPE, 6)
    for prefix in ("train", "t10k"):
        write_idx(folder / f"{prefix}-images-idx3-ubyte", images)
        write_idx(folder / f"{prefix}-labels-idx1-ubyte", np.arange(6, dtype=np.uint8) % CLASSES)
    return folder


def write_idx(path: Path, array: np.ndarray) -> None:
    path.write_bytes(struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes())


@pytest.mark.parametrize("path", list(places(HEADER)), ids=words)
def test_no_text_of_a_model_file_reaches_the_terminal_raw(path, data, tmp_path, terminal):
    file = tmp_path / "model.safetensors"
    model_file.save(quantize(network()), file)
    with safe_open(file, framework="numpy") as opened:
        tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    text = json.dumps(changed(HEADER, path, HOSTILE))
    file.write_bytes(save_tensors(tensors, metadata={"snnedge": text}))
    terminal("inspect", str(file))
    terminal("export", str(file), "-o", str(tmp_path / "out"), "--data", str(data))
    terminal("evaluate", str(file), "--data", str(data))


@pytest.mark.parametrize("path", list(places(CONTENT)), ids=words)
def test_no_text_of_a_model_pkl_reaches_the_terminal_raw(path, data, tmp_path, terminal):
    file = tmp_path / "model.pkl"
    content = changed(CONTENT, path, HOSTILE)
    file.write_bytes(pkl._dump({**content, "checksum": checksum.checksum(content)}))
    terminal("export", str(file), "-o", str(tmp_path / "out"), "--data", str(data), "--samples", "6")
    terminal("evaluate", str(file), "--data", str(data))


@pytest.mark.parametrize("line", [k for k, line in enumerate(BOARD.splitlines()) if "=" in line])
@pytest.mark.parametrize("where", ["value", "key"])
def test_no_text_of_a_board_file_reaches_the_terminal_raw(line, where, tmp_path, terminal):
    lines = BOARD.splitlines()
    key, _, _ = lines[line].partition("=")
    text = json.dumps(HOSTILE.replace("\ud800", "").replace("\udc80", ""))
    lines[line] = f"{key} = {text}" if where == "value" else f"{lines[line]}\n{text} = 1"
    (tmp_path / "own.toml").write_text("\n".join(lines), "utf-8")
    terminal("boards", "--boards", str(tmp_path))


def test_a_title_is_listed_with_its_escapes(tmp_path, terminal):
    text = json.dumps(HOSTILE.replace("\ud800", "").replace("\udc80", ""))
    own = BOARD.replace('title = "BBC micro:bit, nRF51822"', f"title = {text}")
    (tmp_path / "own.toml").write_text(own, "utf-8")
    assert r"begin\x1b[2J\x07\n\rsnnedge: error: x\u202e\x7f\x9b31m\u2028" in terminal(
        "boards", "--boards", str(tmp_path)
    )


@pytest.mark.parametrize("character", CHARACTERS, ids=ascii)
@pytest.mark.parametrize("command", ["inspect", "evaluate", "export", "verify", "predict", "zoo", "build"])
def test_no_path_reaches_the_terminal_raw(command, character, tmp_path, terminal):
    file = str(tmp_path / f"a{character}b.safetensors")
    more = {"build": ["--board", f"c{character}d"], "predict": [f"e{character}f.npy"]}
    terminal(command, file, *more.get(command, []))


@pytest.mark.parametrize("character", CHARACTERS, ids=ascii)
def test_no_wrong_option_reaches_the_terminal_raw(character, capsys):
    for argv in ([f"x{character}y"], ["inspect", "digits", f"--x{character}y"]):
        with pytest.raises(SystemExit):
            main(argv)
        check(capsys.readouterr().err)


@pytest.mark.parametrize("character", CHARACTERS, ids=ascii)
def test_a_record_of_the_log_is_one_line(character, capsys):
    main(["zoo", "digits"])
    capsys.readouterr()
    logging.getLogger("snnedge").warning("name: %s", f"a{character}b")
    assert capsys.readouterr().err == f"name: a{printable(character)}b\n"


@pytest.mark.parametrize("character", CHARACTERS, ids=ascii)
def test_progress_is_one_line(character, capsys, monkeypatch):
    logging.getLogger("snnedge").setLevel(logging.INFO)
    with Progress(2, f"a{character}b") as bar:
        bar.advance(2, note=f"c{character}d")
    check(capsys.readouterr().err.removesuffix("\n"))


def test_every_character_has_a_printable_form():
    for code in range(sys.maxunicode + 1):
        shown = printable(chr(code))
        assert shown.isprintable()
        assert shown == chr(code) or shown.startswith("\\")


def test_what_is_printable_stays():
    assert printable("Käse, 数字, a\\b") == "Käse, 数字, a\\b"
    assert printable_values({"a\n": ["b\r", 1, None, {"c": 2.5}]}) == {
        "a\\n": ["b\\r", 1, None, {"c": 2.5}]
    }
