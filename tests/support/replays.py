"""A small network of each recipe with images, to run in Brian2 and in numpy with equal outcomes.

Every sum of `wta` and `conv_wta` is exact in single and in double precision.
"""

from dataclasses import replace

import numpy as np
import rows
from images import random_images

from snnedge.backends import float as float_backend
from snnedge.kinds import encoder, neuron, synapse
from snnedge.kinds.neurons.if_ttfs import NEVER
from snnedge.model.network import INPUT, Encoder, Network, Population, Projection, Readout
from snnedge.model.outcome import Outcome, mismatches
from snnedge.train.recipes import conductance as conductance_recipe

Case = tuple[Network, np.ndarray]
INPUTS, NEURONS, STEPS = 64, 20, 20  # of wta
MAPS, RACERS, SCANNED = 4, 12, (10, 9)  # of conv_wta


def differing(outcome: Outcome, network: Network, images: np.ndarray) -> int:
    """Return the number of ``images`` for which the float network in numpy has another outcome.

    Brian2 counts no saturations.
    """
    expected = float_backend.open(network).run(images)
    return mismatches(outcome, replace(expected, saturations=outcome.saturations))


def wta(margin: int = 1, nearest: bool = True) -> Case:
    """Return a case of the recipe `wta`, with weights in eighths; image 7 is blank."""
    rng = np.random.default_rng(1)
    weights = rng.integers(-2, 9, (INPUTS, NEURONS)) / 8
    labels = rng.integers(-1, 3, NEURONS).astype(np.int16)
    thresholds = rng.integers(20, 60, NEURONS) / 2
    network = wta_network(weights, thresholds, Readout("n", labels, 3, margin, nearest))
    images = rng.integers(0, 256, (60, 8, 8), np.uint8) * (rng.random((60, 8, 8)) < 0.2)
    images[7] = 0
    return network, images.astype(np.uint8)


def conv_wta(exits: bool = True, unnamed: bool = False, nearest: bool = True) -> Case:
    """Return a case of the recipe `conv_wta`."""
    return conv_wta_network(exits, unnamed, nearest), random_images(SCANNED, 70)


def conductance(decision: str = "all-steps") -> Case:
    """Return a case of the recipe `conductance`, with random labels and thresholds."""
    recipe = conductance_recipe.prepare(rows.images(), rows.settings(decision=decision, rate=900))
    rng = np.random.default_rng(4)
    state = recipe.initial_state() | {"labels": rng.integers(-1, 4, rows.NEURONS).astype(np.int32)}
    state["excitatory.theta"] += rng.uniform(0, 5, rows.NEURONS).astype(np.float32)
    return recipe.network(state, {}), rows.images().images


def wta_network(weights: np.ndarray, thresholds: np.ndarray, readout: Readout) -> Network:
    """Return a network of the recipe `wta` for 8x8 images."""
    # 163.84 spikes in 20 steps: the total input is a whole number of 1/65536 spikes per step.
    drive = Encoder(
        encoder("error_diffusion"), (8, 8), {"spikes_per_sample": 163.84, "max_rate": 0.5, "seed": 11}
    )
    return Network(
        name="random",
        dt=1e-3,
        steps=STEPS,
        encoder=drive,
        populations=(Population("n", neuron("if_wta"), NEURONS, {"threshold": thresholds}),),
        projections=(Projection(INPUT, "n", synapse("dense"), weights),),
        readout=readout,
    )


def conv_wta_network(exits: bool, unnamed: bool = False, nearest: bool = True) -> Network:
    """Return a network of the recipe `conv_wta`: rounded features, and a readout of eighths."""
    rng = np.random.default_rng(7)
    weights = rng.integers(0, 16, (MAPS, 3, 3)).astype(float)
    layout = {"maps": MAPS, "rows": 8, "columns": 7, "image_width": 9, "pool": 4, "stride": 2}
    units = MAPS * 3 * 3
    race = {
        "bias": rng.integers(-8, 9, RACERS) / 8,
        "threshold": np.full(RACERS, 2.5 if exits else NEVER),
    }
    labels = np.arange(RACERS, dtype=np.int16) % 3
    labels[::4] = -1 if unnamed else labels[::4]
    return Network(
        name="scan",
        dt=0.001,
        steps=16,
        encoder=Encoder(encoder("binary"), SCANNED, {"threshold": 100}),
        populations=(
            Population(
                "features", neuron("conv_wta"), units, {**layout, "threshold": weights.sum(axis=(1, 2)) / 2}
            ),
            Population("output", neuron("if_ttfs"), RACERS, race),
        ),
        projections=(
            Projection(
                INPUT, "features", synapse("patch"), weights, {"image_width": 9, "min_active": 2}, 4
            ),
            Projection("features", "output", synapse("dense"), rng.integers(-8, 9, (units, RACERS)) / 8),
        ),
        readout=Readout("output", labels, 3, int(exits), nearest),
    )
