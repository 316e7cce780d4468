"""The cost of an inference on a board: cycles, time and energy."""

from dataclasses import dataclass
from typing import Annotated

from ..boards.board import Board
from ..boards.cost.cycles import Cycles
from ..boards.cost.energy import ASIC_SOURCE, Energy, asic_nj, energies, time_us
from .result import FormerKey, Result


@dataclass(frozen=True)
class Range:
    """A quantity with its uncertainty: ``low``, ``typ``, ``high``."""

    low: float
    typ: float
    high: float


@dataclass(frozen=True)
class Cost(Result):
    """One inference: processor cycles, microseconds, and microjoule under each known current.

    All None for a core without a table of cycles; ``energy_uj`` None for a board without a current.
    """

    cycles_per_inference: Cycles | None
    time_us: Range | None
    energy_uj: tuple[Energy, ...] | None


@dataclass(frozen=True)
class AsicCost(Result):
    """Nanojoule of ``synaptic_operations`` in a hypothetical chip that does nothing else."""

    synaptic_operations: Annotated[float, FormerKey("synaptic_additions")]
    energy_nj: Range
    source: str


def cost(board: Board, cycles: Cycles | None) -> Cost:
    """Return what follows from the ``cycles`` of one inference on ``board``; nothing from None."""
    if cycles is None:
        return Cost(None, None, None)
    return Cost(cycles, Range(*time_us(board, cycles)), energies(board, cycles) or None)


def asic(operations: float) -> AsicCost:
    """Return what so many synaptic operations would take in a chip of their own."""
    return AsicCost(operations, Range(*asic_nj(operations)), ASIC_SOURCE)
