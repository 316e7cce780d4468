"""Recordings: one format, read as hostile input; what is compared with them."""

import contextlib
import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networks import random_network

from snnedge import api
from snnedge.cli import main
from snnedge.compiler.quantize import quantize
from snnedge.data import recording
from snnedge.data.recording import Recording
from snnedge.errors import InputError
from snnedge.measure.coincidence import matched
from snnedge.runtime.runtime import Runtime

GOOD = {
    "input_i": np.array([1, 0]),
    "input_t": np.array([3, 5]),
    "output_i": np.array([2]),
    "output_t": np.array([4]),
    "dt": np.array(1e-3),
    "sample_offsets": np.array([0, 5, 10]),
}


def saved(folder, **changes):
    path = folder / "recorded.npz"
    content = {key: value for key, value in (GOOD | changes).items() if value is not None}
    np.savez(path, **content)
    return path


@pytest.fixture
def runtime():
    return Runtime(quantize(random_network(1)))


def of_model(runtime, samples=3, shift=0):
    """What the model itself does on random input spikes, as a recording."""
    model, rng, stream = runtime.model, np.random.default_rng(3), runtime.stream()
    parts = {"input": [], "output": []}
    for n in range(samples):
        at, which = np.nonzero(rng.random((20, model.encoder.size)) < 0.4)
        stream.reset()
        found = stream.run(which, at * model.dt, until=20 * model.dt)
        steps = np.minimum(np.rint(found.t / model.dt).astype(int) + shift, 19)
        for name, i, t in (("input", which, at), ("output", found.i, steps)):
            parts[name].append((i.astype(int), t + 20 * n))
    arrays = {
        f"{name}_{key}": np.concatenate([part[k] for part in found])
        for name, found in parts.items()
        for k, key in enumerate("it")
    }
    return Recording(**arrays, dt=model.dt, sample_offsets=np.arange(0, 20 * samples + 1, 20))


def test_a_recording_comes_back_in_order(tmp_path):
    found = recording.read(saved(tmp_path, input_i=GOOD["input_i"][::-1], input_t=GOOD["input_t"][::-1]))
    recording.write(found, tmp_path / "again.npz")
    again = recording.read(tmp_path / "again.npz")
    for name in recording.FIELDS:
        assert np.array_equal(getattr(again, name), GOOD[name])
    first, second = again.samples()
    assert (first.input_t.tolist(), second.input_t.tolist(), second.input_i.tolist()) == ([3], [0], [0])
    assert (first.output_t.tolist(), len(again)) == ([4], 2)


@pytest.mark.parametrize("dtype", ["u1", "i2", "u4", "i8", "f4", "f8", ">i4", ">f8"])
def test_whole_numbers_of_any_type_are_read(tmp_path, dtype):
    changed = {name: GOOD[name].astype(dtype) for name in recording.ARRAYS}
    found = recording.read(saved(tmp_path, **changed))
    assert all(np.array_equal(getattr(found, name), GOOD[name]) for name in recording.ARRAYS)


