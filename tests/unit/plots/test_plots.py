"""Pictures show what is there: tiles are the weights, lines are the traces, numbers are the counts."""

import builtins
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conductances import random_diehl_cook
from images import random_images
from networks import random_network
from scans import random_scan_network

from snnedge import model_file
from snnedge.cli import main
from snnedge.compiler.quantize import quantize
from snnedge.data import Dataset
from snnedge.errors import InputError, ToolError
from snnedge.frontends import pkl
from snnedge.kinds.neurons import conv_wta
from snnedge.kinds.neurons.if_ttfs import NEVER
from snnedge.model.network import Network
from snnedge.plots import figure as plot
from snnedge.plots import histogram
from snnedge.plots import labels as _labels
from snnedge.plots import tiles as _tiles
from snnedge.plots.figure import Live, Run, Subject
from snnedge.plots.pictures import race, readout_fields, sample
from snnedge.runtime.runtime import Runtime
from snnedge.support import plugins

pytestmark = pytest.mark.needs("matplotlib")

NONE = np.nan
HISTORY = np.array([[100, NONE, 0.9, 0.5, 0.2], [200, 0.3, 0.5, 0.3, NONE], [300, 0.5, 0.1, 0.2, 0.6]])
NETWORKS = {
    "wta": random_network(1, shape=(6, 5), exit_margin=1),
    "lif": random_network(3, shape=(6, 6), hidden=20, signed=True, exit_margin=2, steps=40),
    "scan": random_scan_network(5, bits=4),
    "integer": quantize(random_network(2, shape=(6, 5), neurons=7), 4),
}
SCAN = {"features", "readout_fields"}
LEFT_OUT = {"wta": SCAN, "lif": SCAN, "integer": SCAN, "scan": {"receptive_fields"}}


def subject(name: str, number: int = 2) -> Subject:
    network = NETWORKS[name]
    images = random_images(network.encoder.shape, 40)
    labels = np.random.default_rng(0).integers(0, 3, len(images))
    data = Dataset("random", "test", images, labels, 3)
    model = quantize(network, 6) if isinstance(network, Network) else network
    return Subject(network, Run(model, data, number), HISTORY)


def draw(name: str, of: Subject):
    with plot.style():
        return plot.picture(name, of)


@pytest.fixture(params=NETWORKS)
def name(request):
    return request.param


# What is on the pictures


@pytest.mark.slow
def test_every_picture_is_drawn_or_left_out_for_a_reason(name, tmp_path):
    of = subject(name)
    drawn = plot.drawable(of)
    assert set(plugins.names("plots")) - set(drawn) == LEFT_OUT[name]
    assert all(plot.obstacle(n, of) for n in LEFT_OUT[name])
    files = plot.write(of, tmp_path / "pictures", drawn)
    assert sorted(p.name for p in (tmp_path / "pictures").iterdir()) == [f"{n}.png" for n in drawn]
    assert all(f.read_bytes().startswith(b"\x89PNG") for f in files.values())


def test_a_picture_has_title_caption_and_words_on_its_axes(name):
    of = subject(name)
    for n in plot.drawable(of):
        figure = draw(n, of)
        title, _, caption = plugins.load("plots", n).__doc__.partition("\n")[0].partition(": ")
        assert figure.get_suptitle() == title
        assert plot.caption(n, of).lower().startswith(caption.lower())
        assert plot.caption(n, of).split() == figure.get_supxlabel().split()
        assert all(axes.get_title("left") for axes in figure.axes if axes.get_label() != "<colorbar>")


def test_the_caption_says_whose_numbers_are_drawn():
    of = subject("wta")
    assert "floats" in plot.caption("weights", of)
    assert of.run.model.hash_text in plot.caption("race", of)
    assert "6-bit" in plot.caption("race", of)
    assert "quantised" not in plot.caption("weights", subject("integer"))


