"""Features that learn from a readout's feedback, as Brian2 sees it. One patch is one time step.

A three-factor rule. Sources i with ``pixels`` x_i = 1 spike and drive the maps through the rounded
weights: u_k = sum of rint(top w_ik) x_i, h_k = 2 (u_k - rint(top threshold_k)). The map k of the largest h
fires (the lowest one on ties), and l is its runner-up. Feedback brings each map the ``credit`` c of a spike
of it at this place: how much it would add to the lead of the right class over the wrong one. Then

    w_ik += a x_i,  w_il -= a x_i,  threshold_k -= a,  threshold_l += a,
    a = rate (c_k - c_l) 4 e / (1 + e)^2,  e = exp(-(h_k - h_l) / width),

with w kept within -1..1: a spike that helps more than the one in its place is made surer, one that
helps less makes way, and only where the two are close. In spirit Roelfsema and van Ooyen (2005,
"attention-gated reinforcement learning"): a synapse's own activity times what the outputs in question send
back, through connections as strong as those forward.

The same program holds the race of ``race_network`` that the credit comes from: Brian2 has one program at a
time. A run sets the ``lessons``, ``map_synapses.w`` (pixels x maps) and ``.levels`` (top),
``maps.threshold`` and ``map_arbiter.width / top``.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from ....brian2_program.compile import connect_all
from ...recipes.wta.network import STEP
from ..margin_race import network as race_network
from ..margin_race.network import in_order, store_as_bytes

MAPS = """
v : 1                  # u of the docstring
threshold : 1
h = 2 * (v - floor(top * threshold + 0.5)) : 1
gain : 1               # of its weights, when they learn
top : 1 (linked)
winner : integer (linked)
runner_up : integer (linked)
size : 1 (linked)
"""
ARBITER = """
width : 1
top : 1                # largest rounded weight
winner : integer
runner_up : integer
best : 1
next_best : 1
lead : 1               # c_k - c_l
near : 1               # e of the docstring
size : 1               # a of the docstring
"""
BEGIN = "best = -1e30; next_best = -1e30; lead = 0"
ELECT = """
winner_post += (i - winner_post) * int(h_pre > best_post)
best_post = clip(h_pre, best_post, inf)
"""
ELECT_NEXT = """
runner_up_post += (i - runner_up_post) * int(h_pre > next_best_post)
next_best_post = clip(h_pre, next_best_post, inf)
"""
COMPARE = "lead_post += patch_credit(t, i) * (int(i == winner_post) - int(i == runner_up_post))"
JUDGE = """
near = exp(-(best - next_best) / width)
size = patch_rate(t) * lead * 4 * near / (1 + near) ** 2
"""
CORRECT = """
gain = size * (int(i == winner) - int(i == runner_up))
threshold -= gain
"""
LEARN = "w = clip(w + gain_post * pixels(t, i), -1, 1)"


@dataclass(frozen=True)
class Parts(race_network.Parts):
    """The Brian2 objects that a run sets or reads, besides those of the race."""

    lessons: dict[str, Any]
    maps: Any
    map_synapses: Any
    map_arbiter: Any


def declare(b: ModuleType, pixels: int, maps: int, units: int, neurons: int, samples: int) -> Parts:
    """Declare both networks and a run of ``samples`` samples of the race and of as many patches."""
    race, objects = race_network.assemble(b, "scan", units, neurons, 1, samples)
    shapes = {"pixels": (samples, pixels), "patch_credit": (samples, maps), "patch_rate": (samples,)}
    dt = STEP * b.second
    series = {name: b.TimedArray(np.zeros(shape), dt=dt, name=name) for name, shape in shapes.items()}
    store_as_bytes(b, series["pixels"])
    arbiter = b.NeuronGroup(1, ARBITER, namespace=series, name="patch_arbiter")
    arbiter.run_regularly(BEGIN, when="start", name="begin_patch")
    judge = arbiter.run_regularly(JUDGE, name="judge_patch")
    sources = b.NeuronGroup(
        pixels, "", threshold="pixels(t, i) > 0", reset="", namespace=series, name="pixel_inputs"
    )
    group = _maps(b, maps, arbiter, series)
    rules = {"on_pre": {"propagate": "v_post += floor(levels * w + 0.5)"}, "on_post": {"learn": LEARN}}
    synapses = b.Synapses(
        sources,
        group,
        "w : 1\nlevels : 1 (shared)  # top",
        namespace=series,
        name="patch_synapses",
        on_event={"learn": "learning_map"},
        **rules,
    )
    connect_all(synapses, "propagate")
    votes = _votes(b, group, arbiter, series)
    event = group.thresholder
    in_order(
        event["candidate_map"], votes.elect, event["other_map"], votes.elect_next, votes.compare, judge
    )
    in_order(event["learning_map"], group.resetter["learning_map"], synapses.learn, after=6)
    network = b.Network(*objects, arbiter, sources, group, synapses, votes)
    network.run((samples + 1) * dt)
    return Parts(**vars(race), lessons=series, maps=group, map_synapses=synapses, map_arbiter=arbiter)


def _maps(b: ModuleType, size: int, arbiter: Any, series: dict[str, Any]) -> Any:
    events = {
        "candidate_map": "h > -inf",
        "other_map": "i != winner",
        "learning_map": "size != 0 and (i == winner or i == runner_up)",
    }
    group = b.NeuronGroup(size, MAPS, events=events, namespace=series, name="maps")
    for name in ("top", "winner", "runner_up", "size"):
        setattr(group, name, b.linked_var(arbiter, name))
    group.run_on_event("learning_map", CORRECT)
    group.run_regularly("v = 0", when="end", name="end_patch")
    return group


def _votes(b: ModuleType, maps: Any, arbiter: Any, series: dict[str, Any]) -> Any:
    rules = {"elect": ELECT, "elect_next": ELECT_NEXT, "compare": COMPARE}
    events = {"elect": "candidate_map", "elect_next": "other_map", "compare": "candidate_map"}
    votes = b.Synapses(maps, arbiter, namespace=series, name="map_votes", on_event=events, on_pre=rules)
    votes.connect()
    return votes
