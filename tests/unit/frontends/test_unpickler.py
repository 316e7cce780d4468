"""Unpickler: honest files give their content; hostile files are refused, in bounded memory and time."""

import contextlib
import gzip
import logging
import math
import os
import pickle
import pickletools
import struct
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any

import needs
import numpy as np
import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from snnedge.errors import InputError
from snnedge.frontends.pkl import machine, unpickler
from snnedge.frontends.pkl.unpickler import Quantity, Refused

PROTOCOLS = (2, 3, 4, 5)


class Reduce:
    """Pickles as a call of ``function`` with ``arguments``."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


def same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray | np.generic):
        return (
            type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
        )
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and (a == b or (a != a and b != b))


ARRAYS = [
    np.arange(6.0).reshape(2, 3),
    np.asfortranarray(np.arange(6, dtype=np.int32).reshape(2, 3)),
    np.arange(24, dtype=np.uint16).reshape(2, 3, 4).transpose(1, 0, 2),
    np.arange(10)[::2],
    np.array([True, False]),
    np.array(["a", "bc", ""]),
    np.array([b"a", b"bc"]),
    np.array([1j], np.complex64),
    np.array(3.0),
    np.zeros((0, 3)),
    np.array([], bool),
    np.array([], str),
    np.float32(1.5),
    np.int64(-3),
    np.bool_(True),
    np.str_("x"),
    np.float16(0.1),
]
PLAIN = [
    None,
    True,
    0,
    -1,
    2**70,
    1.5,
    math.inf,
    1 + 2j,
    "é\n",
    b"\xff\0",
    (),
    (1,),
    [1, (2, [3.0])],
    {"a": {1: "b"}},
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("value", ARRAYS + PLAIN, ids=repr)
def test_reads_what_was_saved(value: Any, protocol: int) -> None:
    assert same(unpickler.loads(pickle.dumps(value, protocol)), value)


@pytest.mark.parametrize("protocol", [2, 3])
@pytest.mark.parametrize("value", ARRAYS, ids=repr)
def test_reads_the_module_paths_of_numpy_1_and_2(value: Any, protocol: int) -> None:
    data = pickle.dumps(value, protocol)
    old, new = (data.replace(b"numpy._core", b"numpy.core"), data.replace(b"numpy.core", b"numpy._core"))
    assert same(unpickler.loads(old), value)
    assert same(unpickler.loads(new), value)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_big_endian_arrays_come_back_native(protocol: int) -> None:
    for value in (np.array([[1.5, -2.0]], ">f8"), np.array(["ab"], ">U3")):
        read = unpickler.loads(pickle.dumps(value, protocol))
        assert read.dtype.isnative
        assert (read == value).all()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_ordered_dict_and_bytearray_become_plain(protocol: int) -> None:
    value = OrderedDict(b=1, a=bytearray(b"x"))
    assert same(unpickler.loads(pickle.dumps(value, protocol)), {"b": 1, "a": b"x"})


def test_arrays_are_read_only_and_may_be_shared() -> None:
    array = np.arange(1000.0)
    first, second = unpickler.loads(pickle.dumps([array, array], 4))
    assert same(first, second)
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1


@pytest.mark.brian2
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_brian2_quantities_become_si_values_with_dimension(protocol: int) -> None:
    brian2 = needs.module("brian2")
    value = {
        "theta": [1.5, 2.5] * brian2.mV,
        "dt": 0.5 * brian2.ms,
        "unit": brian2.nS,
        "root": brian2.mV**0.5,
    }
    read = unpickler.loads(pickle.dumps(value, protocol))
    volt = (2.0, 1.0, -3.0, -1.0, 0.0, 0.0, 0.0)
    assert read["theta"].dimension == volt
    assert np.array_equal(read["theta"].value, [1.5e-3, 2.5e-3])
    assert read["dt"] == Quantity(np.float64(0.5e-3), (0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0))
    assert read["unit"].value == 1e-9
    assert read["root"].dimension == tuple(e / 2 for e in volt)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(-9, 9), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(TREES, st.sampled_from(PROTOCOLS))
def test_any_plain_tree_survives(tree: Any, protocol: int) -> None:
    assert same(unpickler.loads(pickle.dumps(tree, protocol)), tree)


HONEST = pickle.dumps({"w": np.arange(4.0), "s": np.float32(1), "l": [1, (2,)], "t": "text"}, 4)


@examples(1000)
@given(st.lists(st.tuples(st.integers(0, len(HONEST) - 1), st.integers(0, 255)), max_size=6), st.data())
def test_damaged_files_are_refused_or_read_never_worse(changes: list[tuple[int, int]], data: Any) -> None:
    damaged = bytearray(HONEST)
    for position, byte in changes:
        damaged[position] = byte
    with contextlib.suppress(Refused):
        unpickler.loads(bytes(damaged[: data.draw(st.integers(0, len(HONEST)))]))


def program(*parts: bytes) -> bytes:
    return b"\x80\x04" + b"".join(parts) + b"."


def name(text: str) -> bytes:
    return b"c" + text.replace(" ", "\n").encode() + b"\n"


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def blob(value: bytes) -> bytes:
    return b"B" + struct.pack("<I", len(value)) + value


def integer(value: int) -> bytes:
    return b"\x8a\x09" + value.to_bytes(9, "little", signed=True)


def dtype(code: str, order: str = "<") -> bytes:
    state = b"(K\x03" + text(order) + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t"
    return name("numpy dtype") + text(code) + b"\x89\x88\x87R" + state + b"b"


def array(shape: bytes, data: bytes, code: str = "f8", kind: bytes = name("numpy ndarray")) -> bytes:
    """The opcodes of an array; ``shape`` and ``data`` are opcodes, too."""
    empty = name("numpy.core.multiarray _reconstruct") + kind + b"K\x00\x85" + blob(b"b") + b"\x87R"
    return empty + b"(K\x01" + shape + dtype(code) + b"\x89" + data + b"tb"


def laughs(opening: bytes, closing: bytes, levels: int) -> bytes:
    """Each level holds the level before ten times: 10**levels leaves from a few bytes."""
    lines = (opening + b"h%c" % level * 10 + closing + b"\x94" for level in range(levels))
    return program(b"(K\x01\x94", *lines, b"t")


def called_again_and_again(call: bytes) -> bytes:
    """200 calls, then os.system. Memo: 0 a text and 1 the bytes, both of 1 MiB; 2 encode; 3 its codec."""
    megabyte = text("x" * 2**20) + b"\x94" + blob(b"x" * 2**20) + b"\x94"
    encode = name("_codecs encode") + b"\x94" + text("latin1") + b"\x94"
    return program(b"(", megabyte, encode, call * 200, name("os system") + b"t")


CODE = {  # what must never run; each would create the file "ran" in the working folder
    "os.system": pickle.dumps(Reduce(os.system, "touch ran"), 4),
    "os.system in protocol 2": pickle.dumps(Reduce(os.system, "touch ran"), 2),
    "os.system in protocol 0": pickle.dumps(Reduce(os.system, "touch ran"), 0),
    "eval": pickle.dumps({"weights": Reduce(eval, "__import__('os').system('touch ran')")}, 4),
    "subprocess": pickle.dumps(Reduce(subprocess.Popen, ["touch", "ran"]), 4),
    "builtins.getattr": program(name("builtins getattr"), name("os ."), text("system"), b"\x86R"),
    "odd escape in a name": program(name("os \\q")),
    "dotted name": program(text("numpy"), text("ndarray.__class__"), b"\x93"),
    "numpy's own exec": program(name("numpy.testing._private.utils runstring"), text("1"), b"}\x86R"),
    "logging.config exploit": program(
        name("logging.config dictConfig"),
        b"}(" + text("version") + b"K\x01" + text("formatters") + b"}" + text("f"),
        b"}(" + text("()") + text("os.system") + text("command") + text("touch ran") + b"usu\x85R",
    ),
    "persistent id": program(b"Pthing\n"),
    "binary persistent id": program(text("thing"), b"Q"),
    "INST": program(b"(" + text("touch ran") + b"ios\nsystem\n"),
    "OBJ": program(b"(" + name("os system") + text("touch ran") + b"o"),
    "NEWOBJ": program(name("collections OrderedDict") + b")\x81"),
    "NEWOBJ_EX": program(name("collections OrderedDict") + b")}\x92"),
    "EXT1": program(b"\x82\x01"),
    "EXT2": program(b"\x83\x01\x00"),
    "EXT4": program(b"\x84\x01\x00\x00\x00"),
    "out-of-band buffer": b"\x80\x05\x97.",
    "BUILD on a name": program(name("numpy ndarray") + b"}" + text("x") + b"K\x01sb"),
    "BUILD with slot state": program(name("numpy dtype") + b"N}" + text("code") + text("O") + b"s\x86b"),
    "BUILD of an array with slot state": program(
        name("numpy.core.multiarray _reconstruct")
        + name("numpy ndarray")
        + b"K\x00\x85"
        + blob(b"b")
        + b"\x87R",
        b"N}" + text("value") + b"K\x01s\x86b",
    ),
    "BUILD with a dict": program(array(b"K\x00\x85", blob(b"")), b"}" + text("shape") + b"K\x01sb"),
    "BUILD on a list": program(b"]}b"),
    "call of the array class": program(name("numpy ndarray") + integer(2**31) + b"\x85\x85R"),
    "call of a list": program(b"])R"),
    "encode by another codec": program(name("_codecs encode") + text("x") + text("bz2") + b"\x86R"),
    "own class": pickle.dumps(Reduce(Reduce, print), 4),
    "quantity of a string": program(
        name("brian2.units.fundamentalunits quantity_with_dimensions") + text("x") + b"K\x01\x86R"
    ),
}
BOMBS = {
    "16 GiB array from a few bytes": program(array(integer(2**31 - 1) + b"\x85", blob(b""))),
    "array of zero-width strings": program(array(integer(2**40) + b"\x85", blob(b""), "S0")),
    "empty array with a huge axis": program(array(b"K\x00" + integer(2**40) + b"\x86", blob(b""))),
    "empty array with a product overflow": program(array(b"(K\x00" + integer(2**30) * 4 + b"t", blob(b""))),
    "huge scalar": program(
        name("numpy.core.multiarray scalar") + dtype("S999999999") + blob(b"") + b"\x86R"
    ),
    "negative shape": program(array(b"J\xff\xff\xff\xff\x85", blob(b"12345678"))),
    "two negative axes": program(array(b"J\xff\xff\xff\xffJ\xff\xff\xff\xff\x86", blob(b"12345678"))),
    "boolean shape": program(array(b"\x88\x85", blob(b"12345678"))),
    "list as shape": program(array(b"]", blob(b"12345678"))),
    "too many axes": program(array(b"(" + b"K\x01" * 33 + b"t", blob(b"12345678"))),
    "data too short": program(array(b"K\x02\x85", blob(b"12345678"))),
    "data too long": program(array(b"K\x01\x85", blob(b"1234567890123456"))),
    "array never built": program(
        name("numpy.core.multiarray _reconstruct")
        + name("numpy ndarray")
        + b"K\x00\x85"
        + blob(b"b")
        + b"\x87R"
    ),
    "array of another class": program(array(b"K\x00\x85", blob(b""), kind=name("numpy dtype"))),
    "object array": pickle.dumps(np.array([1, "a"], object), 4),
    "object array over bytes": program(array(b"K\x01\x85", blob(b"12345678"), "O8")),
    "structured array": pickle.dumps(np.zeros(2, [("a", "f4"), ("b", "i2")]), 4),
    "subarray dtype": pickle.dumps(np.zeros(2, [("a", "f4", 3)]), 5),
    "dates": pickle.dumps(np.array(["2020-01-01"], "M8[D]"), 4),
    "void": pickle.dumps(np.zeros(2, "V8"), 4),
    "long double": program(array(b"K\x01\x85", blob(b"1234567812345678"), "f16")),
    "booleans that are neither": program(array(b"K\x01\x85", blob(b"\x02"), "b1")),
    "characters beyond Unicode": program(array(b"K\x01\x85", blob(b"\xff\xff\xff\x7f"), "U1")),
    "dtype as a value": pickle.dumps(np.dtype("f4"), 4),
    "name as a value": program(name("numpy ndarray")),
    "set": pickle.dumps({1}, 4),
    "nested lists": program(b"]" * 100_000 + b"a" * 99_999),
    "nested tuples": program(b")" + b"\x85" * 100_000),
    "nested dicts": program(b"}" + (b"K\x01" + b"}") * 50_000 + b"s" * 50_000),
    "nested tuple as a shape": program(array(b")" + b"\x85" * 100_000, blob(b""))),
    "nested tuple as a dtype": program(name("numpy dtype") + b")" + b"\x85" * 100_000 + b"\x85R"),
    "nested tuple as a key": program(b"})" + b"\x85" * 100_000 + b"Ns"),
    "list that contains itself": program(b"]\x94h\x00a"),
    "billion laughs of tuples": laughs(b"(", b"t", 12),
    "billion laughs of lists": laughs(b"](", b"e", 12),
    "one array, a million times": program(
        b"(", array(integer(2**14) + b"\x85", blob(bytes(2**17))) + b"\x94", b"h\x00" * 300_000, b"t"
    ),
    "encoding of one text, 200 times": called_again_and_again(b"h\x02h\x00h\x03\x86R"),
    "arrays of one megabyte, 200 times": called_again_and_again(
        array(integer(2**18) + b"\x85", b"h\x01", "u4")
    ),
    "memo index never put": program(b"h\x07"),
    "frame of 2**60 bytes": program(b"\x95" + struct.pack("<Q", 2**60), b"\x8e" + struct.pack("<Q", 2**40)),
    "string of 2**31 bytes": program(b"X\xff\xff\xff\x7f"),
    "bytearray of 2**40 bytes": b"\x80\x05\x96" + struct.pack("<Q", 2**40) + b".",
    "integer of 2**31 bytes": program(b"\x8b\xff\xff\xff\x7f"),
    "integer of 64 KiB": program(b"\x8b" + struct.pack("<i", 2**16) + b"\x7f" * 2**16),
    "decimal integer of 10**6 digits": program(b"I" + b"9" * 10**6 + b"\n"),
    "DUP": program(b"]" + b"2" * 1000 + b"\x86"),
    "three million marks": program(b"(" * 3_000_000),
    "three million lists": program(b"(" + b"]" * 3_000_000 + b"t"),
    "a list as a key": program(b"}]Ns"),
    "colliding integer keys": program(b"}" + integer(2**61 - 1 << 4) + b"Ns"),
    "half an item": program(b"}(K\x01u"),
    "nothing on the stack": program(b""),
    "two things on the stack": program(b"NN"),
    "pop of an empty stack": program(b"\x87"),
    "append to nothing": program(b"Na"),
    "append to a tuple": program(b")Na"),
    "mark that is not there": program(b"t"),
    "something after the end": pickle.dumps(1, 4) + b"rm -rf",
    "truncated": HONEST[:-20],
    "unknown opcode": program(b"\xff"),
    "protocol 6": b"\x80\x06N.",
    "protocol 0": pickle.dumps([1], 0),
    "not a pickle": b"weights = [1, 2, 3]\n",
    "gzip": gzip.compress(HONEST),
    "zip": b"PK\x03\x04 and so on",
    "empty": b"",
}
HOSTILE = CODE | BOMBS


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_file_is_refused_in_one_line(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "model.pkl"
    path.write_bytes(HOSTILE[case])
    with pytest.raises(InputError, match=r"model\.pkl") as refusal:
        unpickler.load(path)
    message = str(refusal.value)
    assert "\n" not in message
    assert message.isascii()
    assert len(message) < 300 + len(str(path))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("billion laughs of tuples", "out of proportion"),
        ("billion laughs of lists", "out of proportion"),
        ("one array, a million times", "out of proportion"),
        ("encoding of one text, 200 times", "out of proportion"),
        ("arrays of one megabyte, 200 times", "out of proportion"),
        ("16 GiB array from a few bytes", r"shape \(2147483647,\), dtype <f8, with 0 bytes of data"),
        ("nested lists", "nested deeper than 32"),
        ("nested dicts", "nested deeper than 32"),
        ("list that contains itself", "contains itself"),
        ("truncated", "is damaged"),
        ("own class", "refers to '.*Reduce', which is not plain data; save plain dicts"),
        ("gzip", "gzip-compressed; unpack it"),
        ("something after the end", "6 bytes after its end"),
    ],
)
def test_the_reason_is_the_right_one(case: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        unpickler.loads(HOSTILE[case])


def test_a_huge_memo_index_costs_nothing() -> None:
    assert unpickler.loads(program(b"Nr\xff\xff\xff\xff")) is None  # CPython's unpickler takes 64 GiB


LIMITED = """
import resource, sys
from pathlib import Path
from snnedge.frontends.pkl import machine, unpickler
size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 400 * 2**20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
for path in sys.argv[1:]:
    try:
        unpickler.load(path)
    except unpickler.InputError:
        print("refused")
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
@pytest.mark.slow
def test_hostile_files_are_refused_in_400_mib_and_two_minutes(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.pkl" for number in range(len(HOSTILE))]
    for path, data in zip(paths, HOSTILE.values(), strict=True):
        path.write_bytes(data)
    root = Path(unpickler.__file__).parents[3]
    command = [sys.executable, "-P", "-c", LIMITED, *map(str, paths)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(root)}
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["refused"] * len(HOSTILE)


@pytest.mark.parametrize("case", ["os.system", "os.system in protocol 2", "eval", "logging.config exploit"])
def test_the_attacks_are_attacks(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own unpickler falls for these; if it did not, the list above would prove little."""
    monkeypatch.chdir(tmp_path)
    with contextlib.suppress(ValueError):  # dictConfig complains about what it has just run
        pickle.loads(CODE[case])
    for logger in logging.root.manager.loggerDict.values():  # dictConfig has silenced them for later tests
        if isinstance(logger, logging.Logger):
            logger.disabled = False
    assert (tmp_path / "ran").exists()


def test_every_opcode_is_either_data_or_refused() -> None:
    known = {opcode.name for opcode in pickletools.opcodes}
    assert set(machine.OPCODES) <= known
    for opcode in ("REDUCE", "BUILD", "GLOBAL", "STACK_GLOBAL"):  # the dangerous four are handled here
        assert opcode in machine.OPCODES
    assert not {"INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "EXT1", "PERSID", "DUP"} & set(machine.OPCODES)


def test_what_is_no_readable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read .*gone\.pkl: No such file"):
        unpickler.load(tmp_path / "gone.pkl")
    with pytest.raises(InputError, match="is not a file"):
        unpickler.load(tmp_path)
    os.mkfifo(tmp_path / "pipe.pkl")
    with pytest.raises(InputError, match=r"pipe\.pkl is not a file"):
        unpickler.load(tmp_path / "pipe.pkl")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(HONEST)
    path.chmod(0)
    with pytest.raises(InputError, match=r"cannot read .*model\.pkl: Permission denied"):
        unpickler.load(path)


def test_file_above_the_limit_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "model.pkl"
    with path.open("wb") as file:
        file.truncate(2**40)  # sparse
    with pytest.raises(InputError, match="at most 134217728 are read"):
        unpickler.load(path)
    path.write_bytes(HONEST)
    with pytest.raises(InputError, match="at most 10 are read"):
        unpickler.load(path, max_bytes=10)
