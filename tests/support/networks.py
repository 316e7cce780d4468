"""Fully connected networks made from a seed, for tests that need any network rather than a good one."""

from dataclasses import replace

import numpy as np

from snnedge.kinds import encoder, neuron, synapse
from snnedge.model.integer_model import IntegerModel
from snnedge.model.network import UNASSIGNED, Encoder, Network, Population, Projection, Readout


def random_network(
    seed: int = 0,
    shape: tuple[int, ...] = (4, 5),
    hidden: int = 0,
    neurons: int = 13,
    classes: int = 3,
    signed: bool = False,
    steps: int = 20,
    exit_margin: int = 0,
    nearest: bool = True,
) -> Network:
    """Draw an if_wta layer, behind a recurrent lif layer of ``hidden`` neurons if that is not 0."""
    rng = np.random.default_rng(seed)
    inputs = int(np.prod(shape))

    def weights(sources: int, targets: int) -> np.ndarray:
        return rng.uniform(-1 if signed else 0, 1, (sources, targets))

    populations = [
        Population("output", neuron("if_wta"), neurons, {"threshold": rng.uniform(1, 6, neurons)})
    ]
    projections = [Projection("input", "output", synapse("dense"), weights(inputs, neurons))]
    if hidden:
        params = {
            "threshold": rng.uniform(0.5, 3, hidden),
            "tau": 0.01,
            "refractory": 0.002,
            "reset": str(rng.choice(["zero", "subtract"])),
        }
        populations.insert(0, Population("hidden", neuron("lif"), hidden, params))
        projections = [
            Projection("input", "hidden", synapse("dense"), weights(inputs, hidden)),
            Projection("output", "hidden", synapse("dense"), -weights(neurons, hidden)),
            Projection("hidden", "output", synapse("dense"), weights(hidden, neurons)),
        ]
    return Network(
        name="random",
        dt=0.001,
        steps=steps,
        encoder=Encoder(
            encoder("error_diffusion"),
            shape,
            {"spikes_per_sample": 3.0 * steps, "max_rate": 0.5, "seed": seed % 65536},
        ),
        populations=tuple(populations),
        projections=tuple(projections),
        readout=Readout(
            population="output",
            labels=rng.integers(UNASSIGNED, classes, neurons).astype(np.int16),
            classes=classes,
            exit_margin=exit_margin,
            nearest=nearest,
        ),
    )


def random_wiring(seed: int = 0, hidden: int = 9, steps: int = 30) -> Network:
    """Draw a ``random_network`` with every connection type that lists spikes, and with delays."""
    rng = np.random.default_rng(seed)
    net = random_network(seed, hidden=hidden, signed=bool(rng.integers(2)), steps=steps)
    density = rng.choice([0, 0.02, 0.3, 0.9])
    kinds = rng.choice(["dense", "sparse"], len(net.projections))
    wired = [
        replace(s, kind=synapse(str(kind)), weights=s.weights * (rng.random(s.weights.shape) < density))
        for s, kind in zip(net.projections, kinds, strict=True)
    ]
    wired[0] = net.projections[0]  # without which nothing fires
    single = [("one_to_one", rng.uniform(-1, 3)), ("lateral", -rng.uniform(0, 1))]
    wired += [
        Projection("hidden", "hidden", synapse(kind), params={"weight": float(w)}) for kind, w in single
    ]
    delays = rng.choice([0, 0, 1, 2, 3, 5], len(wired)) * net.dt
    return replace(
        net, projections=tuple(replace(s, delay=float(d)) for s, d in zip(wired, delays, strict=True))
    )


def with_poisson(graph: Network | IntegerModel, seed: int) -> Network | IntegerModel:
    """Return ``graph`` behind a Poisson encoder of any rate."""
    rng = np.random.default_rng(seed)
    if isinstance(graph, Network):
        params = {"max_rate": rng.uniform(0.05, 1) ** 2 / graph.dt, "seed": seed % 2**31}
    else:
        params = {"gain": int(rng.choice([1, 300, 20000, 65793])), "seed": seed % 2**31}
    return replace(graph, encoder=Encoder(encoder("poisson"), graph.encoder.shape, params))
