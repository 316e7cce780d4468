"""Versions of model.pkl: version 1 is read as ever; damage to a file of version 2 is detected."""

import hashlib
import logging
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plain import plain

from snnedge.compiler.quantize import quantize
from snnedge.errors import InputError
from snnedge.frontends import pkl
from snnedge.frontends.pkl import schema
from snnedge.frontends.pkl.allowed_names import Quantity
from snnedge.frontends.pkl.checksum import checksum

VERSION_1 = Path(__file__).parent / "version_1"  # written by the last snnedge that wrote version 1
HASHES = {"spiking": 14950182436915884182, "scan": 17659778391835347646}  # of the models of 4 bits
FILES = sorted(HASHES)


def fields(content: dict[str, Any]) -> dict[str, Any]:
    """Return what ``content`` states of the network, in a form that compares."""
    return {key: plain(value) for key, value in content.items() if key not in ("version", "checksum")}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_version_1_gives_its_network(name: str) -> None:
    path = VERSION_1 / f"{name}.pkl"
    network, stored = pkl.read(path), pickle.loads(path.read_bytes())
    assert stored["version"] == 1
    assert fields(schema.to_content(network)) == fields(stored)
    assert quantize(network, 4).hash == HASHES[name]


def test_a_file_of_version_1_is_said_to_have_no_checksum(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pkl, "log", logging.getLogger("test"))  # the command line's has other handlers
    with caplog.at_level(logging.INFO, "test"):
        network = pkl.read(VERSION_1 / "scan.pkl")
        pkl.write(network, tmp_path / "new.pkl")
        pkl.read(tmp_path / "new.pkl")
    (record,) = caplog.records
    assert record.levelno == logging.INFO
    assert "scan.pkl: a model of version 1 has no checksum" in record.getMessage()


