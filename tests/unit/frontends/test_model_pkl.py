"""model.pkl: what `write` writes, `read` reads; people's own pickles become a network or one clear line."""

import argparse
import dataclasses
import logging
import pickle
from pathlib import Path
from typing import Any

import needs
import numpy as np
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps
from networks import random_network
from plain import plain
from scans import random_scan_network

from snnedge import kinds
from snnedge.compiler.quantize import quantize
from snnedge.errors import InputError
from snnedge.frontends import pkl
from snnedge.frontends.pkl import options as _options
from snnedge.frontends.pkl import schema, script_names, unpickler
from snnedge.frontends.pkl.checksum import checksum
from snnedge.kinds import neuron, synapse
from snnedge.model.network import INPUT, Encoder, Network, Population, Projection, Readout
from snnedge.support import plugins

INPUTS, NEURONS = 6, 4
THETA = np.array([0.5, 1.0, 1.5, 2.0])
LABELS = np.array([0, 2, -1, 1])
WEIGHTS = np.arange(INPUTS * NEURONS, dtype=np.float64).reshape(INPUTS, NEURONS) / 10
SUPPLIED = {
    "labels": None,
    "neuron_kind": "if_wta",
    "dt": 0.001,
    "steps": 50,
    "shape": (2, 3),
    "spikes_per_sample": 20.0,
}
SCRIPT = {"weights": WEIGHTS, "theta": THETA, "labels": LABELS, "config": {"v_thresh": 30.0}}


def network(**changes: Any) -> Network:
    """A net with two populations, every kind, and float32 besides float64."""
    encoder = {"spikes_per_sample": 20.0, "max_rate": 0.5, "seed": 7}
    lif = {"threshold": THETA, "tau": 0.02, "refractory": 0.005, "reset": "subtract"}
    parts: dict[str, Any] = {
        "name": "tiny",
        "dt": 0.001,
        "steps": 50,
        "encoder": Encoder(kinds.encoder("error_diffusion"), (2, 3), encoder),
        "populations": (
            Population("hidden", neuron("lif"), NEURONS, lif),
            Population("out", neuron("if_wta"), 2, {"threshold": np.array([1.0, 2.0])}),
        ),
        "projections": (
            Projection(INPUT, "hidden", synapse("dense"), WEIGHTS),
            Projection("hidden", "out", synapse("sparse"), np.ones((NEURONS, 2), np.float32), delay=0.0025),
            Projection("hidden", "hidden", synapse("lateral"), params={"weight": -3.0}),
        ),
        "readout": Readout("out", np.array([1, -1], np.int16), 3, exit_margin=2, nearest=False),
        "provenance": {"seed": 1, "data": {"name": "digits", "samples": [1, 2]}},
    }
    return Network(**parts | changes)


def save(folder: Path, content: Any, file: str = "model.pkl", protocol: int = 4) -> Path:
    path = folder / file
    path.write_bytes(pickle.dumps(content, protocol))
    return path


def read_script(folder: Path, changes: dict[str, Any] | None = None, **supplied: Any) -> Network:
    """The network of SCRIPT with ``changes`` (None: left out), and of SUPPLIED with ``supplied``."""
    content = {key: value for key, value in (SCRIPT | (changes or {})).items() if value is not None}
    return pkl.read(save(folder, content), SUPPLIED | supplied)


def weights_of(net: Network) -> np.ndarray:
    return net.projections[0].weights


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    pkl.write(network(), path)
    assert plain(pkl.read(path)) == plain(network())


