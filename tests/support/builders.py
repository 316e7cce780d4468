"""Networks made from a seed, for tests that need any network rather than a good one."""

from dataclasses import replace

import numpy as np

from snnedge.compiler.quantize import quantize
from snnedge.kinds import encoder, neuron, synapse
from snnedge.kinds.neurons.conv_wta import cells
from snnedge.kinds.neurons.if_race import NEVER
from snnedge.kinds.synapses.dense import bounds
from snnedge.model.integer_model import IntegerModel, sum_bound
from snnedge.model.integers import INT16_MAX, INT16_MIN
from snnedge.model.kind import RECEPTORS, NeuronKind
from snnedge.model.network import INPUT, UNASSIGNED, Encoder, Network, Population, Projection, Readout
from snnedge.model.weight_codes import WEIGHT_LIMITS


def random_model_of(kind: NeuronKind, seed: int, steps: int = 20) -> IntegerModel:
    """Return a model with a population of ``kind``, whose parameters are anywhere in their declared ranges.

    The input reaches each receptor through a matrix, and the population reaches itself after a delay.
    """
    rng = np.random.default_rng(seed)
    inputs, size = int(rng.integers(1, 60)), int(rng.choice([1, 2, 31, 33, 100]))
    lowest = 0 if kind.conductances else -int(rng.choice([0, 127]))

    def projection(source: str, sources: int, receptor: str, delay: int) -> Projection:
        weights = rng.integers(lowest, 127, (sources, size), endpoint=True).astype(np.int8)
        params = {"offset": 128 if lowest else 0}
        return Projection(source, "neurons", synapse("dense"), weights, params, 0, receptor, delay)

    low, high = [(INT16_MIN, INT16_MAX), (0, 500), (0, 40), (INT16_MAX, INT16_MAX)][rng.integers(4)]
    arrays = {name: rng.integers(low, high, size, endpoint=True).astype(np.int16) for name in kind.arrays}
    scalars = {
        n: int(rng.choice([a, b, rng.integers(a, b, endpoint=True)])) for n, (a, b) in kind.scalars.items()
    }
    projections = [projection(INPUT, inputs, receptor, 0) for receptor in kind.receptors]
    projections.append(projection("neurons", size, kind.receptors[0], int(rng.integers(4))))
    labels = rng.integers(UNASSIGNED, 3, size).astype(np.int16)
    model = IntegerModel(
        name=f"random_{kind}_{seed}",
        dt=0.001,
        steps=steps,
        bits=8,
        encoder=Encoder(
            encoder("error_diffusion"),
            (inputs,),
            {"drive": int(rng.integers(2**16, 2**22)), "limit": 65535, "seed": seed % 65536},
        ),
        populations=(Population("neurons", kind, size, scalars | arrays),),
        projections=tuple(projections),
        readout=Readout("neurons", labels, 3, int(rng.integers(3))),
        scales={"neurons": 1.0},
        wide={"neurons": True},
    )
    return replace(model, wide={"neurons": sum_bound(model, "neurons") > INT16_MAX})


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
    """An if_wta layer, behind a recurrent lif layer of ``hidden`` neurons if that is not 0."""
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


