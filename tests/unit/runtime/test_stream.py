"""Streams: spikes handed over step by step do what a sample's encoder does, for any number of steps."""

import re
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conductances import random_conductance_model, random_conductance_network, random_diehl_cook
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from images import random_images
from integer_models import random_integer_model
from networks import random_network, random_wiring, with_poisson
from scans import random_scan_model

import snnedge
from snnedge.compiler.quantize import quantize
from snnedge.errors import InputError, ShapeError
from snnedge.exporters import c
from snnedge.kinds import encoder, neuron, synapse
from snnedge.kinds.neurons.if_ttfs import NEVER
from snnedge.model.integer_model import IntegerModel
from snnedge.model.network import INPUT, Encoder, Population, Projection, Readout
from snnedge.runtime.runtime import Runtime
from snnedge.simulator import reference

SEEDS = st.integers(0, 2**32 - 1)


def race(seed: int) -> IntegerModel:
    """``if_ttfs`` neurons behind an encoder that lists its spikes; seeds 2, 5, ... have no threshold."""
    net, rng = random_network(seed, signed=True), np.random.default_rng(seed)
    params = {
        "bias": rng.uniform(-1, 1, 13),
        "threshold": rng.uniform(0, 6, 13) if seed % 3 != 2 else np.full(13, NEVER),
    }
    return quantize(replace(net, populations=(Population("output", neuron("if_ttfs"), 13, params),)))


MAKERS = {
    "integers": random_integer_model,
    "wide": lambda seed: random_integer_model(seed, wide=True),
    "conductance": random_conductance_model,
    "quantized conductance": lambda seed: quantize(random_conductance_network(seed)),
    "diehl & cook": lambda seed: quantize(random_diehl_cook(seed), 4),
    "wiring": lambda seed: quantize(random_wiring(seed), 4 + 4 * (seed % 2)),
    "poisson": lambda seed: with_poisson(random_integer_model(seed), seed),
    "race": race,
}  # fmt: skip