def test_the_file_is_a_protocol_4_pickle_of_plain_things(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    pkl.write(network(), path)
    data = path.read_bytes()
    assert data[:2] == b"\x80\x04"
    content = pickle.loads(data)
    assert content["format"] == "snnedge-model"
    assert content["version"] == 2
    assert list(content)[:3] == ["format", "version", "checksum"]
    assert content["units"]["populations.hidden.tau"] == "s"
    assert content["units"]["projections.hidden->out.delay"] == "s"
    assert ["delay" in s for s in content["projections"]] == [False, True, False]
    assert ["weights" in s for s in content["projections"]] == [True, True, False]
    assert content["inhibition"] == {"hidden": "by its projections alone", "out": "winner-take-all reset"}
    assert b"snnedge" not in data.replace(b"snnedge-model", b"")


def test_equal_networks_give_equal_bytes(tmp_path: Path) -> None:
    a, b = tmp_path / "a.pkl", tmp_path / "b.pkl"
    pkl.write(network(), a)
    shuffled = {"data": {"samples": (np.int64(1), 2), "name": "".join(["dig", "its"])}, "seed": 1}
    twin = network(
        name="".join(["ti", "ny"]),
        projections=(
            Projection(INPUT, "hidden", synapse("dense"), np.asfortranarray(WEIGHTS)),
            Projection(
                "hidden",
                "out",
                synapse("sparse"),
                np.ones((NEURONS, 2), ">f4"),
                delay=np.float64(0.0025),
            ),
            Projection("hidden", "hidden", synapse("lateral"), params={"weight": np.float32(-3.0)}),
        ),
        provenance=shuffled,
    )
    pkl.write(twin, b)
    assert a.read_bytes() == b.read_bytes()
    pkl.write(pkl.read(a), b)
    assert a.read_bytes() == b.read_bytes()


def test_shapes_of_populations_are_kept(tmp_path: Path) -> None:
    hidden, out = network().populations
    pkl.write(
        network(populations=(dataclasses.replace(hidden, shape=(2, 1, 2)), out)), tmp_path / "model.pkl"
    )
    assert [p.shape for p in pkl.read(tmp_path / "model.pkl").populations] == [(2, 1, 2), ()]
    assert ["shape" in p for p in schema.to_content(network())["populations"]] == [False, False]


def test_class_names_are_kept(tmp_path: Path) -> None:
    names = ("T-shirt/top", "\u96f6", "\N{SNOWMAN} x")
    named = network(readout=dataclasses.replace(network().readout, class_names=names))
    pkl.write(named, tmp_path / "model.pkl")
    assert pkl.read(tmp_path / "model.pkl").readout.class_names == names
    assert quantize(named, 4).hash == quantize(network(), 4).hash


FINITE = st.floats(-1e9, 1e9)


@st.composite
def networks(draw: Any) -> Network:
    inputs, neurons, classes = draw(st.integers(1, 5)), draw(st.integers(1, 5)), draw(st.integers(1, 9))
    thresholds = draw(nps.arrays(np.float64, neurons, elements=FINITE))
    kind = draw(st.sampled_from(["if_wta", "lif"]))
    lif = {"tau": draw(st.floats(1e-6, 1e6)), "refractory": draw(st.floats(0, 1e6)), "reset": "zero"}
    encoder = {
        "spikes_per_sample": draw(st.floats(0.1, 1e6)),
        "max_rate": draw(st.floats(0.01, 0.99)),
        "seed": draw(st.integers(0, 65535)),
    }
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    elements = st.floats(-1e6, 1e6, width=32)
    forward = Projection(
        INPUT, "n", synapse("dense"), draw(nps.arrays(dtype, (inputs, neurons), elements=elements))
    )
    back = Projection(
        "n", "n", synapse("dense"), draw(nps.arrays(dtype, (neurons, neurons), elements=elements))
    )
    labels = draw(nps.arrays(np.int16, neurons, elements=st.integers(-1, classes - 1)))
    return Network(
        name=draw(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)),
        dt=draw(st.floats(1e-6, 1.0)),
        steps=draw(st.integers(1, 65535)),
        encoder=Encoder(
            kinds.encoder("error_diffusion"), draw(st.sampled_from([(inputs,), (1, inputs)])), encoder
        ),
        populations=(
            Population(
                "n", neuron(kind), neurons, {"threshold": thresholds} | (lif if kind == "lif" else {})
            ),
        ),
        projections=draw(st.sampled_from([(forward,), (forward, back)])),
        readout=Readout("n", labels, classes, draw(st.integers(0, 9)), draw(st.booleans())),
        provenance=draw(
            st.dictionaries(st.text(max_size=9), st.text() | st.integers() | st.none(), max_size=3)
        ),
    )


@examples(50)
@given(networks())
def test_any_network_round_trips(tmp_path_factory: pytest.TempPathFactory, net: Network) -> None:
    path = tmp_path_factory.mktemp("round") / "model.pkl"
    pkl.write(net, path)
    assert plain(pkl.read(path)) == plain(net)


