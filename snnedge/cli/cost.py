"""What an inference costs on a board, as the commands tell it: cycles, time, energy."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..boards.board import Board
    from ..boards.cost.cycles import Cycles

ENDS = ("low", "typ", "high")


def cost(board: "Board", cycles: "Cycles | None") -> dict[str, Any]:
    """JSON of ``cycles`` of one inference and what follows from them; None where nothing honest does."""
    from ..boards.cost.energy import energies, time_us

    if cycles is None:
        return {"cycles_per_inference": None, "time_us": None, "energy_uj": None}
    return {
        "cycles_per_inference": asdict(cycles),
        "time_us": dict(zip(ENDS, time_us(board, cycles), strict=True)),
        "energy_uj": [asdict(energy) for energy in energies(board, cycles)] or None,
    }


def lines(told: dict[str, Any], clock_hz: int) -> list[str]:
    """For people, of what ``cost`` has told; one line each for cycles, time and the energies."""
    cycles = told["cycles_per_inference"]
    if cycles is None:
        return ["cycles, time and energy not told: no table of cycles for this core"]
    ranged = "{typ:,.0f} cycles ({low:,.0f} to {high:,.0f}), {kind}: {source}".format(**cycles)
    time = "{typ:,.0f} us ({low:,.0f} to {high:,.0f})".format(**told["time_us"])
    said = [ranged, f"{time} at {clock_hz / 1e6:g} MHz"]
    for energy in told["energy_uj"] or ():
        said.append(_energy(energy, cycles["kind"]))
    return said if told["energy_uj"] else [*said, "energy not told: the board's file has no [[current]]"]


def _energy(energy: dict[str, Any], kind: str) -> str:
    current = energy["current"]
    milliamperes = "{typ:g} mA ({low:g} to {high:g}) at {volts:g} V, {conditions}".format(**current)
    looked_up = "verified" if current["verified"] else "not verified"
    range_ = "{typ:,.3g} uJ ({low:,.3g} to {high:,.3g})".format(**energy)
    return f"{range_}, cycles {kind}: {milliamperes}; {current['source']} ({looked_up})"


def asic(additions: float) -> dict[str, Any]:
    """JSON of what so many synaptic additions would take in a chip of their own."""
    from ..boards.cost.energy import ASIC_SOURCE, asic_nj

    ends = dict(zip(ENDS, asic_nj(additions), strict=True))
    return {"synaptic_additions": additions, "energy_nj": ends, "source": ASIC_SOURCE}


def asic_line(told: dict[str, Any]) -> str:
    """For people, of what ``asic`` has told."""
    range_ = "{typ:,.3g} nJ ({low:,.3g} to {high:,.3g})".format(**told["energy_nj"])
    work = f"{told['synaptic_additions']:,.0f} synaptic additions and their weights alone"
    return f"not this board, a hypothetical chip: {range_} for {work}; {told['source']}"
