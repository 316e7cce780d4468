"""ONNX: the graph in onnxruntime answers as the runtime does, to the bit, for every kind that there is."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import needs
import numpy as np
import pytest
from conductances import random_conductance_model, random_conductance_network, random_diehl_cook
from images import random_images
from integer_models import random_integer_model
from networks import random_network, random_wiring, with_poisson
from neuron_models import random_model_of
from scans import random_scan_model, random_scan_network

from snnedge import model_file
from snnedge.cli import main
from snnedge.compiler.quantize import quantize
from snnedge.errors import InputError
from snnedge.kinds import encoder, neuron, synapse
from snnedge.model import network, outcome
from snnedge.model.integer_model import IntegerModel
from snnedge.model.network import Encoder, Population, Projection, Readout
from snnedge.runtime.runtime import Runtime
from snnedge.support import plugins

onnx = needs.module("onnx")
onnxruntime = needs.module("onnxruntime")

from snnedge.backends.onnx import Onnx  # noqa: E402
from snnedge.exporters import onnx as exporter  # noqa: E402
from snnedge.exporters.onnx import lowering  # noqa: E402
from snnedge.exporters.onnx.tensor import IR_VERSION, OPSET, Graph, Tensor  # noqa: E402

FOLDERS = ("encoders", "neurons", "synapses")
KINDS = [(folder, name) for folder in FOLDERS for name in plugins.names(folder)]
GOLDEN = sorted((Path(__file__).parents[2] / "contract" / "golden").glob("*.safetensors"))


def crowded(seed: int) -> IntegerModel:
    """A lif readout, in which several neurons vote in one step."""
    rng = np.random.default_rng(seed)
    model = random_integer_model(seed, steps=25)
    size = model.populations[0].size
    labels = rng.integers(-1, 4, size).astype(np.int16)
    return replace(model, readout=Readout("hidden", labels, 4, int(rng.integers(4)), bool(seed % 2)))


def delayed(seed: int) -> IntegerModel:
    """Delays up to the contract's largest, within a sample and beyond its end."""
    rng = np.random.default_rng(seed)
    model = random_integer_model(seed, steps=30)
    delays = rng.choice([0, 1, 17, 29, 30, 255], len(model.projections))
    late = (replace(s, delay=int(d)) for s, d in zip(model.projections, delays, strict=True))
    return replace(model, projections=tuple(late))


MODELS = {
    "integers": random_integer_model,
    "wide": lambda seed: random_integer_model(seed, wide=True),
    "crowded": crowded,
    "delayed": delayed,
    "poisson": lambda seed: with_poisson(random_integer_model(seed), seed),
    "wiring": lambda seed: quantize(random_wiring(seed), 6),
    "conductances": random_conductance_model,
    "inhibition": lambda seed: quantize(random_conductance_network(seed, strong=1000.0)),
    "diehl_cook": lambda seed: quantize(random_diehl_cook(seed), 4),
    "scans": random_scan_model,
    "rounded_scans": lambda seed: quantize(random_scan_network(seed, bits=1, apart=seed % 2 == 1), 4),
    "margin": lambda seed: quantize(random_network(seed, hidden=9, signed=True, exit_margin=2)),
}
# A kind may have no lowering: then it is refused by name, and no graph is compared.
LOWERED = [(f, name) for f in FOLDERS for name in plugins.names(f"{lowering.FOLDER}/{f}")]
MODELS |= {
    name: partial(random_model_of, neuron(name))
    for folder, name in LOWERED
    if folder == "neurons" and not neuron(name).scans_map
}
SEEDS = range(10)


def images_for(model: IntegerModel, samples: int = 10, seed: int = 0) -> np.ndarray:
    return random_images(model.encoder.shape, samples, seed)


def in_onnxruntime(model: IntegerModel, given: str) -> Onnx:
    return Onnx(model, exporter.proto(model, given).SerializeToString(), "a graph")


def differences(model: IntegerModel, images: np.ndarray, given: str) -> list[str]:
    """What differs, in a value, from what the runtime answers."""
    host, other = Runtime(model), in_onnxruntime(model, given)
    pairs = ((host.run(images), other.run(images)), (host.trace(images), other.trace(images)))
    values = [(name, value, vars(b)[name]) for a, b in pairs for name, value in vars(a).items()]
    return [name for name, value, found in values if not np.array_equal(value, found)]


# --- equal to the runtime ------------------------------------------------------------------------------


@pytest.mark.parametrize("given", exporter.ARGUMENTS)
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", MODELS)
def test_onnxruntime_equals_the_runtime(make, seed, given):
    model = MODELS[make](seed)
    assert differences(model, images_for(model, seed=seed), given) == []


