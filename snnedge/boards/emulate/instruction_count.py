"""Count: how many instructions an inference takes, function by function, exactly.

A plugin of QEMU (firmware/emulator/count.c) counts every instruction that is executed. Start and end of
the program, which take as many without samples, are taken off; the rest belongs to functions by address.
"""

import bisect
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
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
from ..firmware.build import Firmware
from . import qemu

COMPILE_LIMIT = 60.0  # seconds
TIMES, TAKEN = "times", "taken"
LIBRARY = "library"  # the compiler's, and memory.c: divisions, copies
FIRMWARE = "firmware"  # what brings samples in and answers out: no part of the inference
PHASES = {
    "encoders": "encode",
    "synapses": "propagate",
    "neurons": "update",
    "": "decide",
}  # by folder of src/


@dataclass(frozen=True)
class Count:
    """Answers to n samples and what they took, all together.

    ``functions``: (phase, function) -> instructions; ``executed``: address -> what was executed there.
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
    with (
        tempfile.TemporaryDirectory(prefix="snnedge-") as scratch,
        Progress(len(samples), "counted") as bar,
    ):
        options, counts = _plugin(Path(scratch))
        qemu.ask(firmware, samples[:0], expected_hash, options)
        nothing = _read(counts)
        for start in range(0, len(samples), qemu.BATCH):
            batch = samples[start : start + qemu.BATCH]
            outcomes.append(qemu.ask(firmware, batch, expected_hash, options).outcome)
            total.update(_read(counts))
            total.subtract(nothing)
            bar.advance(len(batch))
    places = _places(firmware)
    executed = {
        address: Executed(times, total[address, TAKEN])
        for (address, what), times in total.items()
        if what == TIMES and times and places(address)[0] != FIRMWARE
    }
    functions: Counter[tuple[str, str]] = Counter()
    for address, e in executed.items():
        functions[places(address)] += e.times
    return Count(qemu.joined(outcomes), dict(functions.most_common()), executed)


def _plugin(folder: Path) -> tuple[tuple[str, ...], Path]:
    """QEMU's options for the plugin, compiled in ``folder``, and the file that it writes."""
    library, counts = folder / "count.so", folder / "counts"
    source = resource("firmware") / "emulator" / "count.c"
    run([*compiler(), "-O2", "-shared", "-fPIC", "-o", str(library), str(source)], COMPILE_LIMIT)
    return ("-plugin", f"{library},out={counts}"), counts


def _read(path: Path) -> Counter[tuple[int, str]]:
    """What the plugin has written: (address, TIMES or TAKEN) -> number."""
    found: Counter[tuple[int, str]] = Counter()
    for line in path.read_text("ascii").splitlines():
        address, times, taken = line.split()
        found[int(address, 16), TIMES], found[int(address, 16), TAKEN] = int(times), int(taken)
    return found


def _places(firmware: Firmware) -> Callable[[int], tuple[str, str]]:
    """Tells phase and function of an address."""
    root = firmware.elf.parent
    functions = elf.placed_functions(firmware.elf)
    starts = [start for start, _, _ in functions]
    sources = {path.name: path.parent for path in root.rglob("*.c")}

    def place(address: int) -> tuple[str, str]:
        _, name, file = functions[max(bisect.bisect_right(starts, address) - 1, 0)]
        return _phase(sources.get(file), file, root), f"{file}: {name}" if file else name

    return place


def _phase(place: Path | None, file: str, root: Path) -> str:
    if place is None or file == "memory.c":
        return LIBRARY
    parts = place.relative_to(root).parts
    return PHASES["".join(parts[1:])] if parts[0] == "src" else FIRMWARE
