"""Time per sample, measured: one sample per call or all in one, after a warm-up, on one pinned core."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from ..backends import Backend
from ..runtime.runtime import Runtime

WARM_UP = 50


@contextmanager
def pinned() -> Iterator[int | None]:
    """Keep this thread on one core; yield its number, None where the system cannot pin."""
    if not hasattr(os, "sched_setaffinity"):
        yield None
        return
    before = os.sched_getaffinity(0)
    core = max(before)
    os.sched_setaffinity(0, {core})
    try:
        yield core
    finally:
        os.sched_setaffinity(0, before)


def answering(backend: Backend) -> Callable[[np.ndarray], object]:
    """Return the cheapest function of ``backend`` that gives the labels of images."""
    return backend.predict if isinstance(backend, Runtime) else backend.run


def per_sample_us(backend: Backend, images: np.ndarray, calls: int) -> np.ndarray:
    """Measure microseconds of ``calls`` answers to one sample each, float64 (calls,)."""
    answer = answering(backend)
    singles = [images[k % len(images)][None] for k in range(min(calls, len(images)))]
    for image in singles[:WARM_UP]:
        answer(image)
    times = np.empty(calls)
    for k in range(calls):
        image = singles[k % len(singles)]
        start = time.perf_counter_ns()
        answer(image)
        times[k] = time.perf_counter_ns() - start
    return times / 1000


def batch_us(backend: Backend, images: np.ndarray, repeat: int) -> np.ndarray:
    """Measure microseconds per sample of ``repeat`` calls with all ``images``, float64 (repeat,)."""
    answer = answering(backend)
    times = np.empty(repeat)
    for k in range(repeat):
        start = time.perf_counter_ns()
        answer(images)
        times[k] = time.perf_counter_ns() - start
    return times / 1000 / len(images)


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def by_threads_us(
    runtime: Runtime,
    images: np.ndarray,
    repeat: int,
    threads: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """Measure microseconds of wall time per sample, with one thread ("1") and with ``threads``.

    All ``images`` in one call, not pinned; the best of ``repeat`` rounds in which both take turns.
    """
    best: dict[str, float] = {}
    for _ in range(repeat):
        for count in (1, threads):
            start = clock()
            runtime.predict(images, threads=count)
            took = (clock() - start) * 1e6 / len(images)
            best[str(count)] = min(took, best.get(str(count), took))
    return best


def summary(times: np.ndarray) -> dict[str, float]:
    """Return minimum, median and 99th percentile."""
    return {
        "min": float(times.min()),
        "median": float(np.median(times)),
        "p99": float(np.percentile(times, 99)),
    }