def test_nothing_is_written_of_a_network_that_could_not_be_read(tmp_path: Path) -> None:
    for changes, problem in [
        ({"name": "../up"}, "'name'"),
        ({"provenance": {"where": tmp_path}}, "provenance"),
        (
            {"populations": (network().populations[0], Population("out", neuron("if_wta"), 2, {}))},
            "threshold' is missing",
        ),
    ]:
        with pytest.raises(InputError, match=problem):
            pkl.write(network(**changes), tmp_path / "model.pkl")
    with pytest.raises(InputError, match="cannot write"):
        pkl.write(network(), "/dev/null/nowhere/model.pkl")
    assert list(tmp_path.iterdir()) == []


def sealed(content: dict[str, Any]) -> dict[str, Any]:
    """Return ``content`` with its checksum."""
    return content | {"checksum": checksum(unpickler.loads(pickle.dumps(content, 4)))}


def test_nothing_is_written_that_is_too_large_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpickler, "MAX_BYTES", 1000)
    with pytest.raises(InputError, match=r"cannot write .*: the model has \d+ bytes, and at most 1000 are"):
        pkl.write(network(), tmp_path / "model.pkl")
    assert list(tmp_path.iterdir()) == []


def edited(path: str, value: Any) -> dict[str, Any]:
    """A complete content with the field at ``path`` (dots between keys and indices) changed, or deleted."""
    content: Any = schema.to_content(network())
    *outer, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    inner = content
    for key in outer:
        inner = inner[key]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return content