def encoded(model: IntegerModel, seed: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """A random sample, (1, *shape), and what the encoder makes of it, step by step until the decision."""
    image = random_images(model.encoder.shape, 3, seed)[2:]
    runtime = Runtime(model)
    steps = runtime.run(image).steps[0]
    raster = runtime.trace(image, INPUT).spikes[0, :steps]
    return image, [np.flatnonzero(row).astype(np.uint16) for row in raster]


@pytest.mark.parametrize("level", snnedge.simd_levels())
@examples(50)
@given(SEEDS, st.sampled_from(sorted(MAKERS)))
def test_a_stream_of_the_encoders_spikes_is_the_sample(level: str, seed: int, what: str) -> None:
    model = MAKERS[what](seed)
    image, steps = encoded(model, seed)
    runtime = Runtime(model, level)
    expected = runtime.run(image)
    traces = {p.name: runtime.trace(image, p.name) for p in model.populations}
    stream = runtime.stream()
    for k, spikes in enumerate(steps):
        answer = stream.step(spikes)
        np.testing.assert_array_equal(answer, stream.spikes())
        np.testing.assert_array_equal(stream.spikes(INPUT), spikes)
        for name, trace in traces.items():
            np.testing.assert_array_equal(stream.spikes(name), np.flatnonzero(trace.spikes[0, k]))
            np.testing.assert_array_equal(stream.membrane(name), trace.membrane[0, k])
    assert stream.steps == expected.steps[0]
    assert stream.label == expected.labels[0]
    assert stream.decided or not model.readout.exit_margin or stream.steps == model.steps


@pytest.mark.parametrize("level", snnedge.simd_levels())
@examples(50)
@given(SEEDS, st.sampled_from(sorted(MAKERS)))
def test_any_stream_equals_the_reference(level: str, seed: int, what: str) -> None:
    """Beyond the steps of a sample, with decisions that begin anew, and back to the first step."""
    model = MAKERS[what](seed)
    rng = np.random.default_rng(seed)
    stream = Runtime(model, level).stream()
    for _ in range(2):
        golden = reference.Stream(model)
        for k in range(model.steps + 15):
            rate = rng.choice([0, 0.1, 0.5, 1])
            spikes = np.flatnonzero(rng.random(model.encoder.size) < rate).astype(np.uint16)
            if k % 17 == 11:
                stream.clear_votes(), golden.clear_votes()
            np.testing.assert_array_equal(stream.step(spikes), golden.step(spikes))
            for p in model.populations:
                np.testing.assert_array_equal(stream.spikes(p.name), golden.spikes(p.name))
                np.testing.assert_array_equal(stream.membrane(p.name), golden.membrane(p.name))
            assert (stream.label, stream.decided) == (golden.label, golden.decided)
        stream.reset()


def test_the_random_streams_do_reach_what_they_are_for() -> None:
    undecided = set(MAKERS)
    for what, make in MAKERS.items():
        fired = 0
        for seed in range(12):
            model = make(seed)
            stream = Runtime(model).stream()
            for _ in range(40):
                fired += len(stream.step(np.arange(model.encoder.size, dtype=np.uint16)))
                undecided -= {what} if stream.decided else set()
        assert fired, what
    assert len(undecided) <= 2  # the builders of some give no exit margin


def relay(delay: int, back: int) -> IntegerModel:
    """Neurons without memory: an input's spike arrives ``delay`` steps later, and once more ``back`` steps
    after that."""
    weights = np.eye(3) * 100
    return IntegerModel(
        name="relay",
        dt=0.001,
        steps=1,
        bits=8,
        encoder=Encoder(encoder("error_diffusion"), (3,), {"drive": 1, "limit": 1, "seed": 0}),
        populations=tuple(
            Population(
                name,
                neuron("lif"),
                3,
                {"decay": 0, "refractory": 0, "reset": 0, "threshold": np.full(3, 50, np.int16)},
            )
            for name in ("first", "second")
        ),
        projections=(
            Projection(INPUT, "first", synapse("one_to_one"), params={"weight": 100}, delay=delay),
            Projection("second", "first", synapse("one_to_one"), params={"weight": 0}, delay=back),
            Projection(
                "first", "second", synapse("dense"), weights.astype(np.int8), {"zero_point": 0}, delay=back
            ),
        ),
        readout=Readout("second", np.array([0, 1, 1], np.int16), 2),
        scales={"first": 1.0, "second": 1.0},
        wide={"first": False, "second": False},
    )


@pytest.mark.parametrize(("delay", "back"), [(0, 0), (1, 2), (6, 4), (255, 254)])
def test_delays_and_votes_survive_the_end_of_16_bits(delay: int, back: int) -> None:
    """Rings of 2, 3, 5, 7, 255 and 256 lists, of which most do not divide 65536."""
    n = 70_000 + 66_000  # the second part for 65,536 votes
    rng = np.random.default_rng(delay)
    raster = rng.random((n, 3)) < 0.2
    raster[:, 0] |= np.arange(n) < 70_000
    at, indices = np.nonzero(raster)
    stream = Runtime(relay(delay, back)).stream()
    neurons, times = stream.run(indices, at * 0.001, until=n * 0.001)
    arrived = np.zeros((n, 3), bool)
    arrived[np.rint(times / 0.001).astype(int), neurons] = True
    np.testing.assert_array_equal(arrived[delay + back :], raster[: n - delay - back])
    assert not arrived[: delay + back].any()
    assert stream.steps == n
    assert stream.label == 0  # the first to 65535, and 1 cannot overtake any more


def test_a_step_costs_no_more_than_a_few_calls_of_numpy() -> None:
    """0.65 us on the machine of stream-events.md: both are measured in turns."""
    stream = Runtime(quantize(random_network(1))).stream()
    spikes = np.array([1, 5], np.uint16)

    def cost(call) -> float:
        begun = time.process_time()
        for _ in range(10_000):
            call(spikes)
        return time.process_time() - begun

    taken = [(cost(stream.step), cost(np.sort)) for _ in range(7)]
    step, sort = map(min, zip(*taken, strict=True))
    assert step < 4 * sort


def test_streams_of_one_model_do_not_notice_each_other() -> None:
    model = MAKERS["wiring"](1)
    runtime = Runtime(model)
    rng = np.random.default_rng(0)
    given = [[np.flatnonzero(rng.random(20) < 0.3).astype(np.uint16) for _ in range(50)] for _ in range(3)]
    alone = []
    for steps in given:
        stream = runtime.stream()
        alone.append([stream.step(spikes).tolist() for spikes in steps])
    streams = [runtime.stream() for _ in given]
    together = [
        [s.step(steps[k]).tolist() for s, steps in zip(streams, given, strict=True)] for k in range(50)
    ]
    assert [list(one) for one in zip(*together, strict=True)] == alone
    assert any(spikes for one in alone for spikes in one)
    del runtime  # streams keep what they need
    streams[0].reset()
    assert [streams[0].step(spikes).tolist() for spikes in given[0]] == alone[0]


# --- events -----------------------------------------------------------------------------------------


@examples(60)
@given(SEEDS, st.sampled_from([0.001, 0.0005, 0.1, 1 / 1024, 1 / 3]))
def test_events_are_the_spikes_of_their_steps(seed: int, dt: float) -> None:
    """In one piece, in pieces with silence between them, or step by step."""
    rng = np.random.default_rng(seed)
    runtime = Runtime(replace(MAKERS["wiring"](seed % 50), dt=dt))
    counts = rng.integers(0, 4, 60) * rng.integers(0, 2, 60)
    at = np.repeat(np.arange(60), counts)
    times = np.sort((at + rng.choice([0, 0.5, 0.99], len(at))) * dt)
    indices = rng.integers(0, 20, len(at))
    by_hand, whole, pieces = runtime.stream(), runtime.stream(), runtime.stream()
    expected = [
        (n, k * dt) for k in range(60) for n in by_hand.step(np.unique(indices[at == k]).astype(np.uint16))
    ]
    neurons, when = whole.run(indices, times, until=60 * dt)
    assert list(zip(neurons, when, strict=True)) == expected
    found = []
    for first in range(0, 60, 7):
        end = min(first + 7, 60)
        part = (at >= first) & (at < end)
        found += zip(*pieces.run(indices[part].astype(np.uint8), times[part], until=end * dt), strict=True)
    assert found == expected
    assert by_hand.steps == whole.steps == pieces.steps == 60
    np.testing.assert_array_equal(whole.membrane(), by_hand.membrane())
    assert whole.label == pieces.label == by_hand.label


def test_a_stream_feeds_another() -> None:
    """Spikes come out in the form in which they go in."""
    one, two = Runtime(relay(3, 1)), Runtime(relay(2, 0))
    first, second = one.stream(), two.stream()
    out = second.run(*first.run(np.array([0, 2]), np.array([0.0, 0.0105]), until=0.02), until=0.02)
    assert out[0].tolist() == [0, 2]
    assert out[1] == pytest.approx([0.006, 0.016])
    assert out[0].dtype == np.uint16
    assert first.run(*out[:0], np.zeros(0, int), np.zeros(0))[0].shape == (0,)
    assert first.steps == 20


def test_the_spikes_of_a_trace_go_into_a_stream() -> None:
    """The encoder's spikes, as ``i`` and ``t``, give the readout's spikes of the same trace."""
    model = random_integer_model(13)
    runtime = Runtime(replace(model, dt=0.0005, readout=replace(model.readout, exit_margin=0)))
    images = random_images(runtime.model.encoder.shape, 9)
    given, expected = runtime.trace(images, INPUT), runtime.trace(images)
    into, out = given.sample_offsets, expected.sample_offsets
    assert len(expected.i)
    for k in range(len(images)):
        one, other = slice(*into[k : k + 2]), slice(*out[k : k + 2])
        end = runtime.model.steps * runtime.model.dt
        found = runtime.stream().run(given.i[one], given.t[one], until=end)
        np.testing.assert_array_equal(found.i, expected.i[other])
        np.testing.assert_array_equal(found.t, expected.t[other])
        np.testing.assert_array_equal(found.count, expected.count[k])


def test_the_spikes_of_a_stream_are_a_pair_as_well() -> None:
    found = Runtime(relay(0, 0)).stream().run(np.array([0, 2, 2]), np.array([0.0, 0.001, 0.003]))
    neurons, times = found
    assert neurons is found.i is found[0]
    assert times is found.t is found[1]
    assert (found.i.tolist(), found.count.tolist()) == ([0, 2, 2], [1, 0, 2])


# --- C ----------------------------------------------------------------------------------------------


@pytest.mark.compiler("cc")
@pytest.mark.parametrize(
    ("what", "seed"), [("wiring", 6), ("conductance", 0), ("diehl & cook", 0), ("integers", 13)]
)
def test_the_exported_c_streams_with_the_program_of_the_page(tmp_path, what, seed):
    """Events in any order within a step, some of them twice."""
    model = replace(MAKERS[what](seed), dt=0.001, name="digits")
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "stream-events.md").read_text()
    (program,) = re.findall(r"^```c\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    for path, text in (c.sources(model) | {"program.c": program}).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    flags = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", tmp_path]
    subprocess.run(
        ["cc", *flags, *tmp_path.rglob("*.c"), "-o", tmp_path / "stream"], check=True, timeout=300
    )
    rng = np.random.default_rng(1)
    at = np.sort(rng.integers(0, 60, 3 * model.encoder.size))
    at[-1] = 59
    indices = rng.integers(0, model.encoder.size, len(at))
    micros = np.sort(1000 * at + rng.integers(0, 1000, len(at)))
    events = "".join(f"{us} {i}\n" for us, i in zip(micros, indices, strict=True))
    done = subprocess.run([tmp_path / "stream"], input=events, capture_output=True, text=True, check=True)
    assert done.stdout == "".join(expected_lines(Runtime(model).stream(), at, indices))
    assert len(done.stdout.splitlines()) > 10


