"""A field of a part is declared once: the worked example of extend.md, on a copy of the package.

The page adds it to a projection; the tests add it in the same way to the other parts.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from snnedge import _core
from snnedge.compiler.quantize import quantize
from snnedge.support import programs

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "extend.md").read_text()
SECTION = PAGE.partition("## A field of a projection\n")[2].partition("\n## ")[0]
STEPS = re.findall(r"^\d\. `([^`]+)`.*?```\w+\n(.*?)```", SECTION, re.M | re.S)
# After which line each file gets the new one, for each part: variable and end of its class in Python.
PARTS = {
    "projection": ("p", r"    delay: float = stored\(.*\n"),
    "population": ("p", r"    shape: tuple\[int, \.\.\.\] = stored\(.*\n"),
    "encoder": ("e", r"    shape: tuple\[int, \.\.\.\]\n    params: Params = .*\n(?=\n    @property)"),
    "readout": ("r", r"    class_names: .* = stored\(.*\n"),
}


def after(part: str) -> dict[str, str]:
    variable, python = PARTS[part]
    until = r"(?:        .*\n)*?(?=        (if|return))"
    return {
        "snnedge/model/network.py": python,
        "csrc/snn.h": rf"    .*\n(?=\}} snn_{part};)",
        "csrc/python/tables.h": rf" snn_{part} {variable}\{{\}};\n{until}",
    }


# Runs in the copy: prints what the files, the hash and the tables make of the new field.
PROBE = """
import json, sys
sys.meta_path[:] = [f for f in sys.meta_path if "ScikitBuild" not in type(f).__name__]
copy, support, out = sys.argv[1:]
sys.path[:0] = [copy, support]
from dataclasses import replace
from pathlib import Path
from networks import random_network
from snnedge import model_file
from snnedge.compiler.quantize import quantize
from snnedge.compiler.tables import lower
from snnedge.errors import InputError
from snnedge.exporters import c
from snnedge.frontends import pkl
from snnedge.model import network

assert network.__file__.startswith(copy)
out = Path(out)


PARTS = {
    "projection": ("projections", lambda graph: graph.projections[0]),
    "population": ("populations", lambda graph: graph.populations[0]),
    "encoder": ("encoder", lambda graph: graph.encoder),
    "readout": ("readout", lambda graph: graph.readout),
}


def stating(graph, part, value):
    field, get = PARTS[part]
    changed = replace(get(graph), shift=value)
    return replace(graph, **{field: (changed, *getattr(graph, field)[1:]) if field[-1] == "s" else changed})


def refusal(change):
    try:
        change()
    except InputError as error:
        return str(error)


def probe(part):
    get, folder = PARTS[part][1], out / part
    folder.mkdir()
    pkl.write(stating(net, part, 5), folder / "model.pkl")
    read = pkl.read(folder / "model.pkl")
    model = quantize(read)
    model_file.save(model, folder / "model.safetensors")
    found = model_file.load(folder / "model.safetensors")
    c.write(found, folder / "export")
    return {
        "values": [get(read).shift, get(found).shift, get(lower(found)).members["shift"]],
        "unstated": [get(quantize(net)).shift, get(lower(quantize(net))).members["shift"]],
        "hashes": [model.hash_text, found.hash_text],
        "refusals": [
            refusal(lambda: stating(net, part, 8)),
            refusal(lambda: stating(quantize(net), part, -1)),
        ],
    }


net = random_network(1, hidden=5)
print(json.dumps({"usual_hash": quantize(net).hash_text} | {part: probe(part) for part in PARTS}))
"""


def apply(root: Path, part: str) -> None:
    """Write the lines of the page into the files that it names, below ``root``, for ``part``."""
    for path, line in STEPS:
        named = line.replace("p.shift", f"{PARTS[part][0]}.shift")
        text, count = re.subn(
            after(part)[path], lambda m, line=named: m[0] + _indented(m[0], line), read(root, path)
        )
        assert count == 1, (part, path)
        (root / path).write_text(text)


def read(root: Path, path: str) -> str:
    return (root / path).read_text()


def _indented(neighbour: str, line: str) -> str:
    last = neighbour.splitlines()[-1]
    indent = last[: len(last) - len(last.lstrip())]
    return f"{indent}{line.strip()}\n"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    root = tmp_path_factory.mktemp("copy")
    unused = shutil.ignore_patterns("__pycache__", "*.safetensors", "share")
    shutil.copytree(ROOT / "snnedge", root / "snnedge", ignore=unused)
    shutil.copytree(ROOT / "csrc", root / "csrc")
    shutil.copy(ROOT / "LICENSE", root)
    shutil.copy(_core.__file__, root / "snnedge")
    for part in PARTS:
        apply(root, part)
    return root


@pytest.fixture(scope="module")
def probed(copy):
    words = [sys.executable, "-c", PROBE, str(copy), str(ROOT / "tests" / "support"), str(copy)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=copy)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_page_changes_at_most_three_files_of_code():
    assert {path for path, _ in STEPS} == set(after("projection"))
    assert len(STEPS) <= 3


@pytest.mark.parametrize("part", PARTS)
def test_both_files_and_the_tables_carry_the_field(probed, part):
    assert probed[part]["values"] == [5, 5, 5]
    assert probed[part]["unstated"] == [0, 0]


@pytest.mark.parametrize("part", PARTS)
def test_the_hash_depends_on_the_field_only_where_it_is_stated(probed, part):
    from networks import random_network

    usual = quantize(random_network(1, hidden=5)).hash_text
    hashes = probed[part]["hashes"]
    assert probed["usual_hash"] == usual
    assert hashes[0] == hashes[1] != usual


@pytest.mark.parametrize("part", PARTS)
def test_a_value_out_of_range_is_refused_in_floats_and_in_integers(probed, part):
    for text in probed[part]["refusals"]:
        assert re.search(rf"{part}.*\.shift'.*0\.\.7", text)


@pytest.mark.parametrize("part", PARTS)
def test_the_exported_c_states_the_member_and_compiles(copy, probed, part):
    tables = next((copy / part / "export").glob("src/*/tables.c"))
    assert re.findall(r"\.shift = ([1-9]\d*)", tables.read_text()) == ["5"]
    compiler = programs.compiler()
    words = [*compiler, "-std=c99", "-Wall", "-Werror", "-fsyntax-only", str(tables)]
    subprocess.run(words, check=True)