@pytest.mark.parametrize("given", exporter.ARGUMENTS)
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_models_are_equal_in_spikes_and_membranes(path, given):
    with np.load(path.with_suffix(".npz")) as golden:
        assert differences(model_file.load(path), golden["images"], given) == []


def test_these_models_have_every_kind_that_is_lowered_and_reach_what_they_are_for():
    models = [make(seed) for make in MODELS.values() for seed in SEEDS]
    used = {kind for model in models for kind in network.kind_names(model)}
    assert used == {name for _, name in LOWERED}
    answers = [Runtime(m).run(images_for(m, seed=k % len(SEEDS))) for k, m in enumerate(models)]
    assert sum(a.saturations.any() for a in answers) >= 5
    assert sum((a.steps < m.steps).any() for a, m in zip(answers, models, strict=True)) >= 5
    nearest = [a.labels[(a.spike_counts == 0).all(axis=1)] for a in answers]
    assert sum((labels >= 0).any() for labels in nearest) >= 5
    assert {model.wide[p.name] for model in models for p in model.populations} == {False, True}
    steps = [vars(Runtime(m).trace(images_for(m)))["spikes"].sum(axis=2).max() for m in models]
    assert max(steps) > 5  # votes in one step


def test_every_lowering_is_of_a_kind():
    assert set(LOWERED) <= set(KINDS)


def busy(labels: np.ndarray, margin: int = 0, steps: int = 400) -> IntegerModel:
    """Neurons that all fire in each step."""
    size = len(labels)
    lif = {"decay": 0, "refractory": 0, "reset": 0, "threshold": np.full(size, -1, np.int16)}
    silent = Projection("input", "all", synapse("dense"), np.zeros((1, size), np.int8), {"zero_point": 0})
    return IntegerModel(
        name="busy",
        dt=0.001,
        steps=steps,
        bits=8,
        encoder=Encoder(encoder("error_diffusion"), (1,), {"drive": 1, "limit": 1, "seed": 0}),
        populations=(Population("all", neuron("lif"), size, lif),),
        projections=(silent,),
        readout=Readout("all", labels.astype(np.int16), int(labels.max()) + 1, margin),
        scales={"all": 1.0},
        wide={"all": False},
    )


@pytest.mark.parametrize(("margin", "steps"), [(0, 400), (55000, 324), (60000, 400)])
def test_votes_end_at_their_limit(margin, steps):
    """Class 0 has 200 votes a step, class 1 has 30; of 65535 at most it is never 60000 ahead."""
    model = busy(np.arange(230) < 30, margin)
    images = np.zeros((2, 1), np.uint8)
    assert differences(model, images, "image") == []
    answers = Runtime(model).run(images)
    assert (answers.labels == 0).all()
    assert (answers.steps == steps).all()


@pytest.mark.parametrize("seed", range(5))
def test_of_equal_votes_in_one_step_the_first_counts(seed):
    labels = np.random.default_rng(seed).permutation(np.repeat([0, 1, 2, 3, -1], 8))
    model = busy(labels, steps=3)
    images = np.zeros((1, 1), np.uint8)
    last = [np.flatnonzero(labels == c).max() for c in range(4)]
    assert Runtime(model).run(images).labels[0] == np.argmin(last)
    assert differences(model, images, "image") == []


def test_scans_saturate_alike():
    """Many large patches on one another, and positions that do not fill every phase."""
    models = map(random_scan_model, range(100))
    large = (m for m in models if m.projections[0].weights[0].size >= 20)
    model = next(m for m in large if m.populations[0].params["rows"] % 4)
    shared, readout = model.projections
    weights = np.full_like(shared.weights, 127)
    patch = replace(
        shared, weights=weights, bits=8, params=shared.params | {"zero_point": 0, "min_active": 1}
    )
    wide = model.wide | {model.populations[0].name: True}
    model = replace(model, projections=(*[patch] * 20, readout), wide=wide, steps=16)
    images = images_for(model)
    assert Runtime(model).run(images).saturations.any()
    for given in exporter.ARGUMENTS:
        assert differences(model, images, given) == []


def test_a_sample_is_answered_alike_in_any_company():
    model = MODELS["margin"](1)
    images = images_for(model, 12)
    graph = in_onnxruntime(model, "image")
    together, alone = graph.run(images), [graph.run(images[k : k + 1]) for k in range(12)]
    assert len(set(together.steps)) > 1
    for name, value in vars(together).items():
        assert (value == np.concatenate([vars(a)[name] for a in alone])).all()
    assert len(graph.run(images[:0]).labels) == 0


def test_batches_of_the_back_end_make_no_difference(monkeypatch):
    model = MODELS["wiring"](1)
    images = images_for(model, 11)
    graph = in_onnxruntime(model, "spikes")
    expected = graph.run(images)
    monkeypatch.setattr("snnedge.backends.onnx.BATCH_BYTES", 1)
    assert outcome.mismatches(graph.run(images), expected) == 0


