"""The command line as people meet it: results on stdout, one line per error, nothing half-written."""

import gzip
import json
import pickle
import resource
import signal
import subprocess
import sys
from dataclasses import replace

import needs
import numpy as np
import pytest
from networks import random_network

from snnedge import load, model_file, simd_level, simd_levels
from snnedge.cli import main
from snnedge.frontends import pkl
from snnedge.kinds import encoder, neuron, synapse
from snnedge.model.network import Encoder, Network, Population, Projection, Readout
from snnedge.support import plugins


@pytest.fixture
def model(tmp_path):
    """A model.pkl for 8x8 digits: random, but a whole network."""
    net = random_network(1, shape=(8, 8), neurons=30, classes=10, steps=20, exit_margin=1)
    pkl.write(replace(net, name="net", provenance={"data": "digits"}), tmp_path / "net.pkl")
    return tmp_path / "net.pkl"


@pytest.fixture
def scan(tmp_path):
    """A model.pkl of two layers for 8x8 digits, with rounded features."""
    rng = np.random.default_rng(5)
    weights = rng.integers(0, 16, (4, 3, 3))
    layout = {"maps": 4, "rows": 6, "columns": 6, "image_width": 8, "pool": 2, "stride": 2}
    race = {"bias": rng.uniform(-1, 1, 20), "threshold": np.full(20, 3.0)}
    net = Network(
        name="scan",
        dt=0.001,
        steps=16,
        encoder=Encoder(encoder("binary"), (8, 8), {"threshold": 100}),
        populations=(
            Population(
                "features", neuron("conv_wta"), 36, {**layout, "threshold": weights.sum(axis=(1, 2)) / 2.0}
            ),
            Population("output", neuron("if_ttfs"), 20, race),
        ),
        projections=(
            Projection(
                "input", "features", synapse("patch"), weights / 1.0, {"image_width": 8, "min_active": 2}, 4
            ),
            Projection("features", "output", synapse("dense"), rng.normal(0, 1, (36, 20))),
        ),
        readout=Readout("output", np.arange(20, dtype=np.int16) % 10, 10, 1),
        provenance={"data": "digits"},
    )
    pkl.write(net, tmp_path / "scan.pkl")
    return tmp_path / "scan.pkl"


@pytest.fixture
@needs.by_fixture(pytest.mark.needs("sklearn"))
def exported(model, tmp_path, capsys):
    assert main.main(["export", str(model), "-o", str(tmp_path / "out"), "-q"]) == 0
    capsys.readouterr()
    return tmp_path / "out"


def snnedge(capsys, *words):
    """Run a command that must succeed; return its JSON object."""
    code = main.main([*map(str, words), "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    assert out.count("\n") == 1
    return json.loads(out)


def refused(capsys, *words):
    """Run a command that must fail with exit code 2, one line, and nothing on stdout; return the line."""
    code = main.main(list(map(str, words)))
    out, err = capsys.readouterr()
    assert code == 2, err
    assert out == ""
    lines = [line for line in err.splitlines() if line.startswith("snnedge: error: ")]
    assert len(lines) == 1
    assert "Traceback" not in err
    return lines[0]


# --- what the issue of each command promises ---------------------------------------------------------


@pytest.mark.needs("sklearn")
def test_export_says_size_hash_and_cost(capsys, model, tmp_path):
    result = snnedge(capsys, "export", model, "-o", tmp_path / "out", "--bits", 4)
    assert {"path", "hash", "bits", "flash_bytes", "ram_bytes", "accuracy_float", "accuracy_int"} <= set(
        result
    )
    assert result["bits"] == 4
    assert (
        result["flash_bytes"] == 64 * 16 + 30 * 2 * 2 + 3 * 4 + 4
    )  # rows of 30 nibbles padded to 16 bytes
    assert result["samples"] == 360
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "CMakeLists.txt", "LICENSE", "README.md", "examples", "idf_component.yml", "library.json",
        "library.properties", "model.safetensors", "src", "zephyr",
    ]  # fmt: skip


@pytest.mark.needs("sklearn")
def test_clipping_can_be_chosen_and_is_reported(capsys, model, tmp_path):
    plain = snnedge(capsys, "export", model, "-o", tmp_path / "plain", "--bits", 4)
    clipped = snnedge(capsys, "export", model, "-o", tmp_path / "clipped", "--bits", 4, "--clip", 0.95)
    assert (plain["clip"], clipped["clip"]) == (1, 0.95)
    assert plain["hash"] != clipped["hash"]
    assert snnedge(capsys, "inspect", tmp_path / "clipped")["provenance"]["clip"] == 0.95
    answered = snnedge(capsys, "evaluate", model, "--bits", 4, "--clip", 0.95, "--samples", 9)
    assert answered["hash"] != snnedge(capsys, "evaluate", model, "--bits", 4, "--samples", 9)["hash"]


@pytest.mark.needs("sklearn")
def test_export_is_reproducible(capsys, model, tmp_path):
    for name in ("a", "b"):
        snnedge(capsys, "export", model, "-o", tmp_path / name)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).rglob("*.*")} for n in ("a", "b"))
    assert one == two


