"""Cycles of an inference, estimated from executed instructions and the core's published timing table.

An estimate is a range, [low, typ, high], where the table gives one. The high end adds the board's wait
states: no cache and no prefetch hides any. ``measured.py`` replaces estimates by measurements.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...errors import ToolError
from ..firmware import elf
from ..firmware.build import Firmware
from ..toml_table import read

# Names in cycles.toml by pattern; the first that matches counts. Arm's names, unified syntax.
TIMED_AS = {
    "block": r"(push|pop|ldm|stm|ldrd|strd)",
    "load": r"ldr",
    "store": r"str",
    "long": r"[us]m(ull|lal)",
    "accumulate": r"(mla|mls|smla|smml)",
    "multiply": r"(mul|smul|smuad|smusd)",
    "divide": r"[us]div",
    "condition": r"it[te]{0,3}$",
    "call": r"bl$",
    "system": r"(msr|mrs|dsb|dmb|isb|bkpt|svc)",
    "alu": r"",
}
EXTRA_COSTS = ("registers", "refill", "return")  # besides those of an instruction
LOAD_STORE_PAIRS = ("ldrd", "strd")
MAX_CYCLES = 1000
ESTIMATED = "estimated"
UNKNOWN_WAIT_STATES = "at zero wait states, as the board's file has none"


@dataclass(frozen=True)
class Executed:
    """Counts of one instruction: ``times`` executed; ``taken``: the next one in memory did not follow."""

    times: int
    taken: int


@dataclass(frozen=True)
class Cycles:
    """Cycles of a run or of one inference: ``low``, ``typ`` and ``high``.

    ``kind``: "estimated", or a kind of ``measured.py``; ``source``: the timing table, or who measured.
    """

    low: float
    typ: float
    high: float
    source: str
    kind: str = ESTIMATED

    def each(self, inferences: int) -> "Cycles":
        """Return the average over ``inferences``."""
        low, typ, high = (c / inferences for c in (self.low, self.typ, self.high))
        return replace(self, low=low, typ=typ, high=high)


def cycles(firmware: Firmware, executed: Mapping[int, Executed]) -> Cycles | None:
    """Estimate the cycles of all ``executed``, by address; None for a core without a table."""
    table = timing(firmware)
    if table is None:
        return None
    source, costs = table
    totals, reads = [0, 0, 0], 0.0
    for name, operands, size, e in _instructions(firmware, executed):
        cost = _cost(name, operands, e, costs)
        totals = [total + part for total, part in zip(totals, cost, strict=True)]
        reads += flash_reads(name, operands, size, e, firmware.board.flash_line)
    low, typ, high = totals
    waits = firmware.board.wait_states
    return Cycles(low, typ, high + math.ceil((waits or 0) * reads), f"{source}; {_stated(waits)}")


def _stated(waits: int | None) -> str:
    if waits is None:
        return UNKNOWN_WAIT_STATES
    return f"0 to {waits} wait states" if waits else "no wait states"


def flash_reads(name: str, operands: str, size: int, e: Executed, line: int) -> float:
    """Return an upper bound of the reads of flash, ``line`` bytes each, by an instruction.

    It reads its own ``size`` bytes, a line where a branch is taken, and its data, which may be in flash.
    """
    data = 0
    if name.startswith("ldm"):
        data = _registers(name, operands)
    elif name.startswith("ldrd"):
        data = 2
    elif name.startswith("ldr"):
        data = 1
    return e.times * (size / line + data) + e.taken


def timing(firmware: Firmware) -> tuple[str, dict[str, tuple[int, int, int]]] | None:
    """Read source and costs of the core's timing table, or None. Raises ``InputError`` for a faulty one."""
    core = firmware.board.core
    path = core.folder / "cycles.toml"
    if not path.is_file():
        return None
    top = read(path)  # without a block: tables of other cores are left
    if core.name not in top:
        return None
    with top.fields(core.name) as fields:
        names = [name for name in (*TIMED_AS, *EXTRA_COSTS) if name in fields]
        return fields.text("source"), {name: fields.range(name, 0, MAX_CYCLES) for name in names}


def _cost(
    name: str, operands: str, e: Executed, costs: Mapping[str, tuple[int, int, int]]
) -> tuple[int, int, int]:
    kind = next(kind for kind, pattern in TIMED_AS.items() if re.match(pattern, name))
    if kind not in costs:
        raise ToolError(f"the core's table in cycles.toml has no {kind!r}, which {name} needs; add it")
    registers = _registers(name, operands) if kind == "block" else 0
    returns = e.taken if name.startswith("pop") else 0
    low, typ, high = (
        e.times * (costs[kind][k] + registers * costs["registers"][k])
        + e.taken * costs["refill"][k]
        + returns * costs["return"][k]
        for k in range(3)
    )
    return low, typ, high


def _registers(name: str, operands: str) -> int:
    """Count the registers of an instruction with a list or a pair."""
    return 2 if name.startswith(LOAD_STORE_PAIRS) else operands[operands.index("{") :].count(",") + 1


def _instructions(
    firmware: Firmware, executed: Mapping[int, Executed]
) -> list[tuple[str, str, int, Executed]]:
    """Disassemble each executed instruction: name, operands and bytes."""
    try:
        import capstone
    except ImportError as error:
        raise ToolError("no capstone: pip install 'snnedge[firmware]'") from error
    decoder = capstone.Cs(capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS)
    start, code = elf.sections(firmware.elf)[".text"]
    found = []
    for address, e in executed.items():
        at = address - start
        for _, size, name, operands in decoder.disasm_lite(code[at : at + 4], address, 1):
            found.append((name, operands, size, e))
    if len(found) != len(executed):
        raise ToolError(f"{firmware.elf}: executed instructions that capstone does not know")
    return found
