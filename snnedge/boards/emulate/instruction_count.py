"""Exact instruction counts of an inference, function by function.

A plugin of QEMU (firmware/emulator/count.c) counts every executed instruction. A run without samples gives
the instructions of start and end, which are subtracted. The rest belongs to functions by address.
"""

import bisect
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...errors import InputError
from ...model.outcome import Outcome
from ...support.programs import compiler, run
from ...support.progress import Progress
from ...support.resources import folder as resource
from ..cost.cycles import Executed
from ..firmware import elf
from ..firmware.build import FIRMWARE as FIRMWARE_FOLDER
from ..firmware.build import Firmware
from . import qemu

COMPILE_LIMIT = 60.0  # seconds
TIMES, TAKEN = "times", "taken"
LIBRARY = "library"  # the compiler's functions: divisions, copies
FIRMWARE = "firmware"  # input and output of samples: no part of the inference
PHASES = {
    "encoder": "encode",
    "synapse": "propagate",
    "neuron": "update",
    "": "decide",
}  # by the sort of kind that an object defines
COMPILER_CALLS = ("memcpy", "memmove", "memset")  # firmware/memory.c defines them


@dataclass(frozen=True)
class Count:
    """Answers to n samples and the instructions of all of them.

    ``functions``: (phase, function) -> instructions; ``executed``: by address.
    """

    outcome: Outcome
    functions: Mapping[tuple[str, str], int]
    executed: Mapping[int, Executed]

    @property
    def phases(self) -> dict[str, float]:
        """Instructions per inference by phase, in the order of a time step."""
        totals = dict.fromkeys((*PHASES.values(), LIBRARY), 0)
        for (phase, _), instructions in self.functions.items():
            totals[phase] += instructions
        return {phase: total / len(self.outcome.labels) for phase, total in totals.items()}


def count(firmware: Firmware, images: np.ndarray, expected_hash: int) -> Count:
    """Run uint8 ``images`` (n, ...) as ``qemu.emulate`` does, and count. Raises ``ToolError``."""
    if not len(images):
        raise InputError("no images to run; give 1 or more samples")
    samples = images.reshape(len(images), -1)
    outcomes, total = [], Counter[tuple[int, str]]()
    for outcome, counts in _runs(firmware, samples, expected_hash):
        outcomes.append(outcome)
        total.update(counts)
    executed, functions = _by_function(firmware, total)
    return Count(qemu.joined(outcomes), functions, executed)


def _runs(
    firmware: Firmware, samples: np.ndarray, expected_hash: int
) -> Iterator[tuple[Outcome, Counter[tuple[int, str]]]]:
    """Yield the answers of each batch with the counts of its inferences."""
    with (
        tempfile.TemporaryDirectory(prefix="snnedge-") as scratch,
        Progress(len(samples), "counted") as bar,
    ):
        options, file = _plugin(Path(scratch))
        qemu.run_batch(firmware, samples[:0], expected_hash, options)
        start_and_end = _read(file)
        for start in range(0, len(samples), qemu.BATCH):
            batch = samples[start : start + qemu.BATCH]
            outcome = qemu.run_batch(firmware, batch, expected_hash, options).outcome
            counts = _read(file)
            counts.subtract(start_and_end)
            yield outcome, counts
            bar.advance(len(batch))


def _by_function(
    firmware: Firmware, total: Mapping[tuple[int, str], int]
) -> tuple[dict[int, Executed], dict[tuple[str, str], int]]:
    """Sort the counts of the inference by address and by (phase, function)."""
    function_at = _function_finder(firmware)
    executed = {
        address: Executed(times, total[address, TAKEN])
        for (address, what), times in total.items()
        if what == TIMES and times and function_at(address)[0] != FIRMWARE
    }
    functions: Counter[tuple[str, str]] = Counter()
    for address, e in executed.items():
        functions[function_at(address)] += e.times
    return executed, dict(functions.most_common())


def _plugin(folder: Path) -> tuple[tuple[str, ...], Path]:
    """Compile the plugin in ``folder``; return QEMU's options for it, and the file that it writes."""
    library, counts = folder / "count.so", folder / "counts"
    source = resource("firmware") / "emulator" / "count.c"
    run([*compiler(), "-O2", "-shared", "-fPIC", "-o", str(library), str(source)], COMPILE_LIMIT)
    return ("-plugin", f"{library},out={counts}"), counts


def _read(path: Path) -> Counter[tuple[int, str]]:
    """Read the plugin's file: (address, TIMES or TAKEN) -> number."""
    found: Counter[tuple[int, str]] = Counter()
    for line in path.read_text("ascii").splitlines():
        address, times, taken = line.split()
        found[int(address, 16), TIMES], found[int(address, 16), TAKEN] = int(times), int(taken)
    return found


def _function_finder(firmware: Firmware) -> Callable[[int], tuple[str, str]]:
    """Return a function that maps an address to its phase and function."""
    own = firmware.elf.parent / FIRMWARE_FOLDER
    functions = elf.placed_functions(firmware.elf)
    starts = [function.address for function in functions]
    functions_at = [(_phase(f, own), f"{f.source}: {f.name}" if f.source else f.name) for f in functions]
    return lambda address: functions_at[max(bisect.bisect_right(starts, address) - 1, 0)]


def _phase(function: elf.Function, own: Path) -> str:
    """Return the phase of ``function``; ``own``: the folder of the firmware's objects."""
    if function.object is None or function.name in COMPILER_CALLS:
        return LIBRARY
    if function.object.is_relative_to(own):
        return FIRMWARE
    return PHASES[elf.kind_of(function.object)]
