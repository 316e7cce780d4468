"""Integer models made from a seed, over the whole range of the integer contract."""

import numpy as np

from snnedge.kinds import encoder, neuron, synapse
from snnedge.kinds.synapses.dense import bound
from snnedge.model.integer_model import IntegerModel
from snnedge.model.network import UNASSIGNED, Encoder, Population, Projection, Readout
from snnedge.model.weight_codes import WEIGHT_LIMITS


def random_integer_model(seed: int, wide: bool = False, steps: int = 12) -> IntegerModel:
    """Draw integers over the whole range of the contract: thresholds, decays and weights at their limits.

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
        return Projection(source, target, synapse("dense"), weights.astype(np.int8), {"zero_point": zero})

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
    sums = {name: sum(bound(s, sizes[name]) for s in projections if s.target == name) for name in sizes}
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