NAN = np.array([np.nan, 1, 2, 3])
BAD_FIELDS = [
    ("format", "other", "'format' must be 'snnedge-model'"),
    ("format", np.zeros(0), "'format' must be a string"),
    ("version", 3, r"version 3; this snnedge reads versions 1 to 2: update snnedge"),
    ("version", 0, r"version 0; this snnedge reads versions 1 to 2"),
    ("version", True, "'version'"),
    ("version", "1", "'version' must be an integer"),
    ("name", None, "'name' is missing"),
    ("name", "../../etc/passwd", "'name' is"),
    ("name", "a\nb", "'name' is"),
    ("dt", 0.0, "'dt'"),
    ("dt", np.nan, "'dt'"),
    ("dt", "1 ms", "'dt' must be a number"),
    ("steps", 0, "'steps'"),
    ("steps", 50.0, "'steps' must be an integer"),
    ("steps", True, "'steps'"),
    ("steps", 2**200, "'steps'"),
    ("reset_between_samples", False, "'reset_between_samples' is False"),
    ("reset_between_samples", 1, "'reset_between_samples' must be True or False"),
    ("encoder", [], "'encoder' must be a dict"),
    ("encoder.kind", "latency", "'encoder.kind' is 'latency'; known: binary, error_diffusion"),
    ("encoder.kind", "../__init__", "'encoder.kind'"),
    ("encoder.shape", (2, 4), "weights"),
    ("encoder.shape", (2, -3), "'encoder.shape'"),
    ("encoder.shape", (2**40, 2**40), "'encoder.shape'"),
    ("encoder.shape", (), "'encoder.shape'"),
    ("encoder.shape", (1,) * 9, "'encoder.shape'"),
    ("encoder.params.max_rate", 1.0, "'encoder.params.max_rate'"),
    ("encoder.params.seed", 65536, "'encoder.params.seed'"),
    ("encoder.params.seed", None, "'encoder.params.seed' is missing"),
    ("encoder.params.delay", 1.0, "encoder.params has an unknown field 'delay'"),
    ("populations", (), "populations"),
    ("populations", [1], r"'populations\[0\]' must be a dict, not 1"),
    ("populations", [{}] * 257, "'populations' has 257 entries, more than 256"),
    ("populations.0.size", 2**31, r"'populations\[0\].size'"),
    ("populations.0.size", 5, r"'populations\[0\].params.threshold' has shape \(4,\), expected \(5,\)"),
    ("populations.0.shape", (3, 2), r"populations.hidden.shape': \(3, 2\) for 4 neurons"),
    ("populations.0.shape", (2, 2, 1, 1), r"'populations\[0\].shape' must be a tuple of 1 to 3 integers"),
    ("populations.0.shape", (), r"'populations\[0\].shape' must be a tuple of 1 to 3 integers"),
    ("populations.0.kind", "izhikevich", "known: .*if_wta, lif"),
    ("populations.0.name", "out", "two of them"),
    ("populations.0.params.threshold", NAN, "not finite"),
    ("populations.0.params.threshold", 3.0, "must be a numpy array"),
    ("populations.0.params.threshold", np.array(["a"] * 4), "numbers are needed"),
    ("populations.0.params.tau", -1.0, "tau"),
    ("populations.0.params.reset", "none", "known: zero, subtract"),
    ("projections.0.weights", WEIGHTS.T, "expected"),
    ("projections.0.weights", WEIGHTS > 0, "dtype bool"),
    ("projections.0.weights", WEIGHTS * 1j, "dtype complex128"),
    ("projections.0.source", "nobody", "no population 'nobody'"),
    ("projections.0.receptor", "inhibitory", "receptor.*'inhibitory'; lif has"),
    ("projections.0.receptor", "glial", "known: excitatory, inhibitory"),
    ("projections.0.delay", -0.001, "'projections\\[0\\].delay'"),
    ("projections.0.delay", np.nan, "'projections\\[0\\].delay'"),
    ("projections.0.delay", "1 ms", "must be a number"),
    ("projections.2.weights", np.eye(4), "unknown field 'weights'"),
    ("projections.2.bits", 4, "unknown field 'bits'"),
    ("projections.2.params.weight", None, "'projections\\[2\\].params.weight' is missing"),
    ("projections.2.params.weight", np.nan, "weight"),
    ("projections.2.params.weight", np.eye(4), "must be a number"),
    ("projections.2.kind", "all_to_all", "known: dense, lateral"),
    ("projections.2.target", "out", "from 4 to 2 neurons"),
    ("projections.1.weights", np.array([[np.nan, 1.0]]), "not finite"),
    ("readout.labels", np.array([0.0, 1.0]), "integers are needed"),
    ("readout.labels", np.array([0, 3]), r"outside -1\.\.2"),
    ("readout.labels", np.array([0, 65536]), r"outside -1\.\.2"),
    ("readout.classes", 0, "'readout.classes'"),
    ("readout.exit_margin", -1, "'readout.exit_margin'"),
    ("readout.nearest", 1, "'readout.nearest' must be True or False"),
    ("readout.class_names", ["a", "b"], "readout.class_names': 2 names for 3 classes"),
    ("readout.class_names", ("a", "b", "a"), "readout.class_names': two classes have one name"),
    ("readout.class_names", ("a", "b", ""), "'' is not 1 to 64 printable characters"),
    ("readout.class_names", ("a", "b", "c" * 65), "is not 1 to 64 printable characters"),
    ("readout.class_names", ("a", "b", "c\n"), r"'c\\n' is not 1 to 64 printable characters"),
    ("readout.class_names", ("a", "b", 3), "'readout.class_names' must be a list of strings"),
    ("readout.class_names", "abc", "'readout.class_names' must be a list of strings, not 'abc'"),
    ("units.dt", "ms", "'units.dt' is 'ms'; known: s"),
    ("units.tau", "ms", "units has an unknown field 'tau'"),
    ("inhibition.out", "lateral", "'inhibition.out' is 'lateral'; known: winner-take-all reset"),
    ("provenance", 3, "'provenance' must be a dict"),
    ("thetas", 3, "the file has an unknown field 'thetas'"),
]


@pytest.mark.parametrize(
    ("field", "value", "problem"), BAD_FIELDS, ids=[f"{f}={v!r}"[:40] for f, v, _ in BAD_FIELDS]
)
def test_bad_field_is_named_in_one_line(tmp_path: Path, field: str, value: Any, problem: str) -> None:
    path = save(tmp_path, sealed(edited(field, value)))
    with pytest.raises(InputError, match=problem) as error:
        pkl.read(path)
    assert str(error.value).startswith(f"{path}")
    assert "\n" not in str(error.value)


def test_statements_may_be_left_out(tmp_path: Path) -> None:
    content = edited("units", None)
    del content["inhibition"], content["provenance"]
    assert plain(pkl.read(save(tmp_path, sealed(content)))) == plain(network(provenance={}))


