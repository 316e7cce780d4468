"""A field of a projection is declared once: the worked example of extend.md, on a copy of the package."""

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
AFTER = {
    "snnedge/model/network.py": r"    delay: float = stored\(.*\n",
    "csrc/snn.h": r"    uint32_t stride;.*\n(?=\} snn_projection;)",
    "csrc/python/model.h": r"        p\.delay = member.*\n",
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


def stating(graph, value):
    first, *others = graph.projections
    return replace(graph, projections=(replace(first, shift=value), *others))


def refusal(change):
    try:
        change()
    except InputError as error:
        return str(error)


net = random_network(1, hidden=5)
stated = stating(net, 5)
pkl.write(stated, out / "model.pkl")
model = quantize(pkl.read(out / "model.pkl"))
model_file.save(model, out / "model.safetensors")
found = model_file.load(out / "model.safetensors")
c.write(found, out / "export")
print(json.dumps({
    "usual_hash": quantize(net).hash_text,
    "pkl": [s.shift for s in pkl.read(out / "model.pkl").projections],
    "safetensors": [s.shift for s in found.projections],
    "hashes": [model.hash_text, found.hash_text],
    "table": [s.members["shift"] for s in lower(found).projections],
    "refusals": [refusal(lambda: stating(net, 8)), refusal(lambda: stating(quantize(net), -1))],
}))
"""


def apply(root: Path) -> None:
    """Write the lines of the page into the files that it names, below ``root``."""
    for path, line in STEPS:
        text, count = re.subn(
            AFTER[path], lambda m, line=line: m[0] + _indented(m[0], line), read(root, path)
        )
        assert count == 1, path
        (root / path).write_text(text)


def read(root: Path, path: str) -> str:
    return (root / path).read_text()


def _indented(neighbour: str, line: str) -> str:
    indent = neighbour[: len(neighbour) - len(neighbour.lstrip())]
    return f"{indent}{line.strip()}\n"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    root = tmp_path_factory.mktemp("copy")
    unused = shutil.ignore_patterns("__pycache__", "*.safetensors", "share")
    shutil.copytree(ROOT / "snnedge", root / "snnedge", ignore=unused)
    shutil.copytree(ROOT / "csrc", root / "csrc")
    shutil.copy(ROOT / "LICENSE", root)
    shutil.copy(_core.__file__, root / "snnedge")
    apply(root)
    return root


@pytest.fixture(scope="module")
def probed(copy):
    words = [sys.executable, "-c", PROBE, str(copy), str(ROOT / "tests" / "support"), str(copy)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=copy)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_page_changes_at_most_three_files_of_code():
    assert {path for path, _ in STEPS} == set(AFTER)
    assert len(STEPS) <= 3


def test_both_files_and_the_tables_carry_the_field(probed):
    assert probed["pkl"] == probed["safetensors"] == probed["table"]
    assert sorted(probed["pkl"]) == [0, 0, 5]


def test_the_hash_depends_on_the_field_only_where_it_is_stated(probed):
    from networks import random_network

    usual = quantize(random_network(1, hidden=5)).hash_text
    assert probed["usual_hash"] == usual
    assert probed["hashes"][0] == probed["hashes"][1] != usual


def test_a_value_out_of_range_is_refused_in_floats_and_in_integers(probed):
    for text in probed["refusals"]:
        assert re.search(r"projections.*\.shift'.*0\.\.7", text)


def test_the_exported_c_states_the_member_and_compiles(copy, probed):
    tables = next((copy / "export").glob("src/*/tables.c"))
    assert re.findall(r"\.shift = (\d+)", tables.read_text()) == ["5"]
    compiler = programs.compiler()
    words = [*compiler, "-std=c99", "-Wall", "-Werror", "-fsyntax-only", str(tables)]
    subprocess.run(words, check=True)