def test_a_wrong_weight_is_seen():
    model = model_file.load("zoo:digits")
    made = exporter.proto(model)
    weights = next(t for t in made.graph.initializer if t.data_type == onnx.TensorProto.INT8)
    weights.CopyFrom(onnx.numpy_helper.from_array(-onnx.numpy_helper.to_array(weights), weights.name))
    images = images_for(model)
    answers = Onnx(model, made.SerializeToString(), "wrong").run(images)
    assert outcome.mismatches(answers, Runtime(model).run(images))


@pytest.mark.parametrize("given", exporter.ARGUMENTS)
def test_100_digits_are_answered_alike(given):
    data = needs.module("sklearn.datasets")
    images = (data.load_digits().images[-100:] * 15.9375).astype(np.uint8)
    model = model_file.load("zoo:digits")
    assert Runtime(model).run(images).spike_counts.any(axis=1).all()
    assert differences(model, images, given) == []


def computed(expression, *arrays: np.ndarray) -> np.ndarray:
    """What onnxruntime makes of ``expression`` over tensors."""
    graph = Graph()
    result = expression(*(graph.input(f"x{k}", a.dtype, a.shape) for k, a in enumerate(arrays)))
    graph.output("y", result, result.dtype, ["n"] * np.ndim(expression(*arrays)))
    made = onnx.helper.make_model(
        graph.finished("test", ""),
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    session = onnxruntime.InferenceSession(made.SerializeToString())
    return session.run(None, {f"x{k}": a for k, a in enumerate(arrays)})[0]


EDGES = [
    0,
    1,
    -1,
    127,
    -128,
    32767,
    -32768,
    499 << 23,
    1 << 23,
    -(499 << 23),
    (1 << 31) - 1,
    -(1 << 31),
    1 << 40,
]
OPERATORS = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "shift": lambda a, b: a >> 15,
    "Greater": lambda a, b: a > b,
    "GreaterOrEqual": lambda a, b: a >= b,
}
CHOICES = {"minimum": np.minimum, "maximum": np.maximum}


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint32])
@pytest.mark.parametrize("name", [*OPERATORS, *CHOICES])
def test_operators_are_exact_where_kernels_go_wrong(name, dtype):
    edges = np.array(EDGES, np.int64).astype(dtype)
    if name == "shift" and dtype != np.uint32:
        edges = edges[np.abs(edges.astype(np.float64)) < 2**31 - 2**15]
    a, b = (x.ravel() for x in np.meshgrid(edges, edges))

    def expression(x, y):
        if name in OPERATORS:
            return OPERATORS[name](x, y)
        return getattr(x, name)(y) if isinstance(x, Tensor) else CHOICES[name](x, y)

    with np.errstate(over="ignore"):
        assert np.array_equal(computed(expression, a, b), expression(a, b))


@pytest.mark.parametrize("given", exporter.ARGUMENTS)
def test_what_comes_after_the_decision_changes_no_answer(given):
    """Some samples of the batch run on; those that are decided must keep their label while others vote."""
    model = crowded(1022)
    images = images_for(model, seed=1022)
    endless = Runtime(replace(model, readout=replace(model.readout, exit_margin=0)))
    labels = Runtime(model).run(images).labels
    assert (endless.run(images).labels != labels).any()
    inputs = {"images": images, "input": endless.trace(images, "input").spikes}  # spikes to the end, too
    session = in_onnxruntime(model, given)._session
    (name,) = (i.name for i in session.get_inputs())
    (found,) = session.run(["labels"], {name: inputs[name]})
    assert (found == labels).all()


# --- the file ------------------------------------------------------------------------------------------


def test_the_file_says_what_it_is(tmp_path):
    model = replace(MODELS["wiring"](1), name="数字", provenance={"data": "digits", "seed": 3})
    exporter.write(model, tmp_path / "a.onnx", "spikes")
    exporter.write(model, tmp_path / "b.onnx", "spikes")
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()
    made = onnx.load(tmp_path / "a.onnx")
    onnx.checker.check_model(made, full_check=True)
    said = {p.key.removeprefix("snnedge."): p.value for p in made.metadata_props}
    assert said["hash"] == model.hash_text
    assert (said["name"], float(said["dt"]), said["input"]) == ("数字", model.dt, "spikes")
    assert json.loads(said["provenance"]) == model.provenance
    assert [(o.domain, o.version) for o in made.opset_import] == [("", OPSET)]
    assert differences(model, images_for(model), "spikes") == []