@pytest.mark.needs("sklearn")
def test_the_decision_can_be_chosen_at_export(capsys, model, tmp_path):
    snnedge(capsys, "export", model, "-o", tmp_path / "out", "--decision", "margin:3")
    assert snnedge(capsys, "inspect", tmp_path / "out")["decision"] == "margin:3"


@pytest.mark.compiler("cc")
@pytest.mark.parametrize(
    "name", ["model", "snn", "kinds", "snn_model", "int", "数字", "a/../b", '"*/', "x" * 300]
)
def test_a_model_may_have_any_name(capsys, model, tmp_path, name):
    snnedge(capsys, "export", model, "-o", tmp_path / "out", "--name", name)
    assert snnedge(capsys, "verify", tmp_path / "out", "--samples", 5)["ok"] is True


@pytest.mark.needs("sklearn")
def test_the_samples_of_the_report_do_not_change_the_model(capsys, model, tmp_path):
    hashes = {
        snnedge(capsys, "export", model, "-o", tmp_path / "out", "--samples", n)["hash"] for n in (1, 300)
    }
    assert len(hashes) == 1


@pytest.mark.compiler("cc")
def test_verify_compares_all_back_ends(capsys, exported):
    result = snnedge(capsys, "verify", exported, "--samples", 50)
    assert result["ok"] is True
    assert (result["samples"], result["mismatches"]) == (50, 0)
    assert len(result["hash"]) == 16


@pytest.mark.compiler("cc")
def test_verify_notices_changed_tables(capsys, exported):
    tables = exported / "src" / "net_private" / "tables.c"
    text = tables.read_text()
    first = text.index("\n", text.index("output_threshold[]")) + 1
    tables.write_text(text[:first] + "-30000," + text[text.index(",", first) + 1 :])
    assert main.main(["verify", str(exported), "--json"]) == 1
    result = json.loads(capsys.readouterr().out)
    assert result["ok"] is False
    assert result["mismatches"] > 0


