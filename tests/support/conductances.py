"""Conductance-based networks and integer models made from a seed, after Diehl & Cook."""

from dataclasses import replace

import numpy as np

from snnedge.compiler.quantize import quantize
from snnedge.kinds import encoder, neuron, synapse
from snnedge.model.integer_model import IntegerModel, sum_bound
from snnedge.model.integers import INT16_MAX
from snnedge.model.kind import RECEPTORS
from snnedge.model.network import INPUT, UNASSIGNED, Encoder, Network, Population, Projection, Readout


def random_conductance_network(
    seed: int = 0, steps: int = 120, strong: float = 17.0, neurons: int = 0
) -> Network:
    """Return an excitatory and an inhibitory population after Diehl & Cook, with their constants.

    Each neuron excites one inhibitory neuron, which inhibits all others by ``strong``. The excitatory
    population votes. ``neurons``: of each population; 0: a random number.
    """
    rng = np.random.default_rng(seed)
    some, inputs = int(rng.integers(2, 30)), int(rng.integers(30, 200))
    neurons = neurons or some
    times = {"tau_e": 0.001, "tau_i": 0.002}
    excitatory = times | {"tau": 0.1, "refractory": 0.005, "rest": -0.065, "reset": -0.065}
    inhibitory = times | {"tau": 0.01, "refractory": 0.002, "rest": -0.06, "reset": -0.045}
    one_each = np.eye(neurons)
    return Network(
        name="conductance",
        dt=0.0005,
        steps=steps,
        encoder=Encoder(
            encoder("poisson"), (inputs,), {"max_rate": rng.uniform(20, 200), "seed": seed % 2**31}
        ),
        populations=(
            Population(
                "excitatory",
                neuron("lif_cond_exp"),
                neurons,
                excitatory
                | {
                    "reversal_e": 0.0,
                    "reversal_i": -0.1,
                    "threshold": rng.uniform(-0.062, -0.055, neurons),
                },
            ),
            Population(
                "inhibitory",
                neuron("lif_cond_exp"),
                neurons,
                inhibitory
                | {"reversal_e": 0.0, "reversal_i": -0.085, "threshold": np.full(neurons, -0.04)},
            ),
        ),
        projections=(
            Projection("input", "excitatory", synapse("dense"), rng.uniform(0, 0.6, (inputs, neurons))),
            Projection("excitatory", "inhibitory", synapse("dense"), 10.4 * one_each),
            Projection(
                "inhibitory", "excitatory", synapse("dense"), strong * (1 - one_each), receptor="inhibitory"
            ),
        ),
        readout=Readout(
            "excitatory",
            rng.integers(UNASSIGNED, 3, neurons).astype(np.int16),
            classes=3,
            exit_margin=int(rng.integers(2)) * 5,
            nearest=bool(rng.integers(2)),
        ),
    )


def without_matrices(net: Network) -> Network:
    """Return ``random_conductance_network`` with one weight in place of each matrix between populations."""
    excitation, relay, inhibition = net.projections

    def single(s: Projection, kind: str) -> Projection:
        return replace(
            s, kind=synapse(kind), weights=np.zeros(0), params={"weight": float(s.weights.max())}
        )

    projections = (excitation, single(relay, "one_to_one"), single(inhibition, "lateral"))
    return replace(net, projections=projections)


def random_diehl_cook(seed: int = 0, steps: int = 120) -> Network:
    """Return the network of ``without_matrices``, with pruned inputs and delays besides."""
    rng = np.random.default_rng(seed)
    net = without_matrices(random_conductance_network(seed, steps))
    inputs, *single = net.projections
    kept = rng.random(inputs.weights.shape) < rng.choice([0.05, 0.3, 0.6])
    delays = rng.integers(0, 20, 3) * net.dt
    pruned = replace(inputs, kind=synapse("sparse"), weights=inputs.weights * kept / kept.mean())
    delayed = zip((pruned, *single), delays, strict=True)
    return replace(net, projections=tuple(replace(s, delay=float(d)) for s, d in delayed))


