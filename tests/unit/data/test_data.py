"""Data sets: IDX in and out, corruption refused, splits, folders, and the real download code."""

import argparse
import gzip
import hashlib
import http.server
import io
import os
import struct
import threading
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from examples import examples
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from snnedge import data
from snnedge.cli.commands import data as command
from snnedge.data import Dataset, load, mnist, split
from snnedge.data.download import CHUNK, Limits, download, is_right
from snnedge.data.idx import read_idx
from snnedge.errors import InputError

quick = examples(60, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
arrays = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=4, max_side=6))


def idx(array: np.ndarray) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes((0, 0, 8, array.ndim)) + sizes + array.tobytes()


def refused(path: Path, content: bytes, **options: int) -> str:
    """The one line with which ``content`` is refused; it names the file."""
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_idx(path, **options)
    message = str(caught.value)
    assert str(path) in message
    assert "\n" not in message
    return message


# --- IDX -----------------------------------------------------------------------------------------


@quick
@given(array=arrays, packed=st.booleans())
def test_idx_round_trip(tmp_path, array, packed):
    path = tmp_path / "any-name"
    path.write_bytes(gzip.compress(idx(array)) if packed else idx(array))
    read = read_idx(path, array.ndim)
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, array, strict=True)


@quick
@given(array=arrays, packed=st.booleans(), share=st.floats(0, 1, exclude_max=True))
def test_truncation_is_refused(tmp_path, array, packed, share):
    whole = gzip.compress(idx(array)) if packed else idx(array)
    refused(tmp_path / "f", whole[: int(share * len(whole))])


@quick
@given(array=arrays, packed=st.booleans(), more=st.binary(min_size=1, max_size=9))
def test_trailing_bytes_are_refused(tmp_path, array, packed, more):
    longer = idx(array) + more
    refused(tmp_path / "f", gzip.compress(longer) if packed else longer)


@quick
@given(array=arrays, draw=st.data(), flip=st.integers(1, 255))
def test_any_damage_to_the_header_is_refused(tmp_path, array, draw, flip):
    content = bytearray(idx(array))
    content[draw.draw(st.integers(0, 3 + 4 * array.ndim))] ^= flip
    refused(tmp_path / "f", bytes(content))


@quick
@given(array=arrays, draw=st.data(), flip=st.integers(1, 255))
def test_damaged_gzip_is_refused_or_harmless(tmp_path, array, draw, flip):
    content = bytearray(gzip.compress(idx(array)))
    content[draw.draw(st.integers(0, len(content) - 1))] ^= flip
    path = tmp_path / "f"
    path.write_bytes(content)
    try:
        read = read_idx(path)
    except InputError:
        return
    # the time stamp in gzip's header may change freely
    np.testing.assert_array_equal(read, array, strict=True)


def test_refusals_name_field_and_remedy(tmp_path):
    path, cube = tmp_path / "f", np.zeros((2, 3, 4), np.uint8)
    assert "element type float32; convert" in refused(path, b"\0\0\x0d\x01" + bytes(8))
    assert "wrong magic 0x89504e47" in refused(path, b"\x89PNG\r\n")
    assert "rank 3, expected 1" in refused(path, idx(cube), dims=1)
    assert "rank 0, expected 1..4" in refused(path, b"\0\0\x08\0")
    assert "rank 200, expected 1..4" in refused(path, b"\0\0\x08\xc8" + b"\0\0\0\x01" * 200 + b"1")
    assert "sizes (0,)" in refused(path, b"\0\0\x08\x01" + bytes(4))
    with pytest.raises(InputError, match=r"cannot read .*No such file"):
        read_idx(tmp_path / "missing")
    with pytest.raises(InputError, match="not a file"):
        read_idx(tmp_path)


def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a file"):
        read_idx(tmp_path / "pipe")


TERABYTES = b"\0\0\x08\x03" + b"\x7f\xff\xff\xff" * 3