@pytest.fixture(scope="module", params=FILES)
def written(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of version 2."""
    path: Path = tmp_path_factory.mktemp("written") / "model.pkl"
    pkl.write(pkl.read(VERSION_1 / f"{request.param}.pkl"), path)
    return path


FLIPS = 1024  # in each file, spread over all bytes


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("first", range(16))
def test_no_flipped_bit_gives_other_values(written: Path, tmp_path: Path, first: int) -> None:
    data, network = written.read_bytes(), plain(pkl.read(written))
    path, bits, refused = tmp_path / "model.pkl", 8 * len(data), 0
    for n in range(first, FLIPS, 16):
        path.write_bytes(flipped(data, bits * n // FLIPS))
        try:
            assert plain(pkl.read(path)) == network, f"bit {bits * n // FLIPS}"
        except InputError:
            refused += 1
    assert refused > 48  # the others change nothing: lengths of frames, flags of dtypes


def numbers(value: Any) -> list[bytes]:
    """Return the bytes of all arrays and floats of ``value``, as they occur in its pickle."""
    if isinstance(value, dict | list | tuple):
        items = value.values() if isinstance(value, dict) else value
        return [data for item in items for data in numbers(item)]
    if isinstance(value, np.ndarray):
        return [value.tobytes()]
    return [struct.pack(">d", value)] if isinstance(value, float) else []


def test_every_flipped_bit_of_a_number_is_refused(written: Path, tmp_path: Path) -> None:
    data, path, tried = written.read_bytes(), tmp_path / "model.pkl", 0
    for value in numbers(pickle.loads(data)):
        start = data.index(value)
        for bit in range(8 * start, 8 * (start + len(value)), 5):
            path.write_bytes(flipped(data, bit))
            with pytest.raises(InputError, match="field 'checksum' does not match the content"):
                pkl.read(path)
            tried += 1
    assert tried >= 400


def test_a_file_of_version_2_without_a_checksum_is_refused(written: Path, tmp_path: Path) -> None:
    content = pickle.loads(written.read_bytes())
    del content["checksum"]
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(content))
    with pytest.raises(InputError, match=r"model.pkl: field 'checksum' is missing; .* set 'version' to 1"):
        pkl.read(path)
    path.write_bytes(pickle.dumps(content | {"version": 1}))
    assert plain(pkl.read(path)) == plain(pkl.read(written))


@pytest.mark.parametrize("stated", ["", "0" * 64, None, 3, np.array(["a", "b"]), ["0"]], ids=repr)
def test_what_is_no_checksum_of_the_content_is_refused(written: Path, tmp_path: Path, stated: Any) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(pickle.loads(written.read_bytes()) | {"checksum": stated}, 4))
    with pytest.raises(
        InputError, match=r"model.pkl: field 'checksum' does not match .* take another copy"
    ):
        pkl.read(path)


def test_a_file_of_version_1_has_no_field_checksum(written: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(pickle.loads(written.read_bytes()) | {"version": 1}))
    with pytest.raises(InputError, match="unknown field 'checksum'"):
        pkl.read(path)


DIFFERENT: list[Any] = [
    None, False, True, 0, 1, -1, 2**70, 0.0, -0.0, 1.0, float("inf"), float("nan"), 0j, complex(0, -0.0),
    "", "0", "1", "ab", "\xe9", "\udc00", b"", b"0", b"1", [], [0], [[]], ["a", "b"], (), (0,), ((),), {},
    {"a": 0}, {"a": 1}, {"b": 0}, {0: "a"}, {"a": {}}, {"a": {"b": 0}}, [{"a": 0}], Quantity(1.0, (0.0,)),
    Quantity(1.0, (1.0,)), np.zeros(1), np.zeros((1, 1)), np.zeros(0), np.zeros((0, 2)), np.zeros((2, 0)),
    np.array(0.0), np.zeros(1, "f4"), np.zeros(2, "f4"), np.zeros(1, "i8"), np.zeros(8, "u1"),
    np.zeros(1, bool), np.array([-0.0]), np.array(["a"]), np.array([b"a"]), np.arange(4.0).reshape(2, 2),
    np.arange(4.0).reshape(2, 2).T, 1j,
]  # fmt: skip


def test_different_contents_have_different_checksums() -> None:
    found = [checksum({"x": value}) for value in DIFFERENT]
    assert len(set(found)) == len(found)
    assert all(len(text) == 64 for text in found)


@pytest.mark.parametrize(
    ("value", "twin"),
    [
        ({"a": 1, "b": 2.0}, {"b": 2.0, "a": 1}),
        ({3: 0, "a": 1}, {"a": 1, np.int64(3): 0}),
        (np.float64(0.5), 0.5),
        (np.float32(0.5), 0.5),
        (np.int16(-3), -3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3))),
        (np.arange(6.0), np.arange(6.0).astype(">f8")),
        (np.array(["ab"]), np.array(["ab"], ">U2")),
        (np.arange(12)[::2].astype(np.int16), np.arange(0, 12, 2, dtype=np.int16)),
    ],
    ids=repr,
)
def test_equal_contents_have_one_checksum(value: Any, twin: Any) -> None:
    assert checksum({"x": value}) == checksum({"x": twin, "checksum": "any"})


def test_the_form_is_that_of_the_page() -> None:
    """A form written by hand; a reader in another language has model-pkl.md only."""

    def item(tag: str, payload: bytes, count: int | None = None) -> bytes:
        return tag.encode() + struct.pack("<Q", len(payload) if count is None else count) + payload

    array = item("s", b"<f4") + item("t", item("i", b"1") + item("i", b"2"), 2)
    array += item("y", struct.pack("<ff", 1, -2))
    values = [item("s", b"dt"), item("f", struct.pack("<d", 0.5)), item("s", b"w"), item("a", array, 3)]
    form = item("d", b"".join(values), 4)
    content = {"w": np.array([[1, -2]], np.float32), "checksum": "", "dt": 0.5}
    assert checksum(content) == hashlib.blake2b(form, digest_size=32).hexdigest()