def test_options_for_a_complete_file_are_refused(tmp_path: Path) -> None:
    pkl.write(network(), tmp_path / "model.pkl")
    with pytest.raises(InputError, match="leave out --labels, --neuron-kind"):
        pkl.read(tmp_path / "model.pkl", {"labels": "x.npy", "neuron_kind": "lif", "dt": None})


def test_what_holds_no_dict_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds a list, not a dict"):
        pkl.read(save(tmp_path, [1]))


@pytest.mark.parametrize("folder", ["encoders", "neurons", "synapses"])
def test_the_page_lists_every_parameter_of_every_kind(folder: str) -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "model-pkl.md").read_text()
    for kind in plugins.names(folder):
        assert f"`{kind}`" in page
        for parameter in plugins.load(folder, kind).KIND.parameters:
            assert f"| `{parameter}` |" in page


@pytest.mark.parametrize("name", script_names.ALIASES)
def test_the_page_lists_every_alias(name: str) -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "model-pkl.md").read_text().lower()
    assert all(f"`{alias}`" in page for alias in script_names.ALIASES[name])


def test_frontend_takes_its_options_from_the_command_line(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    pkl.add_arguments(parser)
    np.save(tmp_path / "labels.npy", LABELS)
    words = f"--labels {tmp_path}/labels.npy --threshold 30 --neuron-kind if_wta --dt 1e-3 --steps 50"
    arguments = parser.parse_args([*words.split(), "--shape", "2", "3", "--spikes-per-sample", "20"])
    assert set(vars(arguments)) == set(_options.OPTIONS)
    content = {"weights": WEIGHTS, "theta": THETA}
    net = pkl.read(save(tmp_path, content), vars(arguments))
    assert np.array_equal(net.populations[0].params["threshold"], 30 + THETA)
    assert np.array_equal(net.readout.labels, LABELS)
    parser.format_help()


def test_script_becomes_a_network(tmp_path: Path) -> None:
    net = read_script(tmp_path)
    assert (net.name, net.dt, net.steps, net.readout.classes) == ("model", 0.001, 50, 3)
    assert plain(net.encoder.params) == plain({"spikes_per_sample": 20.0, "max_rate": 0.5, "seed": 0})
    assert np.array_equal(weights_of(net), WEIGHTS)
    assert np.array_equal(net.populations[0].params["threshold"], 30 + THETA)
    assert np.array_equal(net.readout.labels, LABELS)
    pkl.write(net, tmp_path / "again.pkl")
    assert plain(pkl.read(tmp_path / "again.pkl")) == plain(net)


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": WEIGHTS.ravel()},
        {"weights": WEIGHTS.ravel().tolist(), "theta": THETA.tolist()},
        {"weights": None, "W": WEIGHTS},
        {"weights": WEIGHTS.ravel(), "theta": None, "config": {"n_input": 6, "n_e": 4, "v_th": 30 + THETA}},
        {"labels": None, "Assignments": LABELS.astype(float)},
        {"config": {"v_thresh": -35.0, "v_rest": -65.0}},
        {"theta": 1.0, "config": {"threshold": 29 + THETA}},
    ],
    ids=lambda changes: ",".join(changes),
)
def test_script_may_say_it_otherwise(tmp_path: Path, changes: dict[str, Any]) -> None:
    net = read_script(tmp_path, changes)
    assert np.array_equal(weights_of(net), WEIGHTS)
    assert np.array_equal(net.populations[0].params["threshold"], 30 + THETA)
    assert np.array_equal(net.readout.labels, LABELS)


def test_sparse_synapses_become_dense_and_duplicates_add_up(tmp_path: Path) -> None:
    sparse = {
        "weights": np.array([1.0, 2.0, 4.0]),
        "i": np.array([5, 0, 5]),
        "j": np.array([3, 1, 3], np.int32),
    }
    expected = np.zeros((INPUTS, NEURONS))
    expected[5, 3], expected[0, 1] = 5, 2
    assert np.array_equal(weights_of(read_script(tmp_path, sparse)), expected)


