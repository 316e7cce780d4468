"""Least and measured cost of an inference on this core: the table of roofline.md.

    tools/roofline MODEL... [--samples 20] [--repeat 50] [--json]
    tools/roofline --synthetic ...      diehl-cook of 400 and 6400 neurons as well (tools/_scaling.py)

The work of a sample is counted from its spikes, up to its decision, by the rules below. What the core can
do is measured by a few lines of C (tools/_roofline.c, compiled for this machine): additions of int16 in
vector registers, and reading from each cache. The floor is the larger of work / additions and bytes /
reading from the smallest cache that holds what a sample touches. "Blank" is a black image, measured, for as
many steps: what steps cost in which nothing happens.
"""

import argparse
import ctypes
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import _scaling
import numpy as np

from snnedge import model_file
from snnedge.api.samples import Samples, load
from snnedge.errors import SnnedgeError
from snnedge.measure.latency import batch_us, pinned
from snnedge.measure.machine import describe
from snnedge.model import network
from snnedge.model.integer_model import IntegerModel
from snnedge.model.network import INPUT, Projection
from snnedge.runtime import runtime
from snnedge.runtime.runtime import Runtime

# Bytes read and written, and int16 operations (32 bits count twice, a multiplication once).
NEURON = {  # per neuron and step
    "lif_cond_exp": (
        10,
        14,
    ),  # v, a conductance (both ways), a threshold; decay, gain, leak, two moves
    "lif": (8, 5),
    "if_wta": (6, 3),  # v read and written, a threshold; add, subtract, largest
    "if_ttfs": (6, 3),
    "conv_wta": (0, 0),  # see shared: it has no state
}
INPUTS = {  # per input and step
    "error_diffusion": (6, 3),  # rate, error read and written; add, compare, subtract
    "poisson": (1, 16),  # of those that are not black: number and chance, for 4 steps at a time; a hash
    "flash": (0, 0),  # all in the first step: the image below
}
ROUNDS = 5
CACHES = Path("/sys/devices/system/cpu/cpu0/cache")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--synthetic", action="store_true", help="also the networks of tools/_scaling.py")
    parser.add_argument("--samples", type=int, default=20, metavar="N", help="test images")
    parser.add_argument("--repeat", type=int, default=50, metavar="N", help="times; the best counts")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    try:
        result = measured(args)
    except SnnedgeError as error:
        sys.exit(str(error))
    print(json.dumps(result) if args.json else table(result))


def measured(args: argparse.Namespace) -> dict:
    with tempfile.TemporaryDirectory() as folder, pinned():
        if args.synthetic:
            _scaling.write(Path(folder))
        made = sorted(Path(folder).glob("*"), key=lambda path: path.stat().st_size)
        core = measured_core(Path(folder))
        rows = [row(name, core, args) for name in [*map(str, made), *args.models]]
    return {"core": core, "rows": rows, "simd_level": runtime.simd_level(), "machine": describe()}


# --- what the core can do ------------------------------------------------------------------------------


