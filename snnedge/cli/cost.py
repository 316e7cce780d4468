"""The cost of an inference on a board, in words: cycles, time, energy."""

from typing import Any


def lines(cost: dict[str, Any], clock_hz: int) -> list[str]:
    """Return a line each for the cycles, the time and the energies of ``cost``, the JSON of a ``Cost``."""
    cycles = cost["cycles_per_inference"]
    if cycles is None:
        return ["no cycles, time and energy: this core has no table of cycles"]
    ranged = "{typ:,.0f} cycles ({low:,.0f} to {high:,.0f}), {kind}: {source}".format(**cycles)
    time = "{typ:,.0f} us ({low:,.0f} to {high:,.0f})".format(**cost["time_us"])
    said = [ranged, f"{time} at {clock_hz / 1e6:g} MHz"]
    for energy in cost["energy_uj"] or ():
        said.append(_energy(energy, cycles["kind"]))
    return said if cost["energy_uj"] else [*said, "no energy: the board's file has no [[current]]"]


def _energy(energy: dict[str, Any], kind: str) -> str:
    current = energy["current"]
    milliamperes = "{typ:g} mA ({low:g} to {high:g}) at {volts:g} V, {conditions}".format(**current)
    looked_up = "verified" if current["verified"] else "not verified"
    range_ = "{typ:,.3g} uJ ({low:,.3g} to {high:,.3g})".format(**energy)
    return f"{range_}, cycles {kind}: {milliamperes}; {current['source']} ({looked_up})"


def asic_line(cost: dict[str, Any]) -> str:
    """Return the line for ``cost``, the JSON of an ``AsicCost``."""
    range_ = "{typ:,.3g} nJ ({low:,.3g} to {high:,.3g})".format(**cost["energy_nj"])
    work = f"{cost['synaptic_operations']:,.0f} synaptic operations and their weights alone"
    return f"not this board, a hypothetical chip: {range_} for {work}; {cost['source']}"