def random_conductance_model(seed: int) -> IntegerModel:
    """Draw integers of the whole range: gains, leaks and potentials at limits, sums that need int32."""
    rng = np.random.default_rng(seed)
    model = quantize(random_conductance_network(seed, steps=15), int(rng.choice([8, 6, 4])))
    kind = neuron("lif_cond_exp")

    def parameters(size: int) -> dict:
        params = {
            name: int(rng.choice([low, high, rng.integers(low, high), rng.integers(low, high) // 200]))
            for name, (low, high) in kind.scalars.items()
        }
        limit = int(rng.choice([10, 3000, 32767]))
        tame = {name: max(params[name], 1) for name in ("leak", "gain_e", "gain_i")}
        thresholds = rng.integers(-limit, limit, size, endpoint=True).astype(np.int16)
        return params | tame | {"refractory": int(rng.integers(4)), "threshold": thresholds}

    weights = replace(
        model.projections[0],
        weights=rng.integers(0, 15, (model.encoder.size, model.populations[0].size), endpoint=True).astype(
            np.int8
        ),
    )
    many = bool(rng.integers(2))  # inputs enough for a wide sum
    weights = replace(weights, weights=np.tile(weights.weights, (1 + 20 * many, 1)))
    return replace(
        model,
        encoder=replace(model.encoder, shape=(weights.weights.shape[0],)),
        populations=tuple(replace(p, params=parameters(p.size)) for p in model.populations),
        projections=(weights, *model.projections[1:]),
        wide={p.name: bool(rng.integers(2)) or many for p in model.populations},
    )


def about_vectors(rng: np.random.Generator, most: int = 300) -> int:
    """Draw a size at, just below or just above whole vectors of a kernel, or stripes of them."""
    whole = 2 ** rng.integers(3, 9) * rng.integers(1, 4)
    return int(np.clip(whole + rng.integers(-1, 2), 1, most))


def random_conductance_layer(rng: np.random.Generator, name: str, size: int) -> Population:
    """Draw a lif_cond_exp layer whose parameters are usual, or some or all at one of their limits."""
    usual = {"leak": 163, "decay_e": 19875, "decay_i": 25520, "gain_e": 1, "gain_i": 2, "shift_e": 0}
    usual |= {"shift_i": 0, "reset": 0, "reversal_e": 17039, "reversal_i": -9175, "refractory": 2}
    often = {
        "shift_e": [0, 0, 1, 3],
        "reversal_i": [-9175, 0],
        "decay_e": [19875, 32000],
        "gain_e": [1, 3, 60],
    }
    params = usual | {key: int(rng.choice(values)) for key, values in often.items()}
    wild = rng.choice([0, 0.1, 0.3, 1])
    for key, (low, high) in neuron("lif_cond_exp").scalars.items():
        if rng.random() < wild:
            params[key] = int(rng.choice([low, high, rng.integers(low, high), max(low, min(high, 1))]))
    limits = [(500, 4000), (100, 3000), (-32768, 32767), (-200, 0)][rng.integers(4)]
    thresholds = rng.integers(*limits, size, endpoint=True)
    thresholds[rng.random(size) >= rng.choice([0.03, 1])] = 32767
    return Population(
        name, neuron("lif_cond_exp"), size, params | {"threshold": thresholds.astype(np.int16)}
    )


def random_conductance_projection(
    rng: np.random.Generator, source: str, target: str, shape: tuple[int, int], receptor: str
) -> Projection:
    """Draw a projection of any kind that makes conductances, of any bits, with or without a zero point."""
    single = ["one_to_one", "lateral"] * (shape[0] == shape[1])
    kind, delay = str(rng.choice(["dense"] * 4 + ["sparse"] + single)), int(rng.choice([0, 0, 0, 1, 5]))
    if kind in single:
        weight = {"weight": int(rng.choice([1, 20, 200, 2047, 32767]))}
        return Projection(source, target, synapse(kind), np.zeros(0, np.int8), weight, 0, receptor, delay)
    bits, signed = int(rng.choice([4, 8, 1])), rng.integers(5) == 0
    zero_point = 2 ** (bits - 1) if signed and bits > 1 else 0
    top = min(2**bits - 1 - zero_point, 127, *rng.choice([3, 127], 1))
    weights = rng.integers(top * (rng.integers(4) == 0), top, shape, endpoint=True)
    weights[:, (np.arange(shape[1]) // rng.choice([8, 16, 32]) + rng.integers(2)) % 2 < rng.integers(2)] = 0
    return Projection(
        source,
        target,
        synapse(kind),
        weights.astype(np.int8),
        {"zero_point": zero_point},
        bits,
        receptor,
        delay,
    )


def random_conductance_wiring(seed: int) -> IntegerModel:
    """Draw one or two layers of lif_cond_exp, wired at both receptors from up to 200 inputs and each other.

    What a kernel may compute separately occurs in any order: rows of codes, sums, receptors without spikes,
    equal conductances.
    """
    rng = np.random.default_rng(seed)
    layers = ["first", "second"][: int(rng.integers(1, 3))]
    sizes = {INPUT: int(rng.choice([1, 16, 40, 130, 200]))} | {name: about_vectors(rng) for name in layers}
    populations = tuple(random_conductance_layer(rng, name, sizes[name]) for name in layers)
    wires = [
        (source, target, receptor)
        for target in layers
        for source, receptor in [
            (INPUT, "excitatory"),
            *((str(rng.choice(list(sizes))), str(rng.choice(RECEPTORS))) for _ in range(rng.integers(3))),
        ]
    ]
    classes = int(rng.integers(1, 4))
    labels = rng.integers(UNASSIGNED, classes, sizes[layers[-1]]).astype(np.int16)
    gain = {"gain": int(rng.choice([300, 3000, 20000, 65793])), "seed": seed % 2**31}
    model = IntegerModel(
        name="wiring",
        dt=0.001,
        steps=int(rng.choice([9, 17, 33])),
        bits=8,
        encoder=Encoder(encoder("poisson"), (sizes[INPUT],), gain),
        populations=populations,
        projections=tuple(
            random_conductance_projection(rng, s, t, (sizes[s], sizes[t]), r) for s, t, r in wires
        ),
        readout=Readout(layers[-1], labels, classes, int(rng.choice([0, 0, 30])), bool(rng.integers(2))),
        scales=dict.fromkeys(layers, 1.0),
        wide=dict.fromkeys(layers, True),
    )
    large = {name: sum_bound(model, name) > INT16_MAX for name in layers}
    return replace(model, wide=large) if rng.integers(2) else model
