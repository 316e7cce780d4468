"""Energy of an inference: time x current x voltage, each with a range and a source.

Time comes from cycles (``cycles.py``), current and voltage from the board's TOML file. The core draws its
active current throughout; nothing else is counted. ``asic_nj`` is a separate figure: the synaptic
operations alone, in a chip made for them.
"""

from dataclasses import dataclass

from ..board import Board, Current
from .cycles import Cycles

US_PER_SECOND = 1e6
UJ_PER_MA_V_S = 1e3  # 1 mA x 1 V x 1 s = 1 mJ

# pJ in 45 nm at 0.9 V, without clock, leakage, wires, neurons and input.
ASIC_SOURCE = "Horowitz, Computing's energy problem, ISSCC 2014, figure 1.1.9 (45 nm, 0.9 V)"
ADD_8, ADD_32 = 0.03, 0.1
MULTIPLY_8 = 0.2
READ_64 = 10.0  # 64 bits of 8 KB of SRAM


@dataclass(frozen=True)
class Energy:
    """Microjoule of one inference: ``low``, ``typ``, ``high``, at ``current``."""

    low: float
    typ: float
    high: float
    current: Current


def time_us(board: Board, cycles: Cycles) -> tuple[float, float, float]:
    """Return the microseconds of ``cycles``: low, typ, high."""
    low, typ, high = (US_PER_SECOND * c / board.clock_hz for c in (cycles.low, cycles.typ, cycles.high))
    return low, typ, high


def energies(board: Board, cycles: Cycles) -> tuple[Energy, ...]:
    """Return the energy of ``cycles`` for each current in the board's file.

    The low end combines all low ends; likewise the others.
    """
    return tuple(
        Energy(
            _uj(board, cycles.low, current.low, current),
            _uj(board, cycles.typ, current.typ, current),
            _uj(board, cycles.high, current.high, current),
            current,
        )
        for current in board.currents
    )


def asic_nj(operations: float, multiply: bool = False) -> tuple[float, float, float]:
    """Return the nanojoule of synaptic ``operations`` in a chip made for them: low, typ, high.

    An operation adds a weight, with ``multiply`` a weight times a value. Low: 8 bits, without a read.
    Typ: a sum of 32 bits, one read per 8 weights. High: one read per weight.
    """
    product = MULTIPLY_8 if multiply else 0.0
    low, typ, high = ADD_8, ADD_32 + READ_64 / 8, ADD_32 + READ_64
    return tuple(operations * (product + pj) / 1e3 for pj in (low, typ, high))  # type: ignore[return-value]


def _uj(board: Board, cycles: float, milliampere: float, current: Current) -> float:
    return cycles / board.clock_hz * milliampere * current.volts * UJ_PER_MA_V_S