def tiles(canvas, shape):
    """The blocks of a mosaic, cut out at its gaps, pixel by pixel."""
    side = _tiles.zoom(shape)
    height, width = (n * side for n in shape)
    found, seen = [], np.isnan(canvas)
    for y, x in np.argwhere(~seen):
        if not seen[y, x]:
            block = canvas[y : y + height, x : x + width]
            seen[y : y + height, x : x + width] = True
            assert (block == np.kron(block[::side, ::side], np.ones((side, side)))).all()
            found.append(block[::side, ::side])
    return np.array(found)


def by_bytes(arrays):
    return sorted(np.ascontiguousarray(a, float).tobytes() for a in arrays)


@pytest.mark.parametrize("network", ["wta", "lif", "integer"])
def test_receptive_fields_are_the_weights(network):
    of = subject(network)
    axes = draw("receptive_fields", of).axes[0]
    s = of.graph.projections[0]
    shape = of.graph.encoder.shape
    found = tiles(axes.images[0].get_array().filled(np.nan), shape)
    assert by_bytes(found) == by_bytes(s.weights.T.reshape(-1, *shape))


def test_receptive_fields_are_grouped_by_class():
    of = subject("wta")
    axes = draw("receptive_fields", of).axes[0]
    labels = of.graph.readout.labels
    assert [t.get_text() for t in axes.get_yticklabels()] == ["0", "1", "2", "none"]
    fields = of.graph.projections[0].weights.T.reshape(-1, 6, 5)
    expected = np.concatenate([fields[labels == label] for label in (0, 1, 2, -1)])
    assert (tiles(axes.images[0].get_array().filled(np.nan), (6, 5)) == expected).all()


def test_features_are_the_patches():
    of = subject("scan")
    weights = of.graph.projections[0].weights
    axes = draw("features", of).axes[0]
    assert (tiles(axes.images[0].get_array().filled(np.nan), weights.shape[1:]) == weights).all()


def test_readout_fields_are_the_patches_laid_back():
    # windows that overlap, that are cut off, and that do neither; positions that lie apart
    for seed, apart in ((2, False), (5, False), (9, False), (5, True)):
        of = Subject(random_scan_network(seed, apart=apart))
        patch, dense = of.graph.projections
        p = of.graph.populations[0].params
        maps, rows, columns = patch.weights.shape
        across = dense.weights.shape[0] // maps // conv_wta.cells(p, "rows")
        expected = np.zeros((dense.weights.shape[1], *of.graph.encoder.shape))
        for unit, weights in enumerate(dense.weights):
            cell, k = divmod(unit, maps)
            window = [
                (y, x)
                for y, x in np.ndindex(p["rows"], p["columns"])
                if 0 <= y - cell // across * p["stride"] < p["pool"]
                and 0 <= x - cell % across * p["stride"] < p["pool"]
            ]
            for y, x in window:
                stamp = np.multiply.outer(weights, patch.weights[k]) / len(window)
                corner = np.array(divmod(p.get("origin", 0), p["image_width"]))
                top, left = corner + p.get("position_stride", 1) * np.array((y, x))
                expected[:, top : top + rows, left : left + columns] += stamp
        found = readout_fields.fields(of, patch, dense)
        np.testing.assert_allclose(found, expected, atol=1e-12)
        canvas = draw("readout_fields", of).axes[0].images[0].get_array().filled(np.nan)
        assert np.nanmax(np.abs(canvas)) == np.abs(found).max()


def test_signed_weights_have_a_scale_around_zero():
    limits = [draw("receptive_fields", subject(n)).axes[0].images[0].get_clim() for n in ("wta", "lif")]
    assert limits[0][0] == 0
    assert limits[1][0] == -limits[1][1]


def test_a_projection_of_one_weight_has_no_histogram():
    net = random_diehl_cook(1)
    matrices = [s for s in net.projections if s.weights.size]
    assert len(draw("weights", Subject(net)).axes) == len(matrices) < len(net.projections)


def test_histograms_count_every_weight_and_threshold(name):
    of = subject(name)
    for picture, sizes in (
        ("weights", [s.weights.size for s in of.graph.projections]),
        ("thresholds", [np.size(p.params["threshold"]) for p in of.graph.populations]),
    ):
        counted = [sum(bar.get_height() for bar in axes.patches) for axes in draw(picture, of).axes]
        assert counted == sizes


