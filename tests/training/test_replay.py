"""Trained two-layer networks in Brian2 again (``--backend brian2``), against the float network in numpy."""

from dataclasses import replace

import numpy as np
import pytest
from images import random_images

from snnedge.backends import float as float_backend
from snnedge.kinds import encoder, neuron, synapse
from snnedge.kinds.neurons.if_race import NEVER
from snnedge.model.network import INPUT, Encoder, Network, Population, Projection, Readout
from snnedge.model.outcome import mismatches
from snnedge.train.recipes.conv_wta.replay import replay, replays

MAPS, NEURONS, SHAPE = 4, 12, (10, 9)


def network(exits: bool, unnamed: bool = False, nearest: bool = True) -> Network:
    """Rounded features and a readout of eighths: every sum is exact in single and in double precision."""
    rng = np.random.default_rng(7)
    weights = rng.integers(0, 16, (MAPS, 3, 3)).astype(float)
    layout = {"maps": MAPS, "rows": 8, "columns": 7, "line": 9, "pool": 4, "stride": 2}
    units = MAPS * 3 * 3
    race = {
        "bias": rng.integers(-8, 9, NEURONS) / 8,
        "threshold": np.full(NEURONS, 2.5 if exits else NEVER),
    }
    labels = np.arange(NEURONS, dtype=np.int16) % 3
    labels[::4] = -1 if unnamed else labels[::4]
    return Network(
        name="scan",
        dt=0.001,
        steps=16,
        encoder=Encoder(encoder("flash"), SHAPE, {"threshold": 100}),
        populations=(
            Population(
                "features", neuron("conv_wta"), units, {**layout, "threshold": weights.sum(axis=(1, 2)) / 2}
            ),
            Population("output", neuron("if_race"), NEURONS, race),
        ),
        projections=(
            Projection(INPUT, "features", synapse("shared"), weights, {"line": 9, "least": 2}, 4),
            Projection("features", "output", synapse("dense"), rng.integers(-8, 9, (units, NEURONS)) / 8),
        ),
        readout=Readout("output", labels, 3, int(exits), nearest),
    )


@pytest.mark.brian2
@pytest.mark.parametrize(("exits", "unnamed", "nearest"), [
    (True, False, True), (True, False, False),
    (False, False, True), (False, True, True), (False, False, False),
])  # fmt: skip
def test_brian2_equals_the_numpy_network(exits, unnamed, nearest, cache):
    net = network(exits, unnamed, nearest)
    images = random_images(SHAPE, 70)
    assert replays(net)
    expected = float_backend.open(net).run(images)
    assert mismatches(replay(net, images), expected) == 0
    assert len(set(expected.labels.tolist())) > (2 if nearest or exits else 0)
    assert expected.spike_counts.any() == exits


def test_other_networks_are_left_to_other_back_ends():
    net = network(exits=True)
    unrounded = replace(net.projections[0], bits=0)
    assert replays(net)
    assert replays(network(exits=False, unnamed=True))
    assert not replays(network(exits=True, unnamed=True))
    assert not replays(replace(net, projections=(unrounded, net.projections[1])))
    assert not replays(replace(net, readout=replace(net.readout, exit_margin=0)))