def expected_lines(stream, at, indices):
    for k in range(60):
        spikes = stream.step(np.unique(indices[at == k]).astype(np.uint16))
        yield from (f"{1000 * k} {n}\n" for n in spikes)
        if stream.decided:
            yield f"label {stream.label}\n"
            stream.clear_votes()


# --- what is refused --------------------------------------------------------------------------------


@pytest.fixture
def stream() -> snnedge.runtime.stream.Stream:
    stream = Runtime(quantize(random_network(7))).stream()  # 20 inputs
    stream.run(np.array([1]), np.array([0.0042]))
    return stream


def uint16(*values: int) -> np.ndarray:
    return np.array(values, np.uint16)


@pytest.mark.parametrize(("spikes", "message"), [
    (uint16(3, 20), "spikes: input 20 of a model with inputs 0..19"),
    (uint16(65535), "spikes: input 65535 of"),
    (uint16(5, 3), "spikes: 3 after 5; give ascending"),
    (uint16(5, 5), "spikes: 5 after 5; give ascending"),
    (np.zeros(70_000, np.uint16), "spikes: 0 after 0"),
    (np.array([1, 2]), r"spikes: expected a uint16 array \(n,\), got int64 \(2,\); use np.uint16"),
    (uint16(1).astype(">u2"), "got >u2"),
    (uint16(1)[None], r"got uint16 \(1, 1\)"),
    (np.uint16(1), "got uint16"),
    (np.zeros(3, bool), r"got bool \(3,\)"),
    ([1, 2], "got list"),
    (None, "got NoneType"),
])  # fmt: skip
def test_bad_spikes_are_named_and_nothing_happens(stream, spikes, message):
    before = stream.membrane()
    with pytest.raises(InputError, match=message) as caught:
        stream.step(spikes)
    assert "\n" not in str(caught.value)
    assert stream.steps == 5
    np.testing.assert_array_equal(stream.membrane(), before)
    stream.step(uint16(0, 19))
    assert stream.steps == 6