@pytest.mark.parametrize("name", recording.FIELDS)
@pytest.mark.parametrize(
    "value",
    [
        None, np.array(["a"]), np.array([0.5]), np.array([np.nan]), np.array([np.inf]), np.array([-1]),
        np.array([[1]]), np.array([2**63], "u8"), np.array([1j]), np.array([True]),
        np.array([None], object),
    ],
    ids=str,
)  # fmt: skip
def test_a_bad_field_is_named_in_one_line(tmp_path, name, value):
    path = saved(tmp_path, **{name: value})
    with pytest.raises(InputError, match=rf"recorded\.npz.*{name}") as error:
        recording.read(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("offsets", [[], [0], [0, 0, 10], [5, 0], [0, 10**9], [2, 10]])
def test_bad_offsets_are_named(tmp_path, offsets):
    with pytest.raises(InputError, match=r"field '(sample_offsets|input_t)'|outside") as error:
        recording.read(saved(tmp_path, sample_offsets=np.array(offsets, int), input_t=np.array([1, 5])))
    assert "recorded.npz" in str(error.value)


def test_unknown_fields_and_other_files_are_refused(tmp_path):
    with pytest.raises(InputError, match="unknown field 'more'"):
        recording.read(saved(tmp_path, more=np.zeros(1)))
    for content in (b"", b"junk", b"PK\x03\x04", b"\x93NUMPY", saved(tmp_path).read_bytes()[:-30]):
        (tmp_path / "bad.npz").write_bytes(content)
        with pytest.raises(InputError, match=r"bad\.npz: not a readable npz file"):
            recording.read(tmp_path / "bad.npz")
    with pytest.raises(InputError, match="no such file"):
        recording.read(tmp_path / "gone.npz")


def test_a_size_that_is_only_announced_reserves_nothing(tmp_path):
    header = b"\x93NUMPY\x01\x00v\x00{'descr': '<i8', 'fortran_order': False, 'shape': (1099511627776,), }"
    with zipfile.ZipFile(tmp_path / "bad.npz", "w") as archive:
        archive.writestr("input_i.npy", header.ljust(127) + b"\n")
    with pytest.raises(InputError, match=r"bad\.npz: input_i: is cut short"):
        recording.read(tmp_path / "bad.npz")
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("input_i.npy", bytes(2**27 + 1))
    with pytest.raises(InputError, match="unpacks to more"):
        recording.read(tmp_path / "bomb.npz")


@given(st.data())
@settings(max_examples=150)
def test_damaged_bytes_end_in_one_line(tmp_path_factory, data):
    buffer = io.BytesIO()
    np.savez(buffer, **GOOD)
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("bad") / "bad.npz"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with contextlib.suppress(InputError):  # any other error fails the test
        recording.read(path)


def test_a_model_agrees_with_itself(runtime):
    found = api.compare(runtime, of_model(runtime))
    assert found.model_spikes.sum() > 0
    assert (found.mean_coincidence, found.same_count, found.same_label) == (1.0, 1.0, 1.0)
    assert found.recorded_spikes.tolist() == found.model_spikes.tolist()


def test_one_step_is_allowed_for_and_inhibition_is_seen(runtime):
    shifted = api.compare(runtime, of_model(runtime, shift=1))
    assert shifted.mean_coincidence > 0.8
    assert api.compare(runtime, of_model(runtime, shift=4)).mean_coincidence < shifted.mean_coincidence
    base = of_model(runtime)
    few = Recording(
        base.input_i, base.input_t, base.output_i[::20], base.output_t[::20], base.dt, base.sample_offsets
    )
    found = api.compare(runtime, few)
    assert found.mean_coincidence < 0.2
    assert found.recorded_spikes.sum() < found.model_spikes.sum()


def test_a_recording_of_another_network_is_refused(runtime, tmp_path):
    good = of_model(runtime)
    for name, value, problem in (
        ("dt", 0.5, "field 'dt' is 0.5 s"),
        ("input_i", good.input_i + 60000, "field 'input_i' has"),
        ("output_i", good.output_i + 60000, "field 'output_i' has"),
    ):
        other = replace(good, **{name: value})
        with pytest.raises(InputError, match=problem):
            api.compare(runtime, other)


def test_the_command_prints_each_sample(runtime, tmp_path, capsys):
    from snnedge import model_file

    model_file.save(runtime.model, tmp_path / "model.safetensors")
    recording.write(of_model(runtime), tmp_path / "recorded.npz")
    words = ["compare", str(tmp_path / "model.safetensors"), "--spikes", str(tmp_path / "recorded.npz")]
    assert main.main(words) == 0
    shown = capsys.readouterr().out
    assert "your simulator, 3 samples" in shown
    assert shown.count("100.00%") == 6
    assert main.main([*words[:-1], str(tmp_path / "model.safetensors")]) == 2


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), unique=True), st.randoms())
def test_coincidence_is_the_largest_matching(spikes, random):
    other = sorted({(i, max(t + random.choice((-2, -1, 0, 1, 2)), 0)) for i, t in spikes})
    found = matched(*(np.array(x, int).reshape(-1, 2)[:, k] for x in (spikes, other) for k in (0, 1)))
    assert found == _largest(spikes, other)


def _largest(spikes, other):
    """Augmenting paths: slow, and right for any pairs."""
    partner = {}

    def place(spike, seen):
        for candidate in other:
            if candidate[0] == spike[0] and abs(candidate[1] - spike[1]) <= 1 and candidate not in seen:
                seen.add(candidate)
                if candidate not in partner or place(partner[candidate], seen):
                    partner[candidate] = spike
                    return True
        return False

    return sum(place(spike, set()) for spike in spikes)
