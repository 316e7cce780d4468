"""Trained two-layer networks in Brian2 again (``--backend brian2``), against the float network in numpy."""

from dataclasses import replace

import pytest
import replays

from snnedge.train.recipes import conv_wta


@pytest.mark.brian2
@pytest.mark.parametrize(("exits", "unnamed", "nearest"), [
    (True, False, True), (True, False, False),
    (False, False, True), (False, True, True), (False, False, False),
])  # fmt: skip
def test_brian2_equals_the_numpy_network(exits, unnamed, nearest, brian2_cache):
    net, images = replays.conv_wta(exits, unnamed, nearest)
    assert conv_wta.supports(net)
    outcome = conv_wta.replay(net, images)
    assert replays.differing(outcome, net, images) == 0
    assert len(set(outcome.labels.tolist())) > (2 if nearest or exits else 0)
    assert outcome.spike_counts.any() == exits


def test_other_networks_are_left_to_other_back_ends():
    net = replays.conv_wta_network(exits=True)
    unrounded = replace(net.projections[0], bits=0)
    assert conv_wta.supports(net)
    assert conv_wta.supports(replays.conv_wta_network(exits=False, unnamed=True))
    assert not conv_wta.supports(replays.conv_wta_network(exits=True, unnamed=True))
    assert not conv_wta.supports(replace(net, projections=(unrounded, net.projections[1])))
    assert not conv_wta.supports(replace(net, readout=replace(net.readout, exit_margin=0)))