def random_images(shape: tuple[int, ...], samples: int, seed: int = 0) -> np.ndarray:
    """Gray values, half of them 0; the first sample blank, the second all white."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (samples, *shape)) * rng.integers(0, 2, (samples, *shape))
    images[:1], images[1:2] = 0, 255
    return images.astype(np.uint8)


def random_integer_model(seed: int, wide: bool = False, steps: int = 12) -> IntegerModel:
    """Integers over the whole range of the contract: thresholds, decays and weights at their limits.

    ``wide``: so many inputs that only int32 holds the synaptic sum.
    """
    rng = np.random.default_rng(seed)
    bits = int(rng.choice([4, 6, 8]))
    inputs = 600 if wide else int(rng.integers(1, 60))
    sizes = {"hidden": int(rng.integers(1, 40)), "output": int(rng.choice([1, 2, 31, 33]))}
    signed = bool(rng.integers(2))
    top = WEIGHT_LIMITS[8 if wide else bits][signed]

    def projection(source: str, target: str, sources: int) -> Projection:
        weights = rng.integers(-top if signed else 0, top, (sources, sizes[target]), endpoint=True)
        zero = 2 ** ((8 if wide else bits) - 1) if signed else 0
        return Projection(source, target, synapse("dense"), weights.astype(np.int8), {"offset": zero})

    def thresholds(size: int) -> np.ndarray:
        low, high = [(-32768, 32767), (0, 500), (0, 40), (30000, 32767)][rng.integers(4)]
        return rng.integers(low, high, size, endpoint=True).astype(np.int16)

    lif = {
        "decay": int(rng.choice([0, 1, 16384, 32767])),
        "refractory": int(rng.integers(0, 4)),
        "reset": int(rng.integers(2)),
        "threshold": thresholds(sizes["hidden"]),
    }
    projections = (
        projection("input", "hidden", inputs),
        projection("output", "hidden", sizes["output"]),
        projection("hidden", "output", sizes["hidden"]),
        projection("output", "output", sizes["output"]),
    )
    sums = {name: sum(bounds(s, sizes[name]) for s in projections if s.target == name) for name in sizes}
    rates = {
        "drive": int(rng.integers(1, 2**24)),
        "limit": int(rng.integers(1, 65536)),
        "seed": seed % 65536,
    }
    classes = int(rng.integers(1, 5))
    return IntegerModel(
        name=f"random_{seed}",
        dt=0.001,
        steps=steps,
        bits=8 if wide else bits,
        encoder=Encoder(encoder("error_diffusion"), (inputs,), rates),
        populations=(
            Population("hidden", neuron("lif"), sizes["hidden"], lif),
            Population(
                "output", neuron("if_wta"), sizes["output"], {"threshold": thresholds(sizes["output"])}
            ),
        ),
        projections=projections,
        readout=Readout(
            "output",
            rng.integers(UNASSIGNED, classes, sizes["output"]).astype(np.int16),
            classes,
            int(rng.integers(0, 4)),
            bool(rng.integers(2)),
        ),
        scales=dict.fromkeys(sizes, 1.0),
        wide={name: sums[name] > 32767 for name in sizes},
    )


def with_poisson(graph: Network | IntegerModel, seed: int) -> Network | IntegerModel:
    """``graph`` behind a Poisson encoder of any rate."""
    rng = np.random.default_rng(seed)
    if isinstance(graph, Network):
        params = {"max_rate": rng.uniform(0.05, 1) ** 2 / graph.dt, "seed": seed % 2**31}
    else:
        params = {"gain": int(rng.choice([1, 300, 20000, 65793])), "seed": seed % 2**31}
    return replace(graph, encoder=Encoder(encoder("poisson"), graph.encoder.shape, params))


def random_wiring(seed: int = 0, hidden: int = 9, steps: int = 30) -> Network:
    """``random_network`` with every connection type that lists spikes, and with delays."""
    rng = np.random.default_rng(seed)
    net = random_network(seed, hidden=hidden, signed=bool(rng.integers(2)), steps=steps)
    density = rng.choice([0, 0.02, 0.3, 0.9])
    kinds = rng.choice(["dense", "sparse"], len(net.projections))
    wired = [
        replace(s, kind=synapse(str(kind)), weights=s.weights * (rng.random(s.weights.shape) < density))
        for s, kind in zip(net.projections, kinds, strict=True)
    ]
    wired[0] = net.projections[0]  # without which nothing fires
    single = [("one_to_one", rng.uniform(-1, 3)), ("all_but_self", -rng.uniform(0, 1))]
    wired += [
        Projection("hidden", "hidden", synapse(kind), params={"weight": float(w)}) for kind, w in single
    ]
    delays = rng.choice([0, 0, 1, 2, 3, 5], len(wired)) * net.dt
    return replace(
        net, projections=tuple(replace(s, delay=float(d)) for s, d in zip(wired, delays, strict=True))
    )


def random_conductance_network(
    seed: int = 0, steps: int = 120, strong: float = 17.0, neurons: int = 0
) -> Network:
    """An excitatory and an inhibitory population after Diehl & Cook, with their constants: each excites one
    inhibitory neuron, and that inhibits all others by ``strong``. The votes are the excitatory one's.
    ``neurons``: of each population; 0: some."""
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
    """``random_conductance_network`` with one weight in place of each matrix between populations."""
    excitation, relay, inhibition = net.projections

    def single(s: Projection, kind: str) -> Projection:
        return replace(
            s, kind=synapse(kind), weights=np.zeros(0), params={"weight": float(s.weights.max())}
        )

    projections = (excitation, single(relay, "one_to_one"), single(inhibition, "all_but_self"))
    return replace(net, projections=projections)


def random_diehl_cook(seed: int = 0, steps: int = 120) -> Network:
    """``without_matrices``, and with pruned inputs and delays."""
    rng = np.random.default_rng(seed)
    net = without_matrices(random_conductance_network(seed, steps))
    inputs, *single = net.projections
    kept = rng.random(inputs.weights.shape) < rng.choice([0.05, 0.3, 0.6])
    delays = rng.integers(0, 20, 3) * net.dt
    pruned = replace(inputs, kind=synapse("sparse"), weights=inputs.weights * kept / kept.mean())
    delayed = zip((pruned, *single), delays, strict=True)
    return replace(net, projections=tuple(replace(s, delay=float(d)) for s, d in delayed))


def random_conductance_model(seed: int) -> IntegerModel:
    """The whole range of integers: gains, leaks and potentials at their limits, sums that need int32."""
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
    """A size at, just below or just above whole vectors of a kernel, or stripes of them."""
    whole = 2 ** rng.integers(3, 9) * rng.integers(1, 4)
    return int(np.clip(whole + rng.integers(-1, 2), 1, most))


def random_conductance_layer(rng: np.random.Generator, name: str, size: int) -> Population:
    """lif_cond_exp with the usual parameters, or some, or all, at any of their limits."""
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
    """Of any kind that makes conductances, with codes of any bits, with and without an offset."""
    single = ["one_to_one", "all_but_self"] * (shape[0] == shape[1])
    kind, delay = str(rng.choice(["dense"] * 4 + ["sparse"] + single)), int(rng.choice([0, 0, 0, 1, 5]))
    if kind in single:
        weight = {"weight": int(rng.choice([1, 20, 200, 2047, 32767]))}
        return Projection(source, target, synapse(kind), np.zeros(0, np.int8), weight, 0, receptor, delay)
    bits, signed = int(rng.choice([4, 8, 1])), rng.integers(5) == 0
    offset = 2 ** (bits - 1) if signed and bits > 1 else 0
    top = min(2**bits - 1 - offset, 127, *rng.choice([3, 127], 1))
    weights = rng.integers(top * (rng.integers(4) == 0), top, shape, endpoint=True)
    weights[:, (np.arange(shape[1]) // rng.choice([8, 16, 32]) + rng.integers(2)) % 2 < rng.integers(2)] = 0
    return Projection(
        source, target, synapse(kind), weights.astype(np.int8), {"offset": offset}, bits, receptor, delay
    )


def random_conductance_wiring(seed: int) -> IntegerModel:
    """One or two layers of lif_cond_exp, wired at both receptors from up to 200 Poisson inputs and from
    each other: what a kernel may treat apart (rows of codes, sums, no drives; even pulls) in any order."""
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


def random_scan_network(seed: int = 0, bits: int = 0, exits: bool = True, apart: bool = False) -> Network:
    """conv_wta features and an if_race readout; sides of image, patch and pool from the seed, odd ones too.

    ``bits``: features rounded to so many; 0: floats. Without ``exits`` no threshold can be reached.
    ``apart``: positions a few pixels apart, and a margin around them.
    """
    rng = np.random.default_rng(seed)
    patch = rng.integers(1, 9, 2)
    rows, columns = (int(n) for n in rng.integers(1, 15, 2))
    spacing = int(rng.integers(1, 4)) if apart else 1
    crop = rng.integers(0, 3, 4) if apart else np.zeros(4, int)  # above, left, below, right
    height = int(spacing * (rows - 1) + patch[0] + crop[0] + crop[2])
    line = int(spacing * (columns - 1) + patch[1] + crop[1] + crop[3])
    maps, neurons = (int(n) for n in rng.integers(1, 20, 2))
    pool = int(rng.integers(1, 8))
    layout = {"maps": maps, "rows": rows, "columns": columns, "line": line, "pool": pool}
    layout["stride"] = int(rng.integers(1, pool, endpoint=True))
    if apart:
        layout |= {"first": int(crop[0]) * line + int(crop[1]), "spacing": spacing}
    units = maps * cells(layout, "rows") * cells(layout, "columns")
    weights = rng.uniform(0, 1, (maps, *patch))
    if bits:
        weights = np.rint(weights * WEIGHT_LIMITS[bits][0])
    threshold = weights.sum(axis=(1, 2)) / 2 * rng.uniform(0.5, 1.5, maps)
    threshold = np.rint(2 * threshold) / 2 if bits else threshold
    race = {
        "bias": rng.uniform(-1, 1, neurons),
        "threshold": rng.uniform(0, 3, neurons) if exits else np.full(neurons, NEVER),
    }
    return Network(
        name="scan",
        dt=0.001,
        steps=int(rng.integers(1, 19)),
        encoder=Encoder(encoder("flash"), (height, line), {"threshold": int(rng.integers(1, 256))}),
        populations=(
            Population("features", neuron("conv_wta"), units, {**layout, "threshold": threshold}),
            Population("output", neuron("if_race"), neurons, race),
        ),
        projections=(
            Projection(
                "input",
                "features",
                synapse("shared"),
                weights,
                {"line": line, "least": int(rng.integers(1, 4))},
                bits,
            ),
            Projection("features", "output", synapse("dense"), rng.normal(0, 1, (units, neurons))),
        ),
        readout=Readout(
            "output",
            rng.integers(UNASSIGNED, 3, neurons).astype(np.int16),
            classes=3,
            exit_margin=int(rng.integers(2)),
            nearest=bool(rng.integers(2)),
        ),
    )


def random_scan_model(seed: int) -> IntegerModel:
    """The whole range of integers: signed and unsigned patches of all widths, thresholds at the limits.

    Positions of even seeds lie apart.
    """
    rng = np.random.default_rng(seed)
    model = quantize(random_scan_network(seed, exits=bool(rng.integers(2)), apart=seed % 2 == 0), 4)
    features, output = model.populations
    bits, signed = [(1, False), (4, False), (4, True), (8, False), (8, True)][rng.integers(5)]
    top = WEIGHT_LIMITS[bits][signed]
    low = -top if signed else 0
    patch = rng.integers(low, top, model.projections[0].weights.shape, endpoint=True).astype(np.int8)
    zero = {"offset": 2 ** (bits - 1) if signed else 0}
    shared = replace(
        model.projections[0], weights=patch, bits=bits, params=model.projections[0].params | zero
    )
    limit = int(rng.choice([0, 100, 3000, 32767]))

    def integers(size: int) -> np.ndarray:
        values = rng.integers(-2 * limit, 2 * limit, size, endpoint=True)
        return np.clip(values, -32768, 32767).astype(np.int16)  # half of the largest are at the limits

    thresholds = features.params | {"threshold": integers(features.params["maps"])}
    race = {"bias": integers(output.size), "threshold": integers(output.size)}
    return replace(
        model,
        populations=(replace(features, params=thresholds), replace(output, params=race)),
        projections=(shared, model.projections[1]),
    )