@pytest.mark.compiler("cc")
def test_verify_notices_the_smallest_edit_that_no_sample_reaches(capsys, exported):
    tables = exported / "src" / "net_private" / "tables.c"
    text = tables.read_text()
    k = text.index("\n", text.index("input_to_output_weights[]")) + 1
    tables.write_text(text[:k] + str(int(text[k : text.index(",", k)]) ^ 1) + text[text.index(",", k) :])
    assert main.main(["verify", str(exported), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["changed"] == ["net_private/tables.c"]
    assert main.main(["verify", str(exported)]) == 1
    assert capsys.readouterr().out.endswith("export the model again\n")


@pytest.mark.compiler("cc")
def test_verify_notices_changed_code(capsys, exported):
    code = exported / "src" / "net_private" / "neurons" / "if_wta.c"
    code.write_text(code.read_text().replace("over > largest", "over >= largest"))
    assert main.main(["verify", str(exported), "-q"]) == 1
    assert "DIFFER" in capsys.readouterr().out


@pytest.mark.compiler("cc")
def test_verify_notices_another_models_code(capsys, exported):
    header = exported / "src" / "net.h"
    text = header.read_text()
    k = text.index("_HASH 0x") + 8
    header.write_text(text[:k] + ("0" if text[k] != "0" else "1") + text[k + 1 :])
    assert "model hash" in refused(capsys, "verify", exported)


@pytest.mark.parametrize("backend", needs.backends("host", "c", "reference"))
def test_evaluate_with_every_integer_back_end(capsys, exported, model, backend):
    result = snnedge(capsys, "evaluate", exported, "--backend", backend, "--float", model, "--samples", 100)
    keys = {"accuracy", "n", "ci95", "confusion", "undecided", "agreement_with_float", "backend"}
    assert keys <= set(result)
    assert result["n"] == 100
    assert sum(map(sum, result["confusion"])) == 100
    assert result["ci95"][0] <= result["accuracy"] <= result["ci95"][1]
    assert result["agreement_with_float"] > 0.8


@pytest.mark.needs("sklearn")
def test_evaluate_takes_the_pickle_itself(capsys, model):
    result = snnedge(capsys, "evaluate", model, "--bits", 8, "--samples", 50)
    assert result["agreement_with_float"] is not None


@pytest.mark.needs("sklearn")
def test_a_scan_is_compared_with_float_and_its_work_counted(capsys, scan):
    floats = snnedge(capsys, "evaluate", scan, "--backend", "float", "--samples", 60)
    assert (floats["agreement_with_float"], floats["synaptic_operations"]) == (1, None)
    result = snnedge(capsys, "evaluate", scan, "--samples", 60)
    assert result["accuracy_float"] == floats["accuracy"]
    assert 0.8 < result["same_spikes_as_float"] <= result["agreement_with_float"] < 1
    parts = result["synaptic_operations_by_projection"]
    assert list(parts) == ["input->features", "features->output"]
    assert result["synaptic_operations"] == sum(parts.values()) > 0
    assert main.main(["evaluate", str(scan), "--samples", "60"]) == 0
    printed = capsys.readouterr().out
    assert f"input->features {parts['input->features']:,.0f} + " in printed
    assert f"{result['same_spikes_as_float']:.2%} of samples in every output spike" in printed


@pytest.mark.brian2
def test_brian2_says_which_back_end_runs_the_rest(capsys, tmp_path):
    deep = random_network(1, shape=(8, 8), hidden=5, neurons=30, classes=10)
    pkl.write(replace(deep, provenance={"data": "digits"}), tmp_path / "deep.pkl")
    line = refused(capsys, "evaluate", tmp_path / "deep.pkl", "--backend", "brian2")
    assert "--backend float" in line
    assert "wta" in line


def test_bench_says_what_was_measured(capsys, exported):
    result = snnedge(capsys, "bench", exported, "--samples", 20)
    latency = result["latency_us"]
    assert 0 < latency["min"] <= latency["median"] <= latency["p99"]
    assert result["simd_level"] == simd_level()
    assert result["threads"] == 1
    assert result["synops_per_sample"] > 0
    assert result["source"] == "measured"


def test_predict_answers_one_label_a_line(capsys, exported, tmp_path):
    np.save(tmp_path / "images.npy", np.zeros((3, 8, 8), np.uint8))
    assert main.main(["predict", str(exported), str(tmp_path / "images.npy")]) == 0
    assert capsys.readouterr().out == "-1\n-1\n-1\n"


@pytest.mark.parametrize(
    "command", ["inspect", "evaluate", "bench", pytest.param("verify", marks=pytest.mark.compiler("cc"))]
)
def test_every_command_speaks_to_people_too(capsys, exported, command):
    assert main.main([command, str(exported)]) == 0
    assert len(capsys.readouterr().out.split()) > 5


# --- bad input ---------------------------------------------------------------------------------------


def test_missing_files_are_named(capsys, tmp_path):
    for command in ("export", "verify", "evaluate", "bench", "inspect"):
        suffix = ".pkl" if command == "export" else ".safetensors"
        assert f"none{suffix}" in refused(capsys, command, tmp_path / f"none{suffix}")


def test_a_hostile_pickle_runs_nothing_and_exports_nothing(capsys, tmp_path):
    class Attack:
        def __reduce__(self):
            return (exec, (f"open({str(tmp_path / 'owned')!r}, 'w')",))

    (tmp_path / "bad.pkl").write_bytes(pickle.dumps(Attack()))
    assert "bad.pkl" in refused(capsys, "export", tmp_path / "bad.pkl", "-o", tmp_path / "out")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.pkl"]


def test_a_model_of_another_version_is_refused(capsys, model, tmp_path):
    content = pickle.loads(model.read_bytes()) | {"version": 3}
    model.write_bytes(pickle.dumps(content))
    assert "version 3" in refused(capsys, "export", model, "-o", tmp_path / "out")


def test_a_damaged_model_is_refused(capsys, model, tmp_path):
    content = pickle.loads(model.read_bytes()) | {"dt": 0.002}
    model.write_bytes(pickle.dumps(content))
    line = refused(capsys, "export", model, "-o", tmp_path / "out")
    assert "net.pkl: field 'checksum' does not match the content; the file is damaged: take another" in line


@pytest.mark.needs("sklearn")
@pytest.mark.parametrize("words", [
    ("--bits", "5"), ("--bits", "0"), ("--clip", "0.5"), ("--clip", "nan"),
    ("--decision", "often"), ("--format", "fortran"), ("--dataset", "nowhere"),
])  # fmt: skip
def test_bad_options_are_refused_before_anything_is_written(capsys, model, tmp_path, words):
    assert words[1] in refused(capsys, "export", model, "-o", tmp_path / "out", *words)
    assert not (tmp_path / "out").exists()


def test_images_of_the_wrong_shape_are_refused(capsys, exported, tmp_path):
    np.save(tmp_path / "images.npy", np.zeros((3, 9, 8), np.uint8))
    assert "images.npy" in refused(capsys, "predict", exported, tmp_path / "images.npy")
    np.save(tmp_path / "images.npy", np.array([{}], object), allow_pickle=True)
    assert "images.npy" in refused(capsys, "predict", exported, tmp_path / "images.npy")


def test_a_folder_that_is_no_export_is_not_replaced(capsys, model, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("years of work")
    assert "thesis" in refused(capsys, "export", model, "-o", tmp_path / "thesis")
    assert (tmp_path / "thesis" / "chapter1.tex").read_text() == "years of work"


def test_an_export_never_takes_other_files_with_it(capsys, exported, model, tmp_path):
    (exported / "notes.txt").write_text("mine")
    inside = exported / "net.pkl"
    inside.write_bytes(model.read_bytes())
    for source in (model, inside):
        assert "did not write" in refused(capsys, "export", source, "-o", exported)
    assert (exported / "notes.txt").read_text() == "mine"


def test_special_files_are_not_replaced(capsys, model, tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe")
    assert "pipe" in refused(capsys, "export", model, "-o", tmp_path / "pipe")
    assert "pipe" in refused(capsys, "inspect", tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_an_export_through_a_link_keeps_the_link(capsys, exported, model, tmp_path):
    (tmp_path / "link").symlink_to(exported)
    snnedge(capsys, "export", model, "-o", tmp_path / "link", "--bits", 4)
    assert (tmp_path / "link").is_symlink()
    assert snnedge(capsys, "inspect", exported)["bits"] == 4


def test_another_network_is_not_compared(capsys, exported, tmp_path):
    pkl.write(random_network(2, shape=(16, 4), neurons=30, classes=10), tmp_path / "other.pkl")
    assert "another network" in refused(capsys, "evaluate", exported, "--float", tmp_path / "other.pkl")


@pytest.mark.needs("sklearn")
def test_a_model_with_more_classes_than_the_data(capsys, tmp_path):
    net = random_network(1, shape=(8, 8), neurons=30, classes=20)
    pkl.write(net, tmp_path / "net.pkl")
    result = snnedge(capsys, "evaluate", tmp_path / "net.pkl", "--dataset", "digits", "--samples", 50)
    assert len(result["confusion"]) == 20


@pytest.mark.parametrize("compiler", ["true", "no-such-cc", 'gcc "', "false"])
def test_a_useless_compiler_is_reported_in_one_line(capsys, exported, monkeypatch, compiler):
    monkeypatch.setenv("CC", compiler)
    refused(capsys, "verify", exported)


def test_odd_npy_files_are_refused(capsys, exported, tmp_path):
    path = tmp_path / "x.npy"
    head = b"\x93NUMPY\x01\x00"
    for text in (b"{'descr': '|u1', 'shape': (2**70,)}", b"{'a': [", b"(" * 300, b"\xff" * 40):
        path.write_bytes(head + len(text).to_bytes(2, "little") + text)
        assert "x.npy" in refused(capsys, "predict", exported, path)


@pytest.mark.needs("sklearn")
def test_a_place_that_cannot_be_written_is_named(capsys, model, tmp_path):
    (tmp_path / "file").touch()
    assert "nowhere" in refused(capsys, "export", model, "-o", tmp_path / "file" / "nowhere" / "out")
    assert "net.pkl" in refused(capsys, "export", model, "-o", model / "out")


@pytest.mark.slow
def test_a_full_disk_leaves_the_earlier_export_as_it_was(exported, model):
    """A file-size limit simulates a full disk: the same OSError from the same write."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    before = {p: p.read_bytes() for p in exported.rglob("*") if p.is_file()}
    words = [sys.executable, "-P", "-m", "snnedge.cli.main", "export", model, "-o", exported, "--bits", "4"]
    done = subprocess.run(words, capture_output=True, text=True, preexec_fn=limit, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"snnedge: error: cannot write {exported}")
    assert {p: p.read_bytes() for p in exported.rglob("*") if p.is_file()} == before
    assert [p.name for p in exported.parent.iterdir() if p.name.startswith(".")] == []


def test_a_broken_data_set_is_named(capsys, exported, tmp_path):
    folder = tmp_path / "data" / "mine"
    folder.mkdir(parents=True)
    for stem in ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"):
        (folder / f"{stem}.gz").write_bytes(gzip.compress(b"\0\0\x08\x03" + bytes(12))[:-4])
    words = ("evaluate", exported, "--dataset", "mine", "--data", tmp_path / "data")
    assert "t10k-images" in refused(capsys, *words)


def test_float_needs_the_float_network(capsys, exported):
    assert "--float" in refused(capsys, "evaluate", exported, "--backend", "float")


def test_what_is_no_integer_model_gets_a_remedy(capsys, model, exported):
    assert "export" in refused(capsys, "inspect", model)
    assert "folder" in refused(capsys, "verify", exported / "model.safetensors")
    assert "--bits" in refused(capsys, "evaluate", exported, "--bits", "4")
    assert "--clip" in refused(capsys, "evaluate", exported, "--clip", "1")


def test_an_unknown_back_end_lists_the_known(capsys, exported):
    assert "did you mean 'host'" in refused(capsys, "evaluate", exported, "--backend", "hots")


# --- help --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [name.replace("_", "-") for name in plugins.names("commands")])
def test_help_has_an_example(capsys, command):
    with pytest.raises(SystemExit) as caught:
        main.main([command, "--help"])
    assert caught.value.code == 0
    assert f"example: snnedge {command}" in capsys.readouterr().out


def test_help_and_version_import_nothing_heavy():
    code = (
        "import sys; from snnedge.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'brian2', 'cffi', 'safetensors'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_usage_errors_exit_with_2(capsys):
    for words in ([], ["exprot"], ["export"], ["bench", "x", "--repeat", "0"], ["export", "x", "--nope"]):
        with pytest.raises(SystemExit) as caught:
            main.main(words)
        assert caught.value.code == 2
    capsys.readouterr()


@pytest.mark.compiler("cc")
def test_a_pruned_network_is_exported_sparsely_and_inspect_says_so(model, tmp_path, capsys):
    net = pkl.read(model)
    weights = net.projections[0].weights * (np.arange(30) % 4 == 0)
    sizes = {}
    for name, kept in (("whole", net.projections[0].weights), ("pruned", weights)):
        projection = replace(net.projections[0], weights=kept, delay=0.002)
        pkl.write(replace(net, name=name, projections=(projection,)), tmp_path / f"{name}.pkl")
        snnedge(capsys, "export", tmp_path / f"{name}.pkl", "--bits", "4", "--out", tmp_path / name)
        snnedge(capsys, "verify", tmp_path / name)
        result = snnedge(capsys, "inspect", tmp_path / name)
        sizes[name] = result["flash_bytes"]
        (found,) = result["projections"]
        assert (found["kind"], found["delay"]) == ("dense", 2)
        assert found["stored"] == ("sparse" if name == "pruned" else "dense")
        assert list((tmp_path / name / "src").glob(f"*_private/synapses/{found['stored']}.c"))
    assert sizes["pruned"] < sizes["whole"]
    assert main.main(["inspect", str(tmp_path / "pruned")]) == 0
    assert "bytes, stored sparse, delay 2" in capsys.readouterr().out


@pytest.mark.compiler("cc")
def test_storage_is_a_choice_that_changes_no_answer(model, tmp_path, capsys):
    net = pkl.read(model)
    pruned = replace(net.projections[0], weights=net.projections[0].weights * (np.arange(30) % 4 == 0))
    pkl.write(replace(net, projections=(pruned,)), tmp_path / "net.pkl")
    found, answers = {}, []
    for storage in ("auto", "dense", "sparse"):
        words = ("--bits", "4", "--storage", storage, "-o", tmp_path / storage)
        found[storage] = snnedge(capsys, "export", tmp_path / "net.pkl", *words)
        assert list(found[storage]["stored"].values()) == ["dense" if storage == "dense" else "sparse"]
        assert snnedge(capsys, "verify", tmp_path / storage)["ok"]
        answers.append(
            snnedge(capsys, "evaluate", tmp_path / storage, "--backend", f"c:{tmp_path / storage}")
        )
    assert len({result["hash"] for result in found.values()}) == 1
    assert found["sparse"]["flash_bytes"] == found["auto"]["flash_bytes"] < found["dense"]["flash_bytes"]
    assert answers[0]["confusion"] == answers[1]["confusion"] == answers[2]["confusion"]
    again = snnedge(capsys, "export", tmp_path / "dense", "-o", tmp_path / "again")
    assert again["storage"] == "dense"  # a model remembers
    line = refused(capsys, "export", tmp_path / "net.pkl", "--storage", "dens", "-o", tmp_path / "no")
    assert "--storage: no 'dens'; did you mean 'dense'?" in line
    assert not (tmp_path / "no").exists()


def test_integers_are_asked_for_by_name(model, tmp_path, capsys):
    for words in (
        ("build", model, "--board", "microbit"),
        ("run", model, "--board", "microbit"),
        ("verify", model),
    ):
        line = refused(capsys, *words)
        assert line.endswith(f"run snnedge export {model} first, and give the folder that it writes")
    held = model.read_bytes()
    assert "give FILE.safetensors, or a folder" in refused(capsys, "zoo", "digits", "-o", model)
    assert "give FILE.safetensors" in refused(capsys, "zoo", "digits", "-o", tmp_path / "new.pkl")
    assert "is a file, and -o names a folder here" in refused(capsys, "export", model, "-o", model)
    assert model.read_bytes() == held
    assert not (tmp_path / "new.pkl").exists()


@pytest.mark.needs("sklearn")
def test_provenance_is_reported_line_by_line(model, tmp_path, capsys):
    nested = {"seed": 3, "stages": [{"rise": [0.5, 0.0]}, {"rise": [0.0, 0.0]}], "prune": {"inputs": 0.1}}
    net = pkl.read(model)
    pkl.write(replace(net, provenance=net.provenance | nested), tmp_path / "net.pkl")
    snnedge(capsys, "export", tmp_path / "net.pkl", "-o", tmp_path / "out")
    assert main.main(["inspect", str(tmp_path / "out")]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    for words in (["seed", "3"], ["stages.0.rise", "0.5,", "0.0"], ["prune.inputs", "0.1"]):
        assert words in lines
    assert main.main(["zoo", "mnist-conv-k12-n20"]) == 0
    printed = capsys.readouterr().out
    assert "    stages.0.learning_rate" in printed
    assert "{" not in printed


@pytest.mark.compiler("cc")
def test_verify_compares_simd_levels(capsys, exported):
    lowest = simd_levels()[-1]
    result = snnedge(capsys, "verify", exported, "--samples", 20, "--backend", f"host:{lowest}")
    assert (result["mismatches"], result["backends"]) == (0, [f"host:{lowest}"])
    assert "scalar" in refused(capsys, "verify", exported, "--backend", "host:fastest")


def test_a_name_from_a_file_sends_nothing_to_the_terminal(tmp_path, capsys):
    model = replace(load("zoo:digits").model, name="\x1b[31mred\x9b")
    model_file.save(model, tmp_path / "m.safetensors")
    assert main.main(["inspect", str(tmp_path / "m.safetensors")]) == 0
    assert r"\x1b[31mred\x9b" in capsys.readouterr().out
    assert main.main(["inspect", str(tmp_path / "\x1b[31m.safetensors")]) == 2
    assert r"\x1b[31m.safetensors" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["exprt"], "no command 'exprt'; did you mean 'export'?; see snnedge --help"),
        (["export"], "the following arguments are required: MODEL; see snnedge export --help"),
        (["export", "m.pkl", "--bts", "4"], "no option or argument '--bts'; did you mean '--bits'?; see"),
        (
            ["bench", "m", "--samples", "q"],
            "argument --samples: invalid positive value: 'q'; see snnedge bench",
        ),
        (["evaluate", "m", "-q", "--jsn"], "no option or argument '--jsn'; did you mean '--json'?"),
        (["-q", "evaluate", "m"], "'-q' comes after the command evaluate; see snnedge evaluate --help"),
        (["\x1b[31m"], "no command '\\x1b[31m'; see"),
    ],
)
def test_a_wrong_word_ends_in_one_line_with_the_nearest_right_one(words, line, capsys):
    with pytest.raises(SystemExit) as stopped:
        main.main(words)
    assert stopped.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"snnedge: error: {line}")
    assert printed.err.count("\n") == 1