def test_spikes_of_every_second_place_in_memory_are_taken(stream):
    stream.step(np.arange(20, dtype=np.uint16)[::3])
    assert stream.spikes("input").tolist() == list(range(0, 20, 3))


@pytest.mark.parametrize(("indices", "times", "until", "message"), [
    ([1, 20], [0.01, 0.02], None, "indices: input 20 of a model with inputs 0..19"),
    ([1, -1], [0.01, 0.02], None, "indices: input -1 of"),
    ([1.0], [0.01], None, r"indices: expected an integer array \(n,\), got float64 \(1,\)"),
    ([1, 2], [0.01], None, "indices and times: 2 and 1 of them"),
    ([1], [10], None, r"times: expected a float64 array \(n,\) of seconds, got int64 \(1,\)"),
    ([1], [np.nan], None, "times: NaN or infinite"),
    ([1], [np.inf], None, "times: NaN or infinite"),
    ([1, 2], [0.02, 0.0195], None, "times: 0.0195 s after 0.02 s; sort the events"),
    ([1], [0.0049], None, "times: 0.0049 s, but the stream is at 0.005 s already"),
    ([1], [-0.001], None, "times: -0.001 s, but"),
    ([1], [1.7e9], None, "times: 1.7e[+]09 s, and the stream is at 0.005 s; give seconds"),
    ([1], [1e300], None, "times: 1e[+]300 s"),
    ([1], [0.01], 0.01, "until: 0.01 s, but the stream is at 0.011 s by then"),
    ([], [], 0.004, "until: 0.004 s, but the stream is at 0.005 s"),
    ([], [], np.nan, "until: nan s"),
    ([], [], "x", "until: expected a number of seconds, got str"),
    ([], [], [0.1], "until: expected a number of seconds, got list"),
    ([], [], 1e9, "until: 1e[+]09 s, .* at most 100000 at a time"),
])  # fmt: skip
def test_bad_events_are_named_and_nothing_happens(stream, indices, times, until, message):
    indices = np.array(indices) if indices else np.zeros(0, int)
    times = np.array(times) if times else np.zeros(0)
    with pytest.raises(InputError, match=message) as caught:
        stream.run(indices, times, until)
    assert "\n" not in str(caught.value)
    assert stream.steps == 5