@pytest.mark.parametrize(
    "values", [np.arange(-7, 8), np.arange(200), np.array([3.5] * 4), np.arange(9) / 7]
)
def test_bins_hold_all_values(values):
    edges = histogram.edges(values)
    assert np.histogram(values, edges)[0].sum() == len(values)
    assert len(edges) <= histogram.BINS + 2


def test_thresholds_that_nobody_reaches_are_left_out():
    network = NETWORKS["scan"]
    output = network.populations[1]
    never = replace(output, params={**output.params, "threshold": np.full(output.size, NEVER)})
    of = Subject(replace(network, populations=(network.populations[0], never)))
    for one in (of, Subject(quantize(of.graph))):
        assert len(draw("thresholds", one).axes) == 1


def test_confusion_shows_the_counts(name):
    of = subject(name)
    answers = Runtime(of.run.model).predict(of.run.data.images)
    figure = draw("confusion", of)
    numbers = {t.get_position()[::-1]: int(t.get_text()) for t in figure.axes[0].texts}
    expected: dict[tuple[int, int], int] = {}
    for true, answer in zip(of.run.data.labels, answers, strict=True):
        cell = (int(true), 3 if answer < 0 else int(answer))
        expected[cell] = expected.get(cell, 0) + 1
    assert numbers == expected
    right = 100 * (answers == of.run.data.labels).mean()
    assert figure.axes[0].get_title("left").startswith(f"{right:.2f} %")


def test_confusion_names_the_classes():
    plain, names = subject("wta"), ("cat", "$x^2$ and $y", "a name that is longer than its column")
    named = replace(plain.graph, readout=replace(plain.graph.readout, class_names=names))
    shown = ["cat", "$x^2$ and $y", "a name that is …"]
    for of, words in ((plain, ["0", "1", "2"]), (replace(plain, graph=named), shown)):
        axes = draw("confusion", of).axes[0]
        below, beside = axes.get_xticklabels(), axes.get_yticklabels()
        assert [t.get_text() for t in beside] == words
        assert [t.get_text() for t in below][:3] == words
        assert {t.get_text() for t in below[3:]} <= {"none"}
        assert not any(t.get_parse_math() for t in (*below, *beside))
        assert {t.get_rotation() for t in below} == {0.0 if of is plain else 90.0}


def test_pictures_name_the_classes():
    plain, names = subject("wta"), ("cat", "$x^2$ and $y", "a name that is longer than its column")
    readout = replace(plain.graph.readout, class_names=names)
    model = replace(plain.run.model, readout=replace(plain.run.model.readout, class_names=names))
    of = Subject(replace(plain.graph, readout=readout), Run(model, plain.run.data, plain.run.sample))
    tiles = draw("receptive_fields", of).axes[0].get_yticklabels()
    assert [t.get_text() for t in tiles] == ["cat", "$x^2$ and $y", "a name that is …", "none"]
    axes = draw("race", of).axes[0]
    beside = [t for t in axes.texts if t.arrow_patch is not None]
    assert {t.get_text().partition(":")[0] for t in beside} == {
        *(t.get_text() for t in tiles[:3]),
        "no class",
    }
    true = _labels.class_name(int(of.run.data.labels[of.run.sample]), names)
    assert f": {true}, " in axes.get_title("left")
    titles = [a.get_title("left") for a in draw("sample", of).axes]
    assert f"Sample {of.run.sample}: {true}" in titles
    legend = [t for a in draw("sample", of).axes if a.get_legend() for t in a.get_legend().get_texts()]
    assert any("cat" in t.get_text() or "$x^2$" in t.get_text() or "…" in t.get_text() for t in legend)
    assert not any(t.get_parse_math() for t in (*tiles, *beside, *legend))


