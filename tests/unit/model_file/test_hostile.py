"""Hostile model files: every value of a header and every dtype of a tensor ends in one printable line."""

import copy
import json
import struct
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
from networks import random_network
from safetensors.numpy import save as save_tensors

from snnedge import model_file
from snnedge.compiler.quantize import quantize
from snnedge.errors import SnnedgeError
from snnedge.model.integer_model import describe
from snnedge.model.network import Encoder, Network

HOSTILE = [
    *(None, True, -1, 0, 1, 255, 65536, 2**31, 2**63, 2**64, -(2**63), 10**400, 0.5, 1e308, -0.0),
    *("", "x", "\x1b[31m", "a\nb", "\ud800", "é" * 100_000, [], {}, [[]], [1], ["a"], {"a": 1}),
    *([320, 107367629, 536903681], [65535, 65537], [-1, -20], float("inf"), float("nan")),
]


def parts(version: int) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return the header and the tensors of a small model."""
    model = quantize(random_network(1, hidden=5))
    data = model_file.to_bytes(model, version)
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["snnedge"]), describe(model)[1]


def leaves(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Yield the path of every value in ``value``, objects and lists too."""
    if path:
        yield path
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, item in entries:
        yield from leaves(item, (*path, key))


def changed(header: dict[str, Any], path: tuple, value: Any) -> dict[str, Any]:
    """Return ``header`` with ``value`` at ``path``."""
    header = copy.deepcopy(header)
    inner: Any = header
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return header


def load(tmp_path, header: dict[str, Any] | str, tensors: dict[str, np.ndarray]):
    text = header if isinstance(header, str) else json.dumps(header)
    file = tmp_path / "m.safetensors"
    file.write_bytes(save_tensors(tensors, metadata={"snnedge": text}))
    return model_file.load(file)


def answer(tmp_path, header, tensors) -> str:
    """Return the message that refuses the model, "read" where it is read."""
    try:
        load(tmp_path, header, tensors)
    except SnnedgeError as error:
        return str(error)
    return "read"


def sound(message: str, tmp_path) -> bool:
    return message.isprintable() and len(message) < 400 + len(str(tmp_path))


def refused(tmp_path, header, tensors) -> str:
    message = answer(tmp_path, header, tensors)
    assert sound(message, tmp_path), message[:400]
    assert message != "read"
    return message


@pytest.mark.slow
@pytest.mark.parametrize("version", model_file.versions.VERSIONS)
def test_any_value_at_any_place_of_a_header_is_refused_or_read(tmp_path, version):
    header, tensors = parts(version)
    for path in leaves(header):
        for value in HOSTILE:
            message = answer(tmp_path, changed(header, path, value), tensors)
            assert sound(message, tmp_path), (path, value)


@pytest.mark.parametrize("version", model_file.versions.VERSIONS)
def test_a_missing_field_is_refused_or_optional(tmp_path, version):
    header, tensors = parts(version)
    for path in leaves(header):
        shorter = copy.deepcopy(header)
        inner: Any = shorter
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]
        assert sound(answer(tmp_path, shorter, tensors), tmp_path), path


def test_a_model_beyond_every_memory_is_refused(tmp_path):
    header, tensors = parts(3)
    populations = header["kinds"]["populations"]
    many = [populations[0] | {"name": f"p{k}"} for k in range(5000)]
    assert "more than 4096" in refused(tmp_path, changed(header, ("kinds", "populations"), many), tensors)
    net = random_network(1)
    only = net.populations[0]
    params = {"threshold": np.ones(65535)}
    crowd = tuple(only.__class__(f"p{k}", only.kind, 65535, params) for k in range(65))
    with pytest.raises(SnnedgeError, match=r"neurons in all, more than 4194304"):
        Network(net.name, net.dt, net.steps, net.encoder, crowd, net.projections, net.readout)


def test_a_shape_whose_product_wraps_is_refused(tmp_path):
    header, tensors = parts(3)
    shape = [320, 107367629, 536903681]  # 64 modulo 2^64
    assert "shape" in refused(tmp_path, changed(header, ("inputs", 0, "shape"), shape), tensors)
    kind = random_network(1).encoder.kind
    assert Encoder(kind, tuple(np.array(shape))).size == 320 * 107367629 * 536903681


DTYPES = ["F8_E4M3", "F8_E5M2", "BF16", "F16", "F64", "U64", "BOOL", "I32", "C64", "nonsense"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_tensor_of_another_dtype_is_refused(tmp_path, dtype):
    file = tmp_path / "m.safetensors"
    data = model_file.to_bytes(quantize(random_network(1)))
    (length,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8 : 8 + length]), bytearray(data[8 + length :])
    size = {"F8_E4M3": 1, "F8_E5M2": 1, "BOOL": 1, "F64": 8, "U64": 8, "C64": 8, "I32": 4}.get(dtype, 2)
    start = len(body)
    header["extra"] = {"dtype": dtype, "shape": [4], "data_offsets": [start, start + 4 * size]}
    body += bytes(4 * size)
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + bytes(body))
    # Versions 1 and 2 ignore a tensor of no part.
    known = dtype not in ("F8_E4M3", "F8_E5M2", "BF16", "nonsense")
    with nullcontext() if known else pytest.raises(SnnedgeError, match=r"m\.safetensors"):
        model_file.load(file)


def test_a_key_that_occurs_twice_is_refused(tmp_path):
    header, tensors = parts(3)
    text = json.dumps(header)
    twice = text.replace('"dt":', '"dt": 5.0, "dt":', 1)
    assert "'dt'" in refused(tmp_path, twice, tensors)