def test_all_that_is_missing_is_asked_for_in_one_line(tmp_path: Path) -> None:
    path = save(tmp_path, {"weights": WEIGHTS, "theta": THETA})
    with pytest.raises(InputError) as error:
        pkl.read(path)
    line = str(error.value)
    assert "\n" not in line
    assert line.startswith(f"{path}: has no dt: give --dt SECONDS")
    assert "no labels: give --labels FILE.npy (int, shape (4,), -1 = unassigned)" in line
    assert "no shape: give --shape H W (H x W = 6)" in line
    for option in ("--threshold X", "--steps N", "--spikes-per-sample X", "--neuron-kind KIND"):
        assert f"give {option}" in line


def test_lif_asks_for_its_own(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"no tau: give --tau.*no refractory: give.*no reset: give --reset"
    ):
        read_script(tmp_path, neuron_kind="lif")
    net = read_script(tmp_path, neuron_kind="lif", tau=0.1, refractory=0.0, reset="zero")
    assert net.populations[0].params["tau"] == 0.1


def test_what_is_not_used_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("snnedge"), "propagate", True)  # the command line turns it off
    with caplog.at_level(logging.WARNING, "snnedge"):
        changes = {"delay": np.ones(3), "config": {"v_thresh": 30.0, "nu\n": 1e-2}}
        net = read_script(tmp_path, changes, ignore=["delay", "nu\\n"])
    assert "not part of the model: config.nu\\n, delay" in caplog.text
    assert net.provenance["not_used"] == ["config.nu\\n", "delay"]


HUGE = {"n_input": 65535, "n_e": 65535, "v_thresh": 30.0}
BAD_SCRIPTS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"weights": None}, {}, "neither 'format' nor weights"),
    ({"w": WEIGHTS}, {}, r"gives weights 2 times \(weights, w\); keep one"),
    (
        {"weights": WEIGHTS.ravel()[:-1]},
        {},
        r"weights have shape \(23,\), which is not 6 inputs x 4 neurons",
    ),
    ({"weights": np.zeros(0)}, {}, "which is not 6 inputs x 4"),
    ({"weights": np.float64(1)}, {}, r"shape \(\)"),
    ({"weights": WEIGHTS.T}, {}, r"theta has shape \(4,\), but there are 6 neurons"),
    ({"weights": {"XeAe": WEIGHTS}}, {}, "weights must be numbers, not a dict"),
    ({"weights": [[1.0], [1.0, 2.0]]}, {}, "ragged"),
    ({"weights": ["a", 1.0]}, {}, "weights must be numbers"),
    ({"weights": WEIGHTS * np.nan}, {}, "not finite"),
    ({"weights": WEIGHTS.ravel(), "theta": 0.0, "labels": None}, {}, "n_e in config"),
    (
        {"weights": np.ones(2), "i": np.array([0, 6]), "j": np.array([0, 1])},
        {},
        r"i must be indices in 0\.\.5",
    ),
    (
        {"weights": np.ones(2), "i": np.array([0, 1]), "j": np.array([0, -1])},
        {},
        r"j must be indices in 0\.\.3",
    ),
    ({"weights": np.ones(2), "i": np.array([0, 1])}, {}, "j must be integers, one for each of the 2"),
    ({"weights": np.ones(2), "i": np.ones(2), "j": np.ones(2)}, {}, "i must be integers"),
    (
        {"weights": np.ones(1), "i": np.zeros(1, int), "j": np.zeros(1, int)},
        {"shape": None},
        "n_input in config",
    ),
    (
        {"weights": np.ones(1), "i": np.zeros(1, int), "j": np.zeros(1, int), "theta": 0.0, "config": HUGE},
        {"shape": None},
        "65535 x 65535 weights; at most 16777216",
    ),
    ({"theta": np.ones(3)}, {}, r"theta has shape \(3,\), but there are 4"),
    ({"theta": THETA * np.nan}, {}, "not finite"),
    ({"labels": np.arange(60000) % 10}, {}, "labels"),
    ({"labels": np.array([0, 1, 2, 0.5])}, {}, "labels must be integers"),
    ({"labels": np.array([0, 1, 2, np.nan])}, {}, "labels must be integers"),
    ({"labels": np.array([0, 1, 2, -2])}, {}, r"'readout.labels' has values outside -1\.\.2"),
    ({"labels": {0: 1}}, {}, "labels must be numbers"),
    ({"config": {"v_thresh": "v > theta"}}, {}, "threshold must be numbers, not 'v > theta'"),
    (
        {"config": {"v_thresh": 30.0, "dt": 0.5}},
        {"dt": None},
        "dt must be one time, but has no unit .* 1.ms, or give",
    ),
    ({"config": {"v_thresh": 30.0, "steps": 5.5}}, {"steps": None}, "'steps' must be an integer"),
    ({"config": {"v_thresh": 30.0, "n_e": 0}, "weights": WEIGHTS.ravel()}, {}, "'neurons' is 0"),
    ({}, {"steps": 0}, "'steps' is 0"),
    ({}, {"dt": -1.0}, "'dt' is -1.0"),
    ({}, {"dt": float("nan")}, "'dt' is nan"),
    ({}, {"shape": (3, 3)}, "weights"),
    ({}, {"shape": (2**40, 2**40)}, "'encoder.shape'"),
    ({}, {"neuron_kind": "hh"}, "known: .*if_wta, lif"),
    ({}, {"max_rate": 63.75}, "'encoder.params.max_rate' is 63.75"),
    ({}, {"stpes": 3}, "options has an unknown field 'stpes'"),
]