def measured_core(folder: Path) -> dict:
    """Measure ``add``, int16 per ns, and ``read``, bytes per ns from each cache of so many ``bytes``."""
    library = compiled(folder)
    caches = sizes()
    read = {name: best(reader(library, size // 2)) / 1e9 for name, size in caches.items()}
    return {
        "add": best(lambda: library.add(2_000_000)) / 1e9,
        "read": read,
        "bytes": caches,
    }


def compiled(folder: Path) -> ctypes.CDLL:
    source, program = Path(__file__).with_name("_roofline.c"), folder / "roofline.so"
    subprocess.run(
        ["cc", "-O2", "-march=native", "-shared", "-fPIC", str(source), "-o", str(program)], check=True
    )
    library = ctypes.CDLL(str(program))
    library.add.restype = library.get.restype = ctypes.c_uint64
    library.add.argtypes = [ctypes.c_uint64]
    library.get.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64]
    return library


def sizes() -> dict[str, int]:
    """Read the bytes of the data caches, smallest first: "L1", "L2", ... Linux only."""
    found = {}
    for index in sorted(CACHES.glob("index*")):
        if (index / "type").read_text().strip() != "Instruction":
            kilobytes = int((index / "size").read_text().strip().removesuffix("K"))
            found[f"L{(index / 'level').read_text().strip()}"] = kilobytes * 1024
    return found or sys.exit(f"{CACHES} does not name this machine's caches; roofline needs Linux")


def reader(library: ctypes.CDLL, size: int) -> Callable[[], int]:
    memory = np.zeros(size + 64, np.uint8)
    start, rounds = (memory.ctypes.data + 63) // 64 * 64, max(1, 2**27 // size)
    return lambda: (memory, library.get(start, size // 256 * 256, rounds))[1]


def best(work: Callable[[], int]) -> float:
    """Return the work that ``work`` reports, per second, in its best round."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        done = work()
        found.append(done / (time.perf_counter() - start))
    return max(found)


# --- what a sample needs -------------------------------------------------------------------------------


def row(name: str, core: dict, args: argparse.Namespace) -> dict:
    model = model_file.load(name)
    images, ready = load(model, Samples(count=args.samples)).images, Runtime(model)
    work = counted(model, ready, images)
    level = next(
        (c for c, size in core["bytes"].items() if work["touched"] <= size), list(core["bytes"])[-1]
    )
    adding = work["operations"] / core["add"] / 1e3
    reading = sum(work[part] for part in ("rows", "state", "encoder")) / core["read"][level] / 1e3
    dark = ready.run(np.zeros_like(images))
    blank = float(batch_us(ready, np.zeros_like(images), args.repeat).min()) / dark.steps.mean()
    us = float(batch_us(ready, images, args.repeat).min())
    return {
        "model": Path(name).stem,
        **work,
        "cache": level,
        "adding_us": adding,
        "reading_us": reading,
        "blank_us": blank * work["steps"],
        "us": us,
        "times_floor": us / max(adding, reading),
    }


def counted(model: IntegerModel, ready: Runtime, images: np.ndarray) -> dict:
    """Return means per sample: bytes of weight ``rows``, ``state`` and ``encoder``, int16 ``operations``.

    ``touched``: different bytes of all of these, at most. Populations that only one-to-one or all-but-self
    connections reach are hardly ever at work, and not counted; nor are spike lists and votes.
    """
    steps = ready.run(images).steps.astype(int)
    spikes = {s.source: upto(ready.trace(images, s.source).spikes, steps) for s in model.projections}
    total = {"steps": float(steps.mean()), "input_spikes": float(spikes[INPUT].sum() / len(images))}
    total |= dict.fromkeys(("rows", "state", "encoder", "operations", "touched"), 0.0)
    for s in (s for s in model.projections if s.weights.size):
        rows, different, size, added = delivered(model, s, spikes[s.source], steps)
        p = network.population(model, s.target)
        held, done = NEURON[p.kind]
        total["rows"] += rows * size
        total["state"] += steps.mean() * p.size * held
        total["operations"] += rows * added + steps.mean() * p.size * done
        total["touched"] += different * size + p.size * held
    live = (images.reshape(len(images), -1) > 0).sum(axis=1).mean()
    inputs = live if model.encoder.kind == "poisson" else model.encoder.size
    held, done = INPUTS[model.encoder.kind]
    total["encoder"] = float(model.encoder.size + steps.mean() * inputs * held)
    total["operations"] += float(steps.mean() * inputs * done)
    total["touched"] += float(model.encoder.size + inputs * held)
    return {key: float(value) for key, value in total.items()}


def upto(spikes: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Mask ``spikes``, bool (n, steps, sources), after each sample's decision."""
    return spikes & (np.arange(spikes.shape[1]) < steps[:, None])[:, :, None]


def delivered(
    model: IntegerModel, s: Projection, spikes: np.ndarray, steps: np.ndarray
) -> tuple[float, float, float, float]:
    """Count rows per sample, different ones, bytes of a row, additions of a row."""
    bits = s.bits or model.bits
    if s.kind == "patch":  # a row per line of the patch: the kernel's tables hold sums of a line, in int16
        patch, p = s.params["rows"], network.population(model, s.target).params
        places = p["rows"] * p["columns"] / model.steps
        maps = len(s.weights)
        return places * patch * steps.mean(), 2 ** s.params["columns"] * patch, maps * 2, maps
    added = np.count_nonzero(s.weights) / len(s.weights) if s.kind == "sparse" else s.weights.shape[1]
    n = len(spikes)
    return spikes.sum() / n, spikes.any(axis=1).sum() / n, added * bits / 8, added


# --- the table -----------------------------------------------------------------------------------------


def table(result: dict) -> str:
    core, machine = result["core"], result["machine"]
    read = ", ".join(f"{rate:.0f} from {name}" for name, rate in core["read"].items())
    head = (
        "model", "steps", "input spikes", "KB of rows", "of state", "of encoder", "cache",
        "1,000 operations", "us to add", "us to read", "us, blank", "us, measured", "x floor",
    )  # fmt: skip
    lines = [head, ("---",) * len(head), *map(cells, result["rows"])]
    said = f"{machine['date']}, {machine['cpu']}, SIMD level {result['simd_level']}."
    said += f" Additions of int16 per ns: {core['add']:.0f}. Bytes per ns: {read}."
    return "\n".join([said, "", *("| " + " | ".join(line) + " |" for line in lines)])


def cells(row: dict) -> tuple[str, ...]:
    kilobytes = (f"{row[part] / 1e3:,.1f}" for part in ("rows", "state", "encoder"))
    times = (f"{row[f'{part}us']:,.2f}" for part in ("adding_", "reading_", "blank_", ""))
    return (
        f"`{row['model']}`",
        f"{row['steps']:.0f}",
        f"{row['input_spikes']:,.0f}",
        *kilobytes,
        row["cache"],
        f"{row['operations'] / 1e3:,.0f}",
        *times,
        f"{row['times_floor']:.1f}",
    )


if __name__ == "__main__":
    main()
