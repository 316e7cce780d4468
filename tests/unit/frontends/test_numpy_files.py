"""Arrays saved by numpy are read like a pickle of the same names; other files are named as such."""

import gzip
import json
import pickle
import zlib

import numpy as np
import pytest
from own_pickles import SUPPLIED, rows_of

from snnedge import frontends, model_file
from snnedge.boards import toml_table
from snnedge.cli import main
from snnedge.compiler.quantize import quantize
from snnedge.data.idx import read_idx
from snnedge.errors import InputError
from snnedge.frontends import pkl
from snnedge.support.npy import read_npy, read_npz

WEIGHTS = np.random.default_rng(0).random((6, 5))
OWN = {"XeAe": rows_of(WEIGHTS), "theta_A": np.linspace(0, 1, 5), "labels": np.arange(5) % 3}
GIVEN = SUPPLIED | {"threshold": 3.0}
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


def written(folder, how):
    if how == "pkl":
        (folder / "own.pkl").write_bytes(pickle.dumps(OWN | {"XeAe": WEIGHTS}, 4))
        return folder / "own.pkl"
    if how == "npz":
        np.savez_compressed(folder / "own.npz", **OWN)
        return folder / "own.npz"
    target = folder / "own" / ("weights" if how == "weights" else "")
    target.mkdir(parents=True)
    for name, array in OWN.items():
        np.save((folder / "own" if name == "labels" else target) / f"{name}.npy", array)
    return folder / "own"


@pytest.mark.parametrize("how", ["pkl", "npz", "folder", "weights"])
def test_every_container_gives_the_hash_of_the_pickled_matrix(tmp_path, how):
    found = frontends.read(written(tmp_path, how), GIVEN)
    other = pkl.read(written(tmp_path / "x", "pkl") if (tmp_path / "x").mkdir() is None else "", GIVEN)
    assert quantize(found).hash == quantize(other).hash
    assert np.array_equal(found.projections[0].weights, WEIGHTS)


def test_one_npy_holds_the_weights(tmp_path):
    np.save(tmp_path / "own.npy", WEIGHTS)
    np.save(tmp_path / "labels.npy", OWN["labels"])
    found = frontends.read(tmp_path / "own.npy", GIVEN | {"labels": tmp_path / "labels.npy"})
    assert np.array_equal(found.projections[0].weights, WEIGHTS)


def test_a_folder_is_exported_and_an_export_is_no_folder_of_arrays(tmp_path, capsys):
    folder = written(tmp_path, "weights")
    words = "--neuron-kind if_wta --dt 1e-3 --steps 20 --shape 2 3 --spikes-per-sample 9 --threshold 3"
    out = str(tmp_path / "out")
    assert main.main(["export", str(folder), "-o", out, *words.split(), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert set(made["assumed"]) == {"inhibition", "reset", "encoder", "silent sample"}
    np.save(tmp_path / "out" / "more.npy", WEIGHTS)
    assert not frontends.is_network(out)
    assert main.main(["export", str(folder), "-o", str(tmp_path / "text"), *words.split()]) == 0
    shown = capsys.readouterr().out
    assert "inhibition: winner-take-all reset (--neuron-kind)" in shown
    assert main.main(["evaluate", str(tmp_path / "gone.npz")]) == 2
    assert "no such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "array",
    [np.array(["a"]), np.array([1j]), np.zeros(2, [("x", "f8")]), np.zeros(1, "M8[s]")],
    ids=lambda a: a.dtype.name,
)
def test_other_dtypes_are_refused(tmp_path, array):
    np.save(tmp_path / "own.npy", array)
    with pytest.raises(InputError, match=r"own\.npy: dtype .*plain numbers are needed"):
        read_npy(tmp_path / "own.npy")


def test_damaged_npy_files_are_refused_in_one_line(tmp_path):
    path = tmp_path / "own.npy"
    np.save(path, WEIGHTS)
    whole = path.read_bytes()
    for content in [whole[:n] for n in range(0, len(whole), 7)] + [whole + b"x"]:
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"own\.npy: (not an npy|its npy|is cut|has bytes)") as error:
            read_npy(path)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["f2", "f4", ">f8", "i1", "u8", "?"])
def test_arrays_come_back(tmp_path, order, dtype):
    array = np.asarray((WEIGHTS * 9).astype(dtype), order=order)
    for made in (array, array[:0], array[0, 0]):
        np.save(tmp_path / "own.npy", made)
        assert np.array_equal(read_npy(tmp_path / "own.npy"), made)


READERS = {
    "own.pkl": pkl.read, "own.npy": read_npy, "own.npz": read_npz, "own.idx": read_idx,
    "own.safetensors": model_file.load,
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("content", "said"), [(LFS, "Git LFS pointer"), (b"<!DOCTYPE html>" + bytes(9), "web page")]
)
def test_what_lies_there_instead_is_named_by_every_reader(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=rf"{name}.* is a {said}"):
        READERS[name](tmp_path / name)


GOOD = pickle.dumps({"weights": np.arange(10, 20) * 1.0, "text": "a\nb"}, 4)
STATES = {"neurons": {"v": np.zeros(3)}, "synapses": {"w": np.zeros(9)}}
CASES = [
    (GOOD.replace(b"\n", b"\r\n"), r"was changed by text mode \(CRLF for LF\)"),
    (GOOD[:-20], "is damaged: cut short after"),
    (GOOD[:30], "is damaged: cut short after"),
    (GOOD + GOOD, "it holds several pickles: save one dict"),
    (zlib.compress(GOOD), "is zlib-compressed"),
    (gzip.compress(GOOD), "is gzip-compressed"),
    (pickle.dumps(STATES, 4), r"states of a whole Brian2 network \(net.store or net.get_states\); save"),
    (pickle.dumps({"default": STATES | {"0_t": (0.0, 1)}}, 4), "states of a whole Brian2 network"),
]


@pytest.mark.parametrize(("content", "said"), CASES, ids=[said for _, said in CASES])
def test_a_pickle_that_cannot_be_read_says_why(tmp_path, content, said):
    (tmp_path / "own.pkl").write_bytes(content)
    with pytest.raises(InputError, match=said) as error:
        pkl.read(tmp_path / "own.pkl")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("cut", range(1, len(GOOD), 9))
def test_a_pickle_cut_anywhere_is_refused(tmp_path, cut):
    (tmp_path / "own.pkl").write_bytes(GOOD[:cut])
    with pytest.raises(InputError, match=r"own\.pkl (is not a pickle|is damaged)"):
        pkl.read(tmp_path / "own.pkl")


def test_a_toml_file_with_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "board.toml").write_bytes(b"\xef\xbb\xbfname = 'x'\n")
    assert toml_table.read(tmp_path / "board.toml")


@pytest.mark.brian2
def test_files_of_a_real_network_say_what_to_save(tmp_path):
    b2 = pytest.importorskip("brian2")
    b2.prefs.codegen.target = "numpy"
    group = b2.NeuronGroup(3, "v : 1", name="cells")
    net = b2.Network(group)
    net.store(filename=str(tmp_path / "own.pkl"))
    with pytest.raises(InputError, match=r"states of a whole Brian2 network"):
        pkl.read(tmp_path / "own.pkl")
    (tmp_path / "own.pkl").write_bytes(pickle.dumps(net.get_states(units=False), 4))
    with pytest.raises(InputError, match=r"states of a whole Brian2 network"):
        pkl.read(tmp_path / "own.pkl")