def test_lists_are_no_arrays(stream):
    with pytest.raises(ShapeError, match=r"indices: expected an integer array .*got list"):
        stream.run([1], np.zeros(1))
    with pytest.raises(ShapeError, match=r"times: expected a float64 array .*got list"):
        stream.run(np.zeros(1, int), [0.01])


def test_an_unknown_population_is_named(stream):
    for look in (stream.spikes, stream.membrane):
        with pytest.raises(InputError, match="no population 'hiden'"):
            look("hiden")


def test_a_model_that_scans_samples_takes_no_stream():
    model = random_scan_model(1)
    for make in (Runtime(model).stream, lambda: reference.Stream(model)):
        with pytest.raises(
            InputError, match=r"'scan' takes no stream: .*encoder binary.*keeps no map"
        ) as caught:
            make()
        assert "\n" not in str(caught.value)


def step_while(going, stream):
    while going():
        stream.step(uint16())


def test_two_threads_in_one_stream_are_reported():
    stream = Runtime(quantize(random_network(7))).stream()
    nothing = np.zeros(0, int), np.zeros(0)
    thread = threading.Thread(target=stream.run, args=nothing, kwargs={"until": 20_000.0})
    thread.start()
    with pytest.raises(RuntimeError, match="another thread is using it"):
        step_while(thread.is_alive, stream)
    thread.join()
    stream.step(uint16())
