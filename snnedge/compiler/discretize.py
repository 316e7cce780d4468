"""Discretisation: the parameters of a network on its time grid, in floats."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ..errors import InputError
from ..model.network import Encoder, Interface, Network, Population, Projection, Readout, check_delays
from ..model.schema import SECONDS, stored_fields


@dataclass(frozen=True)
class Discrete(Interface):
    """A network whose parameters are on the time grid (decays per step, Q16 rates), in floats."""

    name: str
    dt: float
    steps: int
    encoder: Encoder
    populations: tuple[Population, ...]
    projections: tuple[Projection, ...]
    readout: Readout


def discretize(net: Network) -> Discrete:
    """Put the parameters of ``net`` on its time grid. Raises ``InputError`` for too long a delay."""
    encoder = net.encoder.kind
    grid = Discrete(
        name=net.name,
        dt=net.dt,
        steps=net.steps,
        encoder=replace(net.encoder, params=encoder.discretize(net.encoder.params, net.steps, net.dt)),
        populations=tuple(_on_grid(p, net.dt) for p in net.populations),
        projections=tuple(_in_steps(s, net.dt) for s in net.projections),
        readout=net.readout,
    )
    check_delays(grid)
    return grid


def _in_steps(s: Projection, dt: float) -> Projection:
    times = [name for name, declared in stored_fields(Projection).items() if declared.unit == SECONDS]
    return replace(s, **{name: round(getattr(s, name) / dt) for name in times})


def _on_grid(p: Population, dt: float) -> Population:
    with naming(p):
        return replace(p, params=p.kind.discretize(p.params, dt))


@contextmanager
def naming(p: Population) -> Iterator[None]:
    """Prefix each ``InputError`` with the name of ``p``, which functions of a kind do not have."""
    try:
        yield
    except InputError as error:
        raise InputError(f"populations.{p.name}: {error}") from error