@pytest.mark.parametrize(("changes", "supplied", "problem"), BAD_SCRIPTS, ids=[p for *_, p in BAD_SCRIPTS])
def test_bad_script_in_one_line(
    tmp_path: Path, changes: dict[str, Any], supplied: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InputError, match=problem) as error:
        read_script(tmp_path, changes, **supplied)
    assert "\n" not in str(error.value)
    assert str(tmp_path / "model.pkl") in str(error.value)


def test_labels_from_a_file_are_read_as_data(tmp_path: Path) -> None:
    path = tmp_path / "labels.npy"
    np.save(path, LABELS[::-1].astype(np.uint8) % 3)
    assert np.array_equal(
        read_script(tmp_path, labels=path).readout.labels, LABELS[::-1].astype(np.uint8) % 3
    )
    huge = b"\x93NUMPY\x01\x00v\x00{'descr': '<i8', 'fortran_order': False, 'shape': (1099511627776,), }"
    for content in (huge.ljust(127) + b"\n", b"", b"junk", np.lib.format.magic(1, 0)):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"--labels .*labels\.npy: not a readable npy file"):
            read_script(tmp_path, labels=path)
    np.save(path, np.array([print], object), allow_pickle=True)
    with pytest.raises(InputError, match="not a readable npy file"):
        read_script(tmp_path, labels=path)
    np.save(path, LABELS * 1.0)
    with pytest.raises(InputError, match="dtype float64"):
        read_script(tmp_path, labels=path)
    with pytest.raises(InputError, match="--labels"):
        read_script(tmp_path, labels=tmp_path / "gone.npy")


