"""Random integer models of any neuron model, by the ranges that its kind declares."""

from dataclasses import replace

import numpy as np

from snnedge.kinds import encoder, synapse
from snnedge.model.integer_model import IntegerModel, sum_bound
from snnedge.model.integers import INT16_MAX, INT16_MIN
from snnedge.model.kind import NeuronKind
from snnedge.model.network import INPUT, UNASSIGNED, Encoder, Population, Projection, Readout


def random_model_of(kind: NeuronKind, seed: int, steps: int = 20) -> IntegerModel:
    """Return a model with a population of ``kind``, whose parameters are anywhere in their declared ranges.

    The input reaches each receptor through a matrix, and the population reaches itself after a delay.
    """
    rng = np.random.default_rng(seed)
    inputs, size = int(rng.integers(1, 60)), int(rng.choice([1, 2, 31, 33, 100]))
    lowest = 0 if kind.conductances else -int(rng.choice([0, 127]))

    def projection(source: str, sources: int, receptor: str, delay: int) -> Projection:
        weights = rng.integers(lowest, 127, (sources, size), endpoint=True).astype(np.int8)
        params = {"zero_point": 128 if lowest else 0}
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
