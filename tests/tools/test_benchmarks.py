"""tools/benchmarks: its commands exist, its synthetic networks behave, its page says what was measured."""

import argparse
import re
import shlex
import string
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from snnedge.cli import main
from snnedge.runtime.runtime import Runtime
from snnedge.support import plugins

TOOLS = Path(__file__).parents[2] / "tools"
WHAT = tomllib.loads((TOOLS / "benchmarks.toml").read_text())
ROWS = [row for table in WHAT["table"] for row in table["row"]]


@pytest.fixture(scope="module")
def tool():
    """The module tools/_benchmarks.py."""
    sys.path.insert(0, str(TOOLS))
    try:
        import _benchmarks
    finally:
        sys.path.remove(str(TOOLS))
    return _benchmarks


def commands():
    models = [entry["model"] for entry in WHAT["bench"]]
    yield from (f"snnedge bench {model}" for model in models)
    yield from (f"snnedge bench {entry['model']} --compare {entry['compare']}" for entry in WHAT["bench"])
    yield from (row["command"] for row in ROWS)


@pytest.mark.parametrize("command", list(commands()))
def test_a_command_of_the_page_has_the_options_that_it_is_given(command):
    words = shlex.split(command)
    words = words[words.index("snnedge") + 1 :]
    args = main._parser(words).parse_args(words)
    assert args.command == words[0]
    if args.command == "bench":
        assert set(args.compare or ()) <= set(plugins.names("peers"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["command"])
def test_a_figure_of_the_page_comes_from_the_commands_result(row):
    """Every name in ``figure`` is a key that the commands, or what they measure with, write."""
    names = {name.split("[")[0] for _, name, _, _ in string.Formatter().parse(row["figure"]) if name}
    package = Path(main.__file__).parents[1]
    files = [
        path for folder in ("api", "exporters/c", "measure") for path in (package / folder).glob("*.py")
    ]
    text = "".join(path.read_text() for path in files)
    assert names
    assert not [name for name in names if not re.search(rf'"{name}"|\b{name}(=|: )', text)]


@pytest.mark.parametrize(("kind", "steps"), [("diehl-cook", 350), ("wta", 50)])
def test_a_synthetic_network_fires_as_often_as_trained_ones(tool, kind, steps):
    scaling = tool._scaling
    model = scaling.KINDS[kind](30)
    outcome = Runtime(model).run(scaling.images())
    assert model.steps == steps
    assert len(model.readout.labels) == 30
    assert scaling.FIRED / 2 < outcome.spike_counts.sum(axis=1).mean() < scaling.FIRED * 2


def test_twice_the_drive_is_twice_the_input_spikes(tool):
    scaling = tool._scaling
    usual, twice = (
        Runtime(scaling.diehl_cook(10, drive)).run(scaling.images()).input_spikes.mean() for drive in (1, 2)
    )
    assert twice / usual == pytest.approx(2, rel=0.05)


@pytest.mark.needs("matplotlib")
def test_the_sizes_are_measured_and_drawn(tool, tmp_path, monkeypatch):
    scaling = tool._scaling
    monkeypatch.setattr(scaling, "DRIVES", (0.5, 1.0))
    result = scaling.measured([10, 20], 1)
    assert [row["neurons"] for row in result["neurons"]["wta"]] == [10, 20]
    assert [row["neurons"] for row in result["spikes"]["diehl-cook"]] == [400, 400]
    assert all(row["us"] > 0 for rows in result["neurons"].values() for row in rows)
    scaling.draw(result, tmp_path / "plot.png")
    assert 1000 < (tmp_path / "plot.png").stat().st_size < 100_000


def test_what_cannot_be_measured_stands_in_the_page_with_its_reason(tool, tmp_path):
    args = argparse.Namespace(output=tmp_path)
    result = tool.measured(args, "snnedge bench DIR/none.safetensors", {"before": "something"})
    assert str(tmp_path / "none.safetensors") in result["error"]
    assert result["error"].endswith("(first: something)")
    assert not list(tmp_path.iterdir())
    assert tool.latency({"model": "m"}, result)[1].startswith("not measured: ")


def test_a_comparison_becomes_a_table(tool):
    row = dict.fromkeys(("batch_us", "batch_ratio")) | {
        "name": "snnedge",
        "what": "the C | core",
        "note": "",
    }
    row |= {"versions": {"snnedge": "1"}, "against": "snnedge", "single_us": 1234.56, "single_ratio": 1.0}
    row |= {"same_labels": 1.0, "accuracy": 0.5}
    absent = [{"name": "gone", "install": "pip install gone"}]
    text = tool.comparison({"rows": [row], "absent": absent, "unfit": [], "samples": 3, "core": 0})
    lines = text.splitlines()
    assert lines[2] == r"| snnedge | 1,234.6 | 1.00 |  |  | 100% | 50.00% | the C \| core; snnedge 1 |"
    assert np.ptp([line.replace(r"\|", "").count("|") for line in lines[:3]]) == 0
    assert "- gone: not installed: `pip install gone`" in lines


# --- tools/roofline ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def roofline(tool):
    """The module tools/_roofline.py."""
    sys.path.insert(0, str(TOOLS))
    try:
        import _roofline
    finally:
        sys.path.remove(str(TOOLS))
    return _roofline


def test_the_work_of_a_sample_is_counted_from_its_spikes(tool, roofline):
    scaling = tool._scaling
    wta, images = scaling.wta(30), scaling.images()
    work = roofline.counted(wta, Runtime(wta), images)
    spikes = Runtime(wta).run(images).input_spikes.mean()
    assert work["input_spikes"] == spikes
    assert work["rows"] == pytest.approx(30 * spikes)  # bytes
    assert work["state"] == 50 * 30 * 6
    assert work["encoder"] == 784 + 50 * 784 * 6
    assert work["operations"] == pytest.approx(30 * spikes + 50 * (30 + 784) * 3)
    conductances = scaling.diehl_cook(30)
    work = roofline.counted(conductances, Runtime(conductances), images)
    assert work["state"] == 350 * 30 * 10  # the other population is at rest
    assert work["encoder"] == 784 + 350 * scaling.LIVE_PIXELS


def test_work_ends_with_the_decision(roofline):
    spikes = np.ones((2, 5, 3), bool)
    assert roofline.upto(spikes, np.array([2, 5])).sum(axis=(1, 2)).tolist() == [6, 15]


@pytest.mark.compiler("cc")
def test_the_core_says_how_much_it_has_done(roofline, tmp_path):
    library = roofline.compiled(tmp_path)
    assert library.add(20) == 2 * library.add(10) > 0
    assert roofline.reader(library, 4096)() == 2**27
    if not roofline.CACHES.exists():
        pytest.skip("this machine does not name its caches")
    assert next(iter(roofline.sizes())) == "L1"


def test_a_roofline_becomes_a_table(roofline):
    keys = ("rows", "state", "encoder", "operations", "adding_us", "reading_us", "blank_us", "us")
    row = dict.fromkeys(keys, 1500.0) | {"model": "m", "steps": 9.0, "input_spikes": 7.0, "cache": "L2"}
    core = {"add": 100.0, "read": {"L1": 200.0, "L2": 90.4}}
    machine = {"date": "a day", "cpu": "a CPU"}
    rows = [row | {"times_floor": 2.0}]
    text = roofline.table({"core": core, "rows": rows, "machine": machine, "simd_level": "k"})
    assert text.startswith("a day, a CPU, SIMD level k.")
    assert "200 from L1, 90 from L2" in text
    assert text.splitlines()[-1].startswith("| `m` | 9 | 7 | 1.5 | 1.5 | 1.5 | L2 | 2 |")
