"""Measure the latency of a model on this machine, on one core, and compare it with other programs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from ..data import Dataset
from ..errors import InputError
from ..measure import latency
from ..measure.machine import describe
from ..measure.synops import synaptic_operations
from ..model.integer_model import IntegerModel
from ..runtime.runtime import Runtime, simd_level, simd_levels
from ..support import plugins
from .models import Integers, open_integer
from .result import FormerKey, Result
from .samples import Data, described, first, load

SAMPLES, SAMPLES_COMPARED = 500, 100  # peers may take a thousand times as long
ALL = 10**8

Peers = Collection[str] | Literal["all"]


@dataclass(frozen=True)
class BenchResult(Result):
    """Times of ``samples`` samples, each answered ``repeat`` times, after ``warm_up`` answers.

    ``latency_us``, ``batch_us``: microseconds per sample, one per call and all in one call, as min,
    median and p99. ``core``: the processor core of the thread. ``steps``: time steps per sample;
    ``synops_per_sample``: synaptic operations up to the decision. ``threads_us``: microseconds per
    sample by number of threads, by the wall clock; ``speedup``: their ratio; both None for one thread.
    ``compared``: times of other programs, ``measure.comparison.compare``. ``simd_level``: that ran.
    ``machine``: processor, compiler, versions and date.
    """

    latency_us: Mapping[str, float]
    batch_us: Mapping[str, float]
    samples: int
    repeat: int
    warm_up: int
    core: int | None
    steps: float
    steps_per_second: float
    synops_per_sample: float
    synops_per_second: float
    threads: int
    threads_us: Mapping[str, float] | None
    speedup: float | None
    compared: Mapping[str, Any] | None
    model: str
    hash: str
    data: str
    simd_level: Annotated[str, FormerKey("kernel")]
    source: str
    machine: Mapping[str, str]


def bench(
    model: Integers,
    data: Data = None,
    *,
    repeat: int = 5,
    compare: Peers | None = None,
    levels: bool = False,
    threads: int = 1,
) -> BenchResult:
    """Measure how long ``model`` takes, encoder included, on one pinned core of this machine.

    ``data``: the samples to answer. None loads test samples of the data set that ``model`` was trained
    on: the first 500, or 100 for a comparison. ``repeat``: how often each sample is answered.
    ``compare``: names of other programs to measure too, or "all" that are installed. ``levels``:
    measure all SIMD levels of this processor. ``threads``: also measure a batch on so many cores.
    Raises ``InputError``; ``ToolError`` without threadpoolctl, which comparisons need.

        api.bench("zoo:digits", compare=["numpy"]).latency_us["median"]
    """
    peers = plugins.names("peers") if compare == "all" else tuple(compare or ())
    _known(peers)
    _enough(threads)
    integers = open_integer(model)
    compares = compare is not None or levels
    dataset = load(integers, data, SAMPLES_COMPARED if compares else SAMPLES)
    return BenchResult(
        **_latency(integers, dataset, repeat),
        **_by_threads(integers, dataset, repeat, threads),
        compared=_compared(integers, data, dataset, peers, levels, repeat) if compares else None,
        model=integers.name,
        hash=integers.hash_text,
        data=described(dataset),
        simd_level=simd_level(),
        source="measured",
        machine=describe(),
    )


def _known(peers: Collection[str]) -> None:
    """Raise ``UnknownName`` before anything takes its time."""
    for name in peers:
        plugins.choose(name, plugins.names("peers"), "peers")


def _enough(threads: int) -> None:
    """Raise ``InputError`` for more threads than cores, which would only wait for each other."""
    if threads > latency.cores():
        raise InputError(
            f"--threads {threads}: this process may use {latency.cores()} of the cores; give at most that"
        )


def _latency(model: IntegerModel, dataset: Dataset, repeat: int) -> dict[str, Any]:
    runtime, images = Runtime(model), dataset.images
    with latency.pinned() as core:
        single = latency.summary(latency.per_sample_us(runtime, images, len(images) * repeat))
        batch = latency.summary(latency.batch_us(runtime, images, repeat))
    steps = runtime.run(images).steps
    operations = synaptic_operations(runtime, images, steps)
    return {
        "latency_us": single,
        "batch_us": batch,
        "samples": len(images),
        "repeat": repeat,
        "warm_up": latency.WARM_UP,
        "core": core,
        **_rates(float(steps.mean()), sum(operations.values()), single["median"]),
    }


def _rates(steps: float, operations: float, us: float) -> dict[str, float]:
    """Return the work of a sample, and of a second when a sample takes ``us`` microseconds."""
    return {
        "steps": steps,
        "steps_per_second": steps / us * 1e6,
        "synops_per_sample": operations,
        "synops_per_second": operations / us * 1e6,
    }


def _by_threads(model: IntegerModel, dataset: Dataset, repeat: int, threads: int) -> dict[str, Any]:
    if threads == 1:
        return {"threads": 1, "threads_us": None, "speedup": None}
    found = latency.by_threads_us(Runtime(model), dataset.images, repeat, threads)
    return {"threads": threads, "threads_us": found, "speedup": found["1"] / found[str(threads)]}


def _compared(
    model: IntegerModel, data: Data, dataset: Dataset, peers: Collection[str], levels: bool, repeat: int
) -> Mapping[str, Any]:
    from ..measure.comparison import compare
    from ..measure.contender import Task

    def whole(split: str) -> Dataset:
        return load(model, first(data, ALL), split=split)

    return compare(Task(model, dataset, whole), peers, simd_levels() if levels else (), repeat)
