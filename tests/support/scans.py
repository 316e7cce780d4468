"""Networks and integer models of shared patches made from a seed, and the images for them."""

from dataclasses import replace
from typing import Any

import numpy as np

from snnedge.compiler.quantize import quantize
from snnedge.kinds import encoder, neuron, synapse
from snnedge.kinds.neurons.conv_wta import cells
from snnedge.kinds.neurons.if_ttfs import NEVER
from snnedge.model.integer_model import IntegerModel
from snnedge.model.integers import INT16_MAX
from snnedge.model.network import UNASSIGNED, Encoder, Network, Population, Projection, Readout
from snnedge.model.weight_codes import WEIGHT_LIMITS


def random_scan_network(seed: int = 0, bits: int = 0, exits: bool = True, apart: bool = False) -> Network:
    """Draw conv_wta features and an if_ttfs readout, with sides of image, patch and pool from the seed.

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
    layout = {"maps": maps, "rows": rows, "columns": columns, "image_width": line, "pool": pool}
    layout["stride"] = int(rng.integers(1, pool, endpoint=True))
    if apart:
        layout |= {"origin": int(crop[0]) * line + int(crop[1]), "position_stride": spacing}
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
        encoder=Encoder(encoder("binary"), (height, line), {"threshold": int(rng.integers(1, 256))}),
        populations=(
            Population("features", neuron("conv_wta"), units, {**layout, "threshold": threshold}),
            Population("output", neuron("if_ttfs"), neurons, race),
        ),
        projections=(
            Projection(
                "input",
                "features",
                synapse("patch"),
                weights,
                {"image_width": line, "min_active": int(rng.integers(1, 4))},
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
    """Draw integers of the whole range: signed and unsigned patches of all widths, thresholds at limits.

    Positions of even seeds lie apart.
    """
    rng = np.random.default_rng(seed)
    model = quantize(random_scan_network(seed, exits=bool(rng.integers(2)), apart=seed % 2 == 0), 4)
    features, output = model.populations
    bits, signed = [(1, False), (4, False), (4, True), (8, False), (8, True)][rng.integers(5)]
    top = WEIGHT_LIMITS[bits][signed]
    low = -top if signed else 0
    patch = rng.integers(low, top, model.projections[0].weights.shape, endpoint=True).astype(np.int8)
    zero = {"zero_point": 2 ** (bits - 1) if signed else 0}
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


def scan_model(
    seed: int = 0,
    patch: tuple[int, int] = (5, 5),
    maps: int = 16,
    positions: tuple[int, int] = (9, 11),
    pool: tuple[int, int] = (4, 4),
    bits: int = 4,
    signed: bool = False,
    least: int = 2,
    spacing: int = 1,
    margin: int = 0,
    threshold: Any = None,
    wide: bool = False,
) -> IntegerModel:
    """Random patches of the whole range; ``pool`` and its stride; ``margin`` pixels around all."""
    rng = np.random.default_rng(seed)
    top = WEIGHT_LIMITS[bits][signed]
    height, line = (2 * margin + spacing * (n - 1) + side for n, side in zip(positions, patch, strict=True))
    layout = {"maps": maps, "rows": positions[0], "columns": positions[1], "image_width": line}
    layout |= {
        "pool": pool[0],
        "stride": pool[1],
        "origin": margin * line + margin,
        "position_stride": spacing,
    }
    units = maps * cells(layout, "rows") * cells(layout, "columns")
    weights = rng.integers(-top if signed else 0, top, (maps, *patch), endpoint=True).astype(np.int8)
    middle = weights.astype(int).sum(axis=(1, 2))
    chosen = middle if threshold is None else np.full(maps, 0) + threshold
    shared = {"zero_point": 2 ** (bits - 1) if signed else 0, "rows": patch[0], "columns": patch[1]}
    race = {"bias": np.zeros(2, np.int16), "threshold": np.full(2, INT16_MAX, np.int16)}
    return IntegerModel(
        name="scan",
        dt=0.001,
        steps=17,
        bits=4,
        encoder=Encoder(encoder("binary"), (height, line), {"threshold": 128}),
        populations=(
            Population(
                "features", neuron("conv_wta"), units, layout | {"threshold": chosen.astype(np.int16)}
            ),
            Population("output", neuron("if_ttfs"), 2, race),
        ),
        projections=(
            Projection(
                "input",
                "features",
                synapse("patch"),
                weights,
                shared | {"image_width": line, "min_active": least},
                bits,
            ),
            Projection(
                "features", "output", synapse("dense"), np.zeros((units, 2), np.int8), {"zero_point": 0}
            ),
        ),
        readout=Readout("output", np.array([0, 1], np.int16), 2, 0, True),
        scales={"features": 1.0, "output": 1.0},
        wide={"features": wide, "output": False},
    )


def scan_images(model: IntegerModel, seed: int = 0) -> np.ndarray:
    """Empty, full, one pixel in each corner, and random ones of any density."""
    height, line = model.encoder.shape
    rng = np.random.default_rng(seed)
    some = np.zeros((14, height, line), np.uint8)
    some[1] = 255
    some[2, 0, 0] = some[3, 0, -1] = some[4, -1, 0] = some[5, -1, -1] = 255
    some[6:] = 255 * (rng.random((8, height, line)) < np.linspace(0.02, 0.9, 8)[:, None, None])
    return some


def fired(first: np.ndarray) -> bool:
    return bool((first < 16).any())