def test_the_sample_shows_the_traces(name):
    of = subject(name)
    run = of.run
    runtime = Runtime(replace(run.model, readout=replace(run.model.readout, exit_margin=0)))
    panels = {a.get_title("left").split(": ")[0]: a for a in draw("sample", of).axes[2:]}
    for axes in panels.values():
        assert axes.lines[-1].get_xdata()[0] == Runtime(run.model).run(run.image).steps[0] + 0.5
    for population in ("input", *(p.name for p in run.model.populations)):
        trace = runtime.trace(run.image, population)
        if f"Spikes of {population}" in panels:
            points = panels[f"Spikes of {population}"].lines[0].get_xydata()
            step, source = np.nonzero(trace.spikes[0])
            assert (points == np.column_stack([step + 1, source])).all()
        elif population != "input":
            segments = panels[f"Membranes of {population}"].collections[0].get_segments()
            assert (trace.membrane[0] == np.array([line[:, 1] for line in segments]).T).all()


def test_followed_neurons_begin_with_the_one_that_fires_most():
    run = subject("lif").run
    population = run.model.populations[0]
    fired = Runtime(run.model).trace(run.image, "hidden").spikes[0].sum(axis=0)
    assert fired[sample.followed(run, population)[0]] == fired.max() > 0


def test_the_race_is_the_membranes_up_to_the_first_spike(name):
    of = subject(name)
    run = of.run
    runtime = Runtime(replace(run.model, readout=replace(run.model.readout, exit_margin=0)))
    trace = runtime.trace(run.image)
    fires = np.flatnonzero(trace.spikes[0].any(axis=1))
    first = int(fires[0]) if len(fires) else run.model.steps
    threshold = run.model.populations[-1].params["threshold"].astype(int)
    labels = run.model.readout.labels
    lines = {line.get_label(): line.get_ydata() for line in draw("race", of).axes[0].lines}
    for label in np.unique(labels):
        ahead = (trace.membrane[0] - threshold)[:first, labels == label].max(axis=1)
        assert (lines[_labels.class_name(label)][:first] == ahead).all()
    assert race.first_spike(run) == (first + 1 if len(fires) else 0)
    if len(fires):
        (winner,) = {labels[k] for k in np.flatnonzero(trace.spikes[0][first])}
        assert lines[_labels.class_name(winner)][first] > 0


def test_the_names_of_classes_lead_to_their_lines(name):
    axes = draw("race", subject(name)).axes[0]
    ends = {line.get_label(): tuple(line.get_xydata()[-1]) for line in axes.lines}
    named = [text for text in axes.texts if text.get_text().startswith(("class ", "no class"))]
    assert len(named) == len(set(subject(name).run.model.readout.labels.tolist()))
    for text in named:
        label = text.get_text().partition(":")[0].removeprefix("class ").replace("no class", "none")
        assert tuple(text.xy) == ends[label]
        assert text.arrow_patch is not None


@pytest.mark.parametrize("chunks", [1, 3])
def test_accuracy_is_the_history(chunks, tmp_path):
    of = replace(subject("wta"), history=HISTORY[:chunks])
    above, below = draw("accuracy", of).axes
    shown = [above.lines[0], *below.lines, above.lines[1]]
    for line, column in zip(shown, of.history.T[1:], strict=True):
        np.testing.assert_array_equal(line.get_xdata(), of.history[:, 0])
        np.testing.assert_array_equal(line.get_ydata(), column)
    sizes = np.diff(of.history[:, 0], prepend=0).astype(int)
    for size in (sizes.min(), sizes.max()):
        assert f"{size:,}" in above.get_title("left")
    plot.write(of, tmp_path, ["accuracy"])  # the layout of a single point holds


def test_words_stay_apart_in_their_order():
    places = [5.0, 1.0, 1.0, 1.2, 9.0]
    moved = _labels.apart(places, 1.0)
    assert np.diff(np.sort(moved)).min() >= 1 - 1e-9
    assert (np.argsort(moved, kind="stable") == np.argsort(places, kind="stable")).all()
    assert (_labels.apart([1.0, 5.0], 1.0) == [1, 5]).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    "odd",
    [
        random_network(1, shape=(1, 40), neurons=1, classes=1, steps=1),
        random_network(1, shape=(8, 8), neurons=300, classes=100),
        random_network(1, shape=(17,)),
        random_scan_network(4, exits=False),
    ],
    ids=["least", "classes", "line", "endless"],
)
def test_odd_networks_find_room(odd, tmp_path):
    """matplotlib warns, and a warning fails the test, when something leaves no room for its axes."""
    images = random_images(odd.encoder.shape, 9)
    labels = np.arange(9) % odd.readout.classes
    model = quantize(odd)
    if images.ndim != 3:
        of = Subject(odd)
    else:
        of = Subject(odd, Run(model, Dataset("odd", "test", images, labels, odd.readout.classes)))
    assert len(plot.write(of, tmp_path, plot.drawable(of))) >= 2