@pytest.mark.parametrize(
    "content",
    [
        TERABYTES,
        gzip.compress(TERABYTES),
        idx(np.zeros(20_000_000, np.uint8)),
        gzip.compress(idx(np.zeros(20_000_000, np.uint8))),
        gzip.compress(idx(np.zeros(9, np.uint8)) + bytes(20_000_000)),
    ],
    ids=["claim", "packed claim", "large", "packed large", "bomb behind a small header"],
)
def test_memory_is_bounded(tmp_path, content):
    path = tmp_path / "f"
    tracemalloc.start()
    refused(path, content, max_bytes=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_500_000


def test_a_small_packed_file_cannot_claim_what_it_cannot_hold(tmp_path):
    claim = b"\0\0\x08\x01" + struct.pack(">I", 1 << 29)
    assert "more than the" in refused(tmp_path / "f", gzip.compress(claim))


# --- data sets and splits ------------------------------------------------------------------------


def test_dataset_refuses_parts_that_do_not_fit():
    images, labels = np.zeros((3, 2, 2), np.uint8), np.array([0, 1, 2])
    with pytest.raises(InputError, match=r"uint8 \(n, h, w\)"):
        Dataset("d", "train", images.astype(float), labels, 3)
    with pytest.raises(InputError, match="3 images but labels"):
        Dataset("d", "train", images, labels[:2], 3)
    with pytest.raises(InputError, match=r"outside 0\.\.1"):
        Dataset("d", "train", images, labels, 2)
    for names in (("a", "b"), ("a", "b", "b"), ("a", "b", "")):
        with pytest.raises(InputError, match="class_names"):
            Dataset("d", "train", images, labels, 3, names)


def test_parts_of_a_data_set_have_the_names_of_its_classes():
    whole = replace(numbered(5), class_names=tuple("abcde"))
    for part in (*split(whole, 0.4), whole.take(slice(2))):
        assert part.class_names == whole.class_names


def numbered(n: int) -> Dataset:
    """Sample i shows the number i."""
    images = np.arange(n, dtype=np.uint8).reshape(n, 1, 1)
    return Dataset("numbered", "train", images, np.arange(n), classes=n)


@quick
@given(n=st.integers(2, 200), fraction=st.floats(0, 0.99), seed=st.integers(0, 2**63))
def test_split_parts_every_sample_once(n, fraction, seed):
    whole = numbered(n)
    if np.ceil(n * fraction) == n:
        with pytest.raises(InputError, match="too few"):
            split(whole, fraction, seed)
        return
    train, validation = split(whole, fraction, seed)
    assert len(validation) == np.ceil(n * fraction)
    assert (train.split, validation.split) == ("train", "validation")
    for part in (train, validation):
        np.testing.assert_array_equal(part.images.ravel(), part.labels)
        assert (np.diff(part.labels) > 0).all()
    both = np.sort(np.concatenate([train.labels, validation.labels]))
    np.testing.assert_array_equal(both, np.arange(n))


def test_split_is_seeded():
    chosen = [split(numbered(50), seed=seed)[1].labels.tolist() for seed in (0, 0, 1)]
    assert chosen[0] == chosen[1] != chosen[2]
    assert chosen[0] == [2, 3, 11, 13, 15, 20, 21, 32, 46, 48]  # on every machine


@pytest.mark.parametrize("bad", [{"validation": 1.0}, {"validation": -0.1}, {"seed": -1}])
def test_split_refuses(bad):
    with pytest.raises(InputError, match=next(iter(bad))):
        split(numbered(50), **bad)


@pytest.mark.needs("sklearn")
def test_digits():
    train, test = load("digits", "train"), load("digits", "test")
    assert (len(train), len(test)) == (1437, 360)
    for part in (train, test):
        assert part.shape == (8, 8)
        assert part.classes == 10
        assert part.images.min() == 0
        assert part.images.max() == 255
        assert set(part.labels) == set(range(10))
    assert test.split == "test"
    content = test.images.tobytes() + test.labels.astype(np.uint8).tobytes()
    known = "7c6ea787effa1c6b759ad6efc5631ef9"
    assert hashlib.md5(content).hexdigest() == known


def write_folder(folder: Path, names: dict[str, np.ndarray]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in names.items():
        (folder / name).write_bytes(gzip.compress(idx(array)) if name[-3:] == ".gz" else idx(array))


def small_set() -> dict[str, np.ndarray]:
    """Six train and two test images of 5 x 7; the test labels lack the highest class."""
    images = np.arange(6 * 35, dtype=np.uint8).reshape(6, 5, 7)
    return {
        "train-images-idx3-ubyte.gz": images,
        "train-labels.idx1-ubyte": np.arange(6, dtype=np.uint8),
        "test-images-idx3-ubyte": images[:2],
        "t10k-labels-idx1-ubyte.gz": np.array([1, 0], np.uint8),
    }


def test_folder_of_any_spelling_size_and_class_count(tmp_path):
    write_folder(tmp_path / "letters", small_set())
    for named in (
        load(str(tmp_path / "letters"), "test"),
        load("letters", "test", folder=tmp_path),
    ):
        assert (named.name, named.split, named.shape) == ("letters", "test", (5, 7))
        assert named.classes == 6
        assert named.labels.tolist() == [1, 0]
        assert named.labels.dtype == np.int64
    assert load("letters", "train", tmp_path, limit=4).labels.tolist() == [0, 1, 2, 3]
    assert len(load("letters", "train", tmp_path, limit=99)) == 6


def test_folder_is_found_through_the_environment(tmp_path, monkeypatch):
    write_folder(tmp_path / "mnist", small_set())
    monkeypatch.setenv("SNNEDGE_DATA", str(tmp_path))
    assert len(load("mnist", "train")) == 6
    monkeypatch.setenv("SNNEDGE_DATA", str(tmp_path / "mnist"))
    assert load("mnist", "train").name == "mnist"
    with pytest.raises(InputError, match="no data set 'mnits'"):
        load("mnits", "train")


def test_unusable_folders_are_refused_in_one_line(tmp_path):
    files = small_set()
    write_folder(tmp_path / "few", files | {"train-labels.idx1-ubyte": np.zeros(5, np.uint8)})
    write_folder(tmp_path / "half", {k: v for k, v in files.items() if "labels" not in k})
    (tmp_path / "empty").mkdir()
    for name, message in {
        "few": "6 images but labels",
        "half": "no train-labels-idx1-ubyte.gz",
        "empty": "holds no IDX files; 'snnedge data mnist'",
        "gone": "holds no IDX files; 'snnedge data mnist'",
    }.items():
        with pytest.raises(InputError, match=message) as caught:
            load(name, "train", tmp_path)
        assert "\n" not in str(caught.value)


def test_an_archive_that_unpacks_each_file_into_a_folder_of_its_name_is_read(tmp_path):
    (tmp_path / "arch").mkdir()
    for name, array in small_set().items():
        write_folder(tmp_path / "arch" / name.replace(".gz", ""), {name.replace(".idx", "-idx"): array})
    assert load("arch", "test", tmp_path).labels.tolist() == [1, 0]


def test_a_file_beside_a_folder_of_nearly_its_name_is_read(tmp_path):
    write_folder(tmp_path / "both", {k.replace("-idx", ".idx"): a for k, a in small_set().items()})
    for name in ("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"):
        (tmp_path / "both" / name).mkdir()
    assert load("both", "test", tmp_path).labels.tolist() == [1, 0]


def test_idx_files_in_the_one_folder_below_are_taken_and_it_is_said(tmp_path, caplog):
    write_folder(tmp_path / "fashion" / "MNIST" / "raw", small_set())
    caplog.set_level("INFO", logger="snnedge")
    assert len(load("fashion", "train", tmp_path)) == 6
    assert str(tmp_path / "fashion" / "MNIST" / "raw") in caplog.text
    write_folder(tmp_path / "fashion" / "other", small_set())
    with pytest.raises(InputError, match=r"'fashion' is one of 2: .*raw, .*other; give the path"):
        load("fashion", "train", tmp_path)


def test_files_of_emnist_are_named_by_their_prefix_and_turned(tmp_path):
    plain = small_set()
    write_folder(tmp_path / "emnist", {f"emnist-letters-{name}": a for name, a in plain.items()})
    upright = load("emnist", "test", tmp_path).images
    assert upright.shape == (2, 7, 5)
    write_folder(tmp_path / "plain", plain)
    assert (upright == load("plain", "test", tmp_path).images.transpose(0, 2, 1)).all()
    assert (load("emnist/emnist-letters", "test", tmp_path).images == upright).all()
    write_folder(tmp_path / "emnist", {f"emnist-digits-{name}": a for name, a in plain.items()})
    with pytest.raises(InputError, match=r"one of 2: .*emnist-digits, .*emnist-letters; give the path"):
        load("emnist", "test", tmp_path)
    assert len(load("emnist/emnist-letters", "test", tmp_path)) == 2


def test_a_file_in_place_of_a_folder_is_named(tmp_path):
    (tmp_path / "set").write_bytes(b"x")
    with pytest.raises(InputError, match=r"set is a file; give the folder"):
        load("set", "train", tmp_path)


def test_bad_split_and_limit_are_refused(tmp_path):
    with pytest.raises(InputError, match="did you mean 'test'"):
        load("digits", "tset")
    with pytest.raises(InputError, match="limit of 0"):
        load("digits", "test", limit=0)


@pytest.mark.needs("mnist")
def test_mnist_is_the_canonical_one():
    paths = download(mnist.FILES, [], data.folder_of("mnist"))
    assert len(paths) == 4  # all four right: without a mirror, a wrong one would be an error
    for part, count in {"train": 60000, "test": 10000}.items():
        dataset = load("mnist", part)
        assert dataset.images.shape == (count, 28, 28)
        assert dataset.classes == 10
        assert len(dataset) == count


# --- downloads, against a server on loopback -----------------------------------------------------

CONTENT = {name: idx(array) for name, array in small_set().items()}
MD5 = {name: hashlib.md5(content).hexdigest() for name, content in CONTENT.items()}
LIMITS = Limits(idle_seconds=0.3, total=1.0, size=5000, unpacked=5000)


class Server(http.server.BaseHTTPRequestHandler):
    """The first folder of the address says how the server behaves."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        Server.asked.append(self.path)
        _, behaviour, name = self.path.split("/")
        body = gzip.compress(CONTENT[name]) if name.endswith(".gz") else CONTENT[name]
        getattr(self, behaviour)(body)

    def reply(self, body: bytes, length: int | None) -> None:
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def good(self, body: bytes) -> None:
        self.reply(body, len(body))

    def unstated(self, body: bytes) -> None:
        self.reply(body, None)

    def truncated(self, body: bytes) -> None:
        self.reply(body[:-1], len(body))

    def wrong(self, body: bytes) -> None:
        self.good(gzip.compress(b"something else"))

    def damaged(self, body: bytes) -> None:
        self.good(gzip.compress(b"something else")[:-3])

    def bomb(self, body: bytes) -> None:
        self.good(gzip.compress(bytes(1_000_000)))

    def missing(self, body: bytes) -> None:
        self.send_error(404)

    def large(self, body: bytes) -> None:
        self.reply(b"", 10**12)

    def endless(self, body: bytes) -> None:
        self.reply(bytes(LIMITS.size + 1), None)

    def stalled(self, body: bytes) -> None:
        self.reply(body[:5], len(body))
        time.sleep(3 * LIMITS.idle_seconds)

    def dripping(self, body: bytes) -> None:
        self.reply(b"", len(body))
        for byte in body:
            self.wfile.write(bytes([byte]))
            time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    Server.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # we do hang up early
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("behaviour", ["good", "unstated"])
def test_download_gives_a_data_set(base, tmp_path, behaviour):
    folder = tmp_path / "new" / "letters"
    paths = download(MD5, [f"{base}/{behaviour}/"], folder, LIMITS)
    assert sorted(paths) == sorted(folder.iterdir())
    assert len(load(str(folder), "train")) == 6


FAILURES = {
    "truncated": "ended after",
    "wrong": "wrong checksum, expected md5",
    "damaged": "wrong checksum",
    "bomb": "wrong checksum",
    "missing": "404",
    "large": "1000000000000 bytes, more than the 5000",
    "endless": "more than the 5000 bytes",
    "stalled": "timed out",
    "dripping": "not complete after 1 s",
}


@pytest.mark.parametrize("behaviour", FAILURES)
def test_failed_download_says_why_and_leaves_nothing(base, tmp_path, behaviour):
    name, begun = "train-images-idx3-ubyte.gz", time.monotonic()
    with pytest.raises(InputError, match=FAILURES[behaviour]) as caught:
        download({name: MD5[name]}, [f"{base}/{behaviour}"], tmp_path, LIMITS)
    assert time.monotonic() - begun < LIMITS.total + 2  # the whole reply would drip for 7 s
    message = str(caught.value)
    assert f"{base}/{behaviour}/{name}" in message
    assert "--url BASE" in message
    assert str(tmp_path) in message
    assert "\n" not in message
    assert list(tmp_path.iterdir()) == []


def test_checksum_stops_at_the_limit():
    class Endless(io.BytesIO):
        left = 10 * CHUNK

        def read(self, size: int | None = -1) -> bytes:
            self.left -= size or 0
            assert self.left > 0
            return bytes(size or 0)

    assert not is_right(Endless(), "", LIMITS)


def test_next_mirror_is_tried_and_what_is_right_is_kept(base, tmp_path):
    unpacked = tmp_path / "train-images-idx3-ubyte"
    unpacked.write_bytes(CONTENT["train-images-idx3-ubyte.gz"])
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(b"half a fi")
    mirrors = [f"{base}/wrong", f"{base}/missing", f"{base}/good"]
    first = download(MD5, mirrors, tmp_path, LIMITS)
    assert len(Server.asked) == 3 * 3
    assert not any("train-images" in path for path in Server.asked)
    assert unpacked in first
    assert download(MD5, mirrors, tmp_path, LIMITS) == first
    assert len(Server.asked) == 3 * 3


@pytest.mark.parametrize("url", ["nonsense", "nope://host", "http://127.0.0.1:1", "http://\x01/"])
def test_unusable_mirror_is_one_line(tmp_path, monkeypatch, url):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(InputError, match=r"cannot download .*--url BASE"):
        download(MD5, [url], tmp_path, LIMITS)


def test_unwritable_folder_is_one_line(base, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot write"):
        download(MD5, [f"{base}/good"], tmp_path / "file" / "mnist", LIMITS)


# --- the command ---------------------------------------------------------------------------------


def run(*words: str) -> dict:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words)).as_dict()


def test_command_fetches_and_describes(base, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "FILES", MD5)
    result = run("mnist", "--data", str(tmp_path), "--url", f"{base}/missing", f"{base}/good")
    assert result == {
        "name": "mnist",
        "folder": str(tmp_path / "mnist"),
        "files": [str(tmp_path / "mnist" / name) for name in CONTENT],
        "train": 6,
        "test": 2,
        "shape": [5, 7],
        "classes": 6,
    }
    text = command.show(result)
    assert text.startswith("mnist: 6 train and 2 test images of 5 x 7, 6 classes\n")
    assert run(str(tmp_path / "mnist")) == result


@pytest.mark.needs("sklearn")
def test_command_describes_digits():
    result = run("digits")
    assert (result["folder"], result["files"]) == (None, [])
    assert command.show(result) == "digits: 1437 train and 360 test images of 8 x 8, 10 classes"