@pytest.mark.brian2
class TestBrian2:
    """Files with real Brian2 quantities."""

    @pytest.fixture
    def b2(self) -> Any:
        return needs.module("brian2")

    def test_everything_with_units(self, tmp_path: Path, b2: Any) -> None:
        """Threshold and weights in volts; time step and the sample's length in seconds."""
        config = {
            "v_thresh": -52 * b2.mV,
            "v_rest": -65 * b2.mV,
            "dt": 0.5 * b2.ms,
            "duration": 0.35 * b2.second,
            "tau_m": 100 * b2.ms,
            "refractory": 5 * b2.ms,
        }
        script = {"weights": WEIGHTS.ravel() * b2.mV, "theta": THETA * b2.mV, "config": config}
        options = {"dt": None, "steps": None, "neuron_kind": "lif", "reset": "zero"}
        net = read_script(tmp_path, script, **options)
        params = net.populations[0].params
        assert (net.dt, net.steps) == (0.0005, 700)
        assert (params["tau"], params["refractory"]) == (0.1, 0.005)
        assert np.allclose(params["threshold"], (13 + THETA) * 1e-3, rtol=1e-14, atol=0)
        assert np.array_equal(weights_of(net), np.asarray(WEIGHTS * b2.mV))

    def test_saved_synapses_of_a_brian2_net(self, tmp_path: Path, b2: Any) -> None:
        """``S.w[:]``, ``S.i[:]`` and ``S.j[:]`` of full and of sparse connections."""
        b2.prefs.codegen.target = "numpy"
        source, target = b2.NeuronGroup(6, "x : 1"), b2.NeuronGroup(4, "theta : 1")
        target.theta = THETA
        synapses = b2.Synapses(source, target, "w : 1")
        synapses.connect()
        synapses.w = "0.4 * i + 0.1 * j"
        saved = {"weights": synapses.w[:], "theta": target.theta[:]}
        assert np.allclose(weights_of(read_script(tmp_path, saved)), WEIGHTS, rtol=1e-14)
        b2.Network(source, target, synapses).run(0 * b2.ms)  # else Brian2 warns
        saved |= {"i": synapses.i[:], "j": synapses.j[:]}
        assert np.allclose(weights_of(read_script(tmp_path, saved)), WEIGHTS, rtol=1e-14)

    def test_volts_and_numbers_do_not_mix(self, tmp_path: Path, b2: Any) -> None:
        with pytest.raises(InputError, match="theta has unit volt, but weights have no unit"):
            read_script(tmp_path, {"theta": THETA * b2.mV})
        with pytest.raises(InputError, match="threshold has no unit, but weights have unit volt"):
            read_script(tmp_path, {"weights": WEIGHTS * b2.mV, "theta": THETA * b2.mV})
        with pytest.raises(InputError, match="theta has unit second, but weights have unit volt"):
            read_script(tmp_path, {"weights": WEIGHTS * b2.mV, "theta": THETA * b2.ms, "config": {}})

    def test_millivolts_are_no_milliseconds(self, tmp_path: Path, b2: Any) -> None:
        with pytest.raises(InputError, match="dt must be one time, but has unit volt"):
            read_script(tmp_path, {"config": {"dt": 1 * b2.mV, "v_thresh": 30.0}}, dt=None)
        with pytest.raises(InputError, match="tau must be one time, but has unit hertz"):
            read_script(tmp_path, {"config": {"tau": 10 * b2.Hz, "v_thresh": 30.0}}, neuron_kind="lif")

    def test_sample_must_be_whole_steps(self, tmp_path: Path, b2: Any) -> None:
        config = {"v_thresh": 30.0, "duration": 350.5 * b2.ms}
        with pytest.raises(InputError, match=r"duration is 350\.5 time steps of 0\.001 s; give --steps N"):
            read_script(tmp_path, {"config": config}, steps=None)

    def test_what_brian2_cannot_pickle_is_explained(self, tmp_path: Path, b2: Any) -> None:
        """A class of the owner's in the file: the message says what to save instead."""
        path = save(tmp_path, {"weights": b2.NeuronGroup})
        with pytest.raises(InputError, match=r"refers to 'brian2\..*NeuronGroup'.*save plain .*S\.w\[:\]"):
            pkl.read(path)


@pytest.mark.parametrize("bits", [0, 1, 4])
def test_a_scan_comes_back_whole(tmp_path: Path, bits: int) -> None:
    network = random_scan_network(4, bits)
    pkl.write(network, tmp_path / "model.pkl")
    again = pkl.read(tmp_path / "model.pkl")
    assert [p.bits for p in again.projections] == [bits, 0]
    assert quantize(again, 4).hash == quantize(network, 4).hash


def test_an_array_per_map_has_an_entry_per_map(tmp_path: Path) -> None:
    network = random_scan_network(4)
    network.populations[0].params["threshold"] = np.ones(network.populations[0].size + 1)
    with pytest.raises(InputError, match=r"threshold' has shape .* expected \(\d+,\)"):
        pkl.write(network, tmp_path / "model.pkl")


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
@pytest.mark.filterwarnings("error")
def test_weights_that_are_not_finite_are_refused_in_every_dtype(tmp_path, dtype, value):
    content = pkl.schema.to_content(random_network(1))
    weights = content["projections"][0]["weights"].astype(dtype)
    content["projections"][0]["weights"] = weights
    assert pkl.schema.to_network(content, "m.pkl").projections[0].weights.shape == weights.shape
    weights[0, 0] = value
    with pytest.raises(InputError, match="weights' has values that are not finite"):
        pkl.schema.to_network(content, "m.pkl")


def test_a_masked_array_is_refused():
    content = pkl.schema.to_content(random_network(1))
    weights = content["projections"][0]["weights"]
    content["projections"][0]["weights"] = np.ma.masked_less(weights, 0.5)
    with pytest.raises(InputError, match="masked array"):
        pkl.schema.to_network(content, "m.pkl")