def test_nothing_is_written_that_the_checker_refuses(tmp_path, monkeypatch):
    def refuse(*args, **options):
        raise onnx.checker.ValidationError("refused")

    monkeypatch.setattr(onnx.checker, "check_model", refuse)
    with pytest.raises(onnx.checker.ValidationError):
        main.main(["export", "zoo:digits", "--format", "onnx", "-o", str(tmp_path / "d.onnx")])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("folder", "kind"), KINDS)
def test_a_kind_without_a_lowering_is_refused_by_name(folder, kind, monkeypatch):
    names = plugins.names
    without = {f"{lowering.FOLDER}/{folder}": [n for n in names(folder) if n != kind]}
    monkeypatch.setattr(plugins, "names", lambda path: without.get(path) or names(path))
    said = rf"^ONNX has no '{kind}' among its {folder} .*{folder}/{kind}.py$"
    with pytest.raises(InputError, match=said):
        lowering.lowering(folder, kind)
    for model in (make(0) for make in MODELS.values()):
        if kind in network.kind_names(model):
            with pytest.raises(InputError, match=said):
                exporter.proto(model)


def test_a_refused_model_ends_in_one_line_and_no_file(tmp_path, monkeypatch, capsys):
    names = plugins.names
    monkeypatch.setattr(
        plugins, "names", lambda path: names(path)[:1] if "onnx/neurons" in path else names(path)
    )
    line = refused(capsys, "export", "zoo:digits", "--format", "onnx", "-o", tmp_path / "digits.onnx")
    assert line.startswith("snnedge: error: ONNX has no 'if_wta' among its neurons (conv_wta): ")
    assert not list(tmp_path.iterdir())


# --- on the command line -------------------------------------------------------------------------------


@pytest.fixture
def exported(tmp_path, capsys):
    path = tmp_path / "digits.onnx"
    assert main.main(["export", "zoo:digits", "--format", "onnx", "-o", str(path), "-q"]) == 0
    capsys.readouterr()
    return path


def refused(capsys, *words) -> str:
    assert main.main([str(word) for word in words]) == 2
    out, err = capsys.readouterr()
    (line,) = (line for line in err.splitlines() if line.startswith("snnedge: error: "))
    assert out == ""
    return line


def test_export_shows_input_and_nodes(exported, capsys):
    assert main.main(["export", "zoo:digits", "--format", "onnx", "-o", str(exported)]) == 0
    out = capsys.readouterr().out
    assert "input       images uint8 (n, 8, 8)" in out
    assert model_file.load("zoo:digits").hash_text in out


@pytest.mark.compiler("cc")
def test_evaluate_and_verify_run_the_file(exported, capsys):
    words = ["zoo:digits", "--samples", "30", "--json", "--backend"]
    assert main.main(["evaluate", *words, f"onnx:{exported}"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main.main(["evaluate", *words, "host"]) == 0
    assert found["confusion"] == json.loads(capsys.readouterr().out)["confusion"]
    assert main.main(["verify", *words, f"onnx:{exported}"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["ok"], result["backends"]) == (True, [f"onnx:{exported}"])


@pytest.mark.compiler("cc")
def test_verify_sees_a_difference(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Onnx, "run", lambda self, images: Runtime(self.model).run(images[::-1].copy()))
    assert main.main(["verify", "zoo:digits", "--samples", "8", "--backend", "onnx"]) == 1
    assert "runtime, numpy reference and onnx: 8 samples DIFFER" in capsys.readouterr().out


def test_bad_files_and_options_are_one_line(exported, tmp_path, capsys):
    other = tmp_path / "other.onnx"
    other.write_bytes(b"mine")
    export = ("export", "zoo:digits", "--format", "onnx", "-o")
    assert "snnedge did not write it" in refused(capsys, *export, other)
    assert other.read_bytes() == b"mine"
    assert "ends in .onnx" in refused(capsys, *export, tmp_path / "folder")
    for wrong, said in {
        "c:spikes": "c takes no argument",
        "onnx:x": "takes onnx:image, onnx:spikes",
    }.items():
        assert said in refused(capsys, "export", "zoo:digits", "--format", wrong)
    stored = (*export, tmp_path / "new.onnx", "--storage", "sparse")
    assert "one way to store weights" in refused(capsys, *stored)
    evaluate = ("evaluate", "zoo:digits", "--samples", "5", "--backend")
    assert "cannot read it" in refused(capsys, *evaluate, f"onnx:{other}")
    assert "No such file" in refused(capsys, *evaluate, f"onnx:{tmp_path}/none.onnx")
    (tmp_path / "bad.onnx").write_bytes(exporter.proto(MODELS["integers"](1)).SerializeToString())
    assert "has model hash" in refused(capsys, *evaluate, f"onnx:{tmp_path}/bad.onnx")
    assert "runs floats" in refused(capsys, "verify", "zoo:digits", "--backend", "float")
