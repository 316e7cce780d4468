"""The Python binding: what it accepts, what it refuses, and that it lets other threads run."""

import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest
from images import random_images
from integer_models import random_integer_model
from networks import random_network

import snnedge
from snnedge import model_file
from snnedge.compiler.quantize import quantize
from snnedge.errors import InputError
from snnedge.model import outcome


@pytest.fixture
def runtime():
    return snnedge.Runtime(quantize(random_network(7, exit_margin=1)))


def test_load_predict_and_run(tmp_path, runtime, images):
    model_file.save(runtime.model, tmp_path / "m.safetensors")
    loaded = snnedge.load(tmp_path / "m.safetensors")
    assert (loaded.predict(images) == runtime.run(images).labels).all()
    assert loaded.hash == runtime.model.hash


@pytest.mark.parametrize("samples", [0, 1, 2, 999])
def test_any_batch_size(runtime, samples):
    images = random_images((4, 5), samples)
    result = runtime.run(images)
    assert result.labels.shape == (samples,)
    assert result.spike_counts.shape == (samples, 13)


def test_one_image_without_a_batch_axis(runtime, images):
    assert runtime.predict(images[3]).tolist() == runtime.predict(images)[3:4].tolist()


def test_samples_do_not_influence_each_other(runtime, images):
    together, reverse = runtime.run(images), runtime.run(images[::-1])
    assert (together.spike_counts == reverse.spike_counts[::-1]).all()


@pytest.mark.parametrize("bad", [
    np.zeros((2, 4, 5)), np.zeros((2, 4, 5), np.int8), np.zeros((2, 5, 4), np.uint8),
    np.zeros((20,), np.uint8), np.zeros((1, 2, 4, 5), np.uint8), [[0] * 20], None, "images",
])  # fmt: skip
def test_wrong_dtype_or_shape_is_a_clear_type_and_value_error(runtime, bad):
    with pytest.raises(TypeError, match=r"images: .*(expected|uint8)") as caught:
        runtime.predict(bad)
    assert isinstance(caught.value, ValueError)


def test_strided_images_give_the_same_answers(runtime, images):
    wide = np.zeros((len(images), 4, 10), np.uint8)
    wide[:, :, ::2] = images
    assert (runtime.predict(wide[:, :, ::2]) == runtime.predict(images)).all()


def test_traces_add_up_to_the_counts():
    runtime = snnedge.Runtime(random_integer_model(13))
    images = random_images(runtime.model.encoder.shape, 9)
    result, trace = runtime.run(images), runtime.trace(images)
    assert (trace.spikes.sum(axis=1) == result.spike_counts).all()
    assert result.spike_counts.any()
    fired = result.first_spikes != outcome.NEVER
    assert (trace.spikes.argmax(axis=1)[fired] == result.first_spikes[fired]).all()
    assert (runtime.trace(images, "input").spikes.sum(axis=(1, 2)) == result.input_spikes).all()


@pytest.mark.parametrize("seed", [2, 13])
def test_first_spikes_of_any_population(seed):
    runtime = snnedge.Runtime(random_integer_model(seed))
    images = random_images(runtime.model.encoder.shape, 9)
    for name in ("hidden", "output"):
        spikes = runtime.trace(images, name).spikes
        expected = np.where(spikes.any(axis=1), spikes.argmax(axis=1), outcome.NEVER)
        np.testing.assert_array_equal(runtime.first_spikes(images, name), expected)
    assert 0 < (expected == outcome.NEVER).sum() < expected.size


def test_an_unknown_population_is_named(runtime, images):
    with pytest.raises(InputError, match="no population 'hiden'"):
        runtime.trace(images, "hiden")