@pytest.mark.slow
def test_a_large_mosaic_loses_no_pixel():
    of = Subject(random_network(1, shape=(28, 28), neurons=900, classes=10))
    figure = draw("receptive_fields", of)
    figure.draw_without_rendering()
    axes = figure.axes[0]
    dots = axes.images[0].get_array().shape
    assert axes.bbox.width >= dots[1]
    assert axes.bbox.height >= dots[0]


# Files


@pytest.mark.slow
@pytest.mark.parametrize("suffix", plot.FORMATS)
def test_the_same_picture_has_the_same_bytes_whatever_the_users_style(suffix, tmp_path):
    import matplotlib

    names = ["race", "receptive_fields", "confusion"]
    one = plot.write(subject("wta"), tmp_path / "a", names, suffix)
    with matplotlib.rc_context({"font.size": 20, "axes.grid": True, "svg.hashsalt": "x"}):
        other = plot.write(subject("wta"), tmp_path / "b", names, suffix)
    assert [f.read_bytes() for f in one.values()] == [f.read_bytes() for f in other.values()]


@pytest.mark.slow
def test_nothing_global_is_changed(tmp_path):
    code = (
        "import matplotlib, sys\n"
        "def settings():  # asking for them in the usual way would choose a backend\n"
        "    return {k: dict.__getitem__(matplotlib.rcParams, k) for k in dict.keys(matplotlib.rcParams)}\n"
        "before = settings()\n"
        "from snnedge.cli.main import main; assert main(sys.argv[1:]) == 0\n"
        "assert settings() == before\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    pkl.write(NETWORKS["wta"], tmp_path / "net.pkl")
    words = [str(tmp_path / "net.pkl"), "-o", str(tmp_path / "pictures")]
    done = subprocess.run([sys.executable, "-c", code, "plot", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from snnedge.cli.main import main\n"
        "try: main(['plot', '--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'matplotlib', 'brian2'} & set(sys.modules), sorted(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("suffix", plot.FORMATS)
def test_own_files_are_replaced_and_a_strangers_is_not(suffix, tmp_path):
    of = subject("wta")
    plot.write(of, tmp_path, ["weights", "thresholds"], suffix)
    plot.write(of, tmp_path, ["weights"], suffix)
    foreign = tmp_path / f"thresholds.{suffix}"
    foreign.write_bytes(b"my holidays")
    own = tmp_path / f"weights.{suffix}"
    own.unlink()
    with pytest.raises(InputError, match=f"thresholds.{suffix} is there and was not drawn by snnedge"):
        plot.write(of, tmp_path, ["weights", "thresholds"], suffix)
    assert foreign.read_bytes() == b"my holidays"
    assert not own.exists()


def test_without_matplotlib_the_remedy_is_reported(monkeypatch, tmp_path):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.partition(".")[0] == "matplotlib":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ToolError, match=r"pip install 'snnedge\[plot\]'"):
        plot.write(subject("wta"), tmp_path, ["weights"])


def test_a_training_is_drawn_now_and_then(monkeypatch, tmp_path):
    clock = iter([100.0, 101.0, 102.0, 110.0, 112.0, 113.0, 150.0])  # start, end of drawing, start, ...
    monkeypatch.setattr(plot.time, "monotonic", lambda: next(clock))
    drawn = []
    monkeypatch.setattr(plot, "write", lambda of, folder, names, option: drawn.append(names))
    live = Live(tmp_path / "pictures")
    for _ in range(4):  # at 100; not at 102 and 110: drawing took 1 s; at 112, until 113
        live.refresh(Subject(NETWORKS["wta"], history=HISTORY))
    assert drawn == [["accuracy", "receptive_fields", "thresholds", "weights"]] * 2


def test_a_training_refuses_a_bad_folder_before_it_begins(tmp_path):
    (tmp_path / "weights.png").write_bytes(b"mine")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="not drawn by snnedge: choose another --plots"):
        Live(tmp_path)
    with pytest.raises(InputError, match="file is a file, not a folder: choose another --plots"):
        Live(tmp_path / "file")
    with pytest.raises(InputError, match="cannot write"):
        Live(tmp_path / "file" / "pictures")


# The command


@pytest.fixture
def digits(tmp_path):
    """A random network for the digits, as model.pkl and as model.safetensors."""
    net = random_network(1, shape=(8, 8), neurons=30, classes=10, steps=20, exit_margin=1)
    net = replace(net, name="net", provenance={"data": "digits"})
    pkl.write(net, tmp_path / "net.pkl")
    model_file.save(quantize(net), tmp_path / "model.safetensors")
    return tmp_path


def snnedge(capsys, *words):
    code = main.main([*map(str, words), "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    return json.loads(out)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["net.pkl", "model.safetensors", "."])
def test_the_command_draws_all_kinds_of_models(capsys, digits, model):
    result = snnedge(capsys, "plot", digits / model, "-o", digits / "out", "--format", "svg")
    assert set(result["pictures"]) | set(result["skipped"]) == set(plugins.names("plots"))
    assert set(result["skipped"]) == {*SCAN, "accuracy"}
    assert "train --plots" in result["skipped"]["accuracy"]
    assert all(Path(p["file"]).stat().st_size for p in result["pictures"].values())
    assert result["data"] == "digits test"


def test_the_command_takes_names_and_a_sample(capsys, digits):
    result = snnedge(
        capsys, "plot", digits / "net.pkl", "-o", digits / "out", "--only", "race", "--sample", 7
    )
    assert list(result["pictures"]) == ["race"]
    assert [p.name for p in (digits / "out").iterdir()] == ["race.png"]


def test_the_bits_of_what_runs_can_be_chosen(capsys, digits):
    words = ["plot", digits / "net.pkl", "-o", digits / "out", "--only", "race"]
    hashes = [snnedge(capsys, *words, "--bits", bits)["hash"] for bits in (4, 8)]
    assert hashes[1] == model_file.load(digits / "model.safetensors").hash_text != hashes[0]
    assert main.main(["plot", str(digits / "model.safetensors"), "--bits", "4"]) == 2
    assert "is integers already" in capsys.readouterr().err


def test_without_data_the_weights_are_still_drawn(capsys, tmp_path):
    pkl.write(NETWORKS["wta"], tmp_path / "net.pkl")
    result = snnedge(capsys, "plot", tmp_path / "net.pkl", "-o", tmp_path / "out")
    assert set(result["pictures"]) == {"receptive_fields", "weights", "thresholds"}
    assert "--dataset" in result["skipped"]["race"]


def test_data_that_are_not_here_are_no_obstacle_for_the_weights(capsys, tmp_path):
    pkl.write(replace(NETWORKS["wta"], provenance={"data": "mnist"}), tmp_path / "net.pkl")
    words = ["plot", tmp_path / "net.pkl", "-o", tmp_path / "out", "--data", tmp_path]
    assert "weights" in snnedge(capsys, *words)["pictures"]
    assert main.main([*map(str, words), "--only", "race"]) == 2
    assert "no data set 'mnist'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--only", "weigths"], "did you mean 'weights'"),
        (["--only", "features"], "--only features: no shared weights"),
        (["--sample", "360"], "--sample 360: there are 360 samples, 0..359"),
        (["--sample", "-1"], "--sample -1"),
        (["--format", "pdf"], "no 'pdf'"),
        (["--dataset", "nothing"], "no data set 'nothing'"),
        (["--bits", "5"], "--bits 5"),
    ],
)
def test_a_wrong_word_costs_one_line_and_no_file(capsys, digits, words, complaint):
    assert main.main(["plot", str(digits / "net.pkl"), "-o", str(digits / "out"), *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert complaint in err
    assert err.count("\n") == 1
    assert not (digits / "out").exists()
