"""docs/results/energy.md: tables of the networks' costs, who wins, and what stands behind the figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from measure import Cost

from snnedge.boards import board_file
from snnedge.boards.cost.energy import ASIC_SOURCE, asic_nj

CLAIM = 0.4  # the claim: an ANN's energy less 40 %
TEMPLATE = Path(__file__).parent / "page.md"
BOARD = """
## {title}

{core}, {mhz:g} MHz{energy}

| network | right | instructions | cycles | energy, uJ | flash | RAM |
|---|---|---|---|---|---|---|
{rows}
"""


@dataclass(frozen=True)
class Row:
    """A network: ``accuracy`` on all test images, ``operations`` per inference, and its cost by board, or
    why it has none."""

    title: str
    accuracy: float
    weights: int
    operations: float
    multiplies: bool
    costs: Mapping[str, Cost | str]


def page(rows: list[Row], model: str, samples: int, date: str, seed: int) -> str:
    """Return the page, in Markdown; the first of ``rows`` is the spiking network ``model``."""
    spiking, *others = rows
    names = list(spiking.costs)
    return Template(TEMPLATE.read_text("utf-8")).substitute(
        model=model,
        date=date,
        samples=samples,
        seed=seed,
        compilers="; ".join(
            sorted({c.compiler for row in rows for c in row.costs.values() if not isinstance(c, str)})
        ),
        winners="\n".join(winner_line(rows, name) for name in names),
        limit=f"{1 - CLAIM:g}",
        ratios_head=" | ".join(names),
        ratios_rule="---|" * len(names),
        ratios="\n".join(ratio_line(spiking, row, names) for row in others),
        claims="\n".join(claim_line(spiking, row, names) for row in others),
        boards="".join(board_section(rows, name) for name in names),
        chip=ASIC_SOURCE,
        networks="\n".join(map(network_line, rows)),
    )


def ratio(spiking: Row, other: Row, board: str) -> float | None:
    """Divide cycles, else instructions, of ``spiking`` by those of ``other``."""
    own, theirs = spiking.costs[board], other.costs[board]
    if isinstance(own, str) or isinstance(theirs, str):
        return None
    if own.cycles and theirs.cycles:
        return own.cycles.typ / theirs.cycles.typ
    return own.instructions / theirs.instructions


def ratio_line(spiking: Row, other: Row, names: list[str]) -> str:
    cells = [ratio(spiking, other, name) for name in names]
    return f"| {other.title} | " + " | ".join("-" if c is None else f"{c:.2f}" for c in cells) + " |"


def winner_line(rows: list[Row], board: str) -> str:
    """Name the network that takes least on a board, and how much the others take."""
    known = {row.title: row.costs[board] for row in rows if not isinstance(row.costs[board], str)}
    ranked = sorted(known, key=lambda title: _effort(known[title]))
    least = _effort(known[ranked[0]])
    others = "; ".join(f"{title} {_effort(known[title]) / least:.1f}" for title in ranked[1:])
    what = "energy" if known[ranked[0]].energy else "cycles" if known[ranked[0]].cycles else "instructions"
    return f"- **{board}**: the {ranked[0]} takes the least {what}. Times as much: {others}."


def claim_line(spiking: Row, other: Row, names: list[str]) -> str:
    found = [r for name in names if (r := ratio(spiking, other, name)) is not None]
    holds = (
        "true" if max(found) <= 1 - CLAIM else "false" if min(found) > 1 - CLAIM else "true on some boards"
    )
    span = f"{min(found):.2f} to {max(found):.2f}"
    return f"- Against the {other.title} the claim is **{holds}**: {span} times its cost."


def board_section(rows: list[Row], name: str) -> str:
    board = board_file.load(name)
    costs = [row.costs[name] for row in rows]
    cycles = next((c.cycles for c in costs if not isinstance(c, str) and c.cycles), None)
    energy = ". No table of cycles for this core: instructions only."
    if cycles:
        energy = f". Cycles estimated: {cycles.source}."
    place = board_file.counting(board).name
    if place != name:
        energy = f" (counted on {place}, which executes the same){energy}"
    current = next((c.energy.current for c in costs if not isinstance(c, str) and c.energy), None)
    if current:
        energy += (
            f" Energy: {current.typ:g} mA ({current.low:g} to {current.high:g}) at {current.volts:g} V,"
            f" {current.conditions}; {current.source}."
        )
    lines = "\n".join(cost_line(row, name) for row in rows)
    return BOARD.format(
        title=f"{name}: {board.title}",
        core=board.core.name,
        mhz=board.clock_hz / 1e6,
        energy=energy,
        rows=lines,
    )


def cost_line(row: Row, name: str) -> str:
    cost = row.costs[name]
    if isinstance(cost, str):
        return f"| {row.title} | {_share(row)} | {cost} | - | - | - | - |"
    cells = (f"{cost.instructions:,.0f}", _cycles(cost), _energy(cost), f"{cost.flash:,}", f"{cost.ram:,}")
    return f"| {row.title} | {_share(row)} | " + " | ".join(cells) + " |"


def network_line(row: Row) -> str:
    low, typ, high = asic_nj(row.operations, row.multiplies)
    chip = f"{_digits(typ)} ({_digits(low)} to {_digits(high)})"
    return f"| {row.title} | {_share(row)} | {row.weights:,} | {row.operations:,.0f} | {chip} |"


def _effort(cost: Cost) -> float:
    return cost.cycles.typ if cost.cycles else cost.instructions


def _cycles(cost: Cost) -> str:
    c = cost.cycles
    if not c:
        return "-"
    return f"{c.typ:,.0f}" if c.low == c.high else f"{c.typ:,.0f} ({c.low:,.0f} to {c.high:,.0f})"


def _energy(cost: Cost) -> str:
    e = cost.energy
    return f"{_digits(e.typ)} ({_digits(e.low)} to {_digits(e.high)})" if e else "-"


def _share(row: Row) -> str:
    return f"{100 * row.accuracy:.2f} %"


def _digits(number: float) -> str:
    """Format three significant digits."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