def test_the_gil_is_released(runtime):
    """A Python thread goes on counting while a batch runs."""
    runtime = snnedge.Runtime(quantize(random_network(1, shape=(28, 28), neurons=400, steps=200)))
    images = random_images((28, 28), 400)
    ticks, running = [0], threading.Event()

    def count():
        running.set()
        while running.is_set():
            ticks[0] += 1

    thread = threading.Thread(target=count, daemon=True)
    thread.start()
    running.wait()
    before = ticks[0]
    runtime._core.run(  # the binding alone: no Python code in which the other thread could get its turn
        images.reshape(len(images), -1),
        *(getattr(outcome.empty(len(images), 400), f) for f in outcome.Outcome.__dataclass_fields__),
        1,
    )
    counted = ticks[0] - before
    running.clear()
    thread.join()
    assert counted > 1000


def test_threads_share_a_model(runtime, images):
    expected = runtime.run(images)
    results = [None] * 8

    def work(k):
        results[k] = runtime.run(images)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert all(outcome.mismatches(expected, r) == 0 for r in results)


def test_the_runtime_imports_nothing_heavy():
    import subprocess
    import sys

    code = (
        "import snnedge, sys; snnedge.load;"
        "print([m for m in ('brian2', 'matplotlib', 'onnx', 'sklearn', 'cffi') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_threads_do_not_change_the_answers(runtime, threads):
    images = random_images((4, 5), 40, 5)
    alone = runtime.run(images)
    assert outcome.mismatches(runtime.run(images, threads), alone) == 0
    np.testing.assert_array_equal(runtime.predict(images, threads), alone.labels)
    np.testing.assert_array_equal(runtime.predict(images[::-2], threads), alone.labels[::-2])
    assert runtime.predict(images[:0], threads).shape == (0,)


@pytest.mark.parametrize("threads", [0, -1, 1.5, "2", None, 2000])
def test_threads_that_are_no_number_are_refused(runtime, images, threads):
    for call in (runtime.predict, runtime.run):
        with pytest.raises(InputError, match=f"^threads={threads!r}: give a whole number from 1 to 1024$"):
            call(images, threads)


@pytest.mark.parametrize("level", [None, "scalar"])
def test_a_runtime_that_was_pickled_gives_the_same_answers(runtime, images, level):
    whole = snnedge.Runtime(runtime.model, level)
    read = pickle.loads(pickle.dumps(whole))
    assert outcome.mismatches(read.run(images), runtime.run(images)) == 0
    assert read.hash == runtime.hash
    assert read._level == level


SHORT_OF_MEMORY = """
import resource
import numpy as np
from snnedge.kinds import encoder, neuron, synapse
from snnedge.model.integer_model import IntegerModel
from snnedge.model.network import Encoder, Population, Projection, Readout
from snnedge.runtime.runtime import Runtime

size, names = 65535, [f"p{k}" for k in range(60)]
params = {"decay": 0, "refractory": 0, "reset": 0, "threshold": np.full(size, 100, np.int16)}
model = IntegerModel(
    "large", 0.001, 1, 8, Encoder(encoder("poisson"), (size,), {"gain": 5000, "seed": 1}),
    tuple(Population(name, neuron("lif"), size, params) for name in names),
    tuple(Projection("input", name, synapse("one_to_one"), np.zeros(0, np.int8), {"weight": 1})
          for name in names),
    Readout("p0", np.zeros(size, np.int16), 1, nearest=False),
    dict.fromkeys(names, 1.0), dict.fromkeys(names, False),
)
runtime, images = Runtime(model), np.zeros((8, size), np.uint8)
pages = int(open("/proc/self/statm").read().split()[0])
room = int(2.2 * runtime._core.workspace_size)
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + room,) * 2)
print(len(runtime.predict(images, threads=8)))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and a limit of memory")
def test_threads_that_get_no_memory_leave_their_work_to_the_others():
    command = [sys.executable, "-c", SHORT_OF_MEMORY]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert (done.returncode, done.stdout) == (0, "8\n"), done.stderr


def test_masked_images_are_refused(runtime):
    images = np.ma.masked_equal(np.zeros((1, *runtime.model.encoder.shape), np.uint8), 0)
    with pytest.raises(TypeError, match="a masked one"):
        runtime.predict(images)
