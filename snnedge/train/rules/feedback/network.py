"""The Brian2 network of features that learn from a readout's feedback; one step is one patch.

A three-factor rule. Sources i with ``pixels`` x_i = 1 spike, and the maps accumulate the rounded weights:
u_k = sum of rint(top w_ik) x_i, h_k = 2 (u_k - rint(top threshold_k)). The map k of the largest h fires
(the lowest one on ties), and l is the second. Feedback gives each map the ``credit`` c of its spike at this
position: how much it would add to the lead of the right class over the wrong one. Then

    w_ik += a x_i,  w_il -= a x_i,  threshold_k -= a,  threshold_l += a,
    a = rate (c_k - c_l) 4 e / (1 + e)^2,  e = exp(-(h_k - h_l) / width),

with w clipped to -1..1. Where two maps are close, the spike with more credit becomes more likely. The rule
resembles attention-gated reinforcement learning (Roelfsema and van Ooyen 2005): presynaptic activity times
feedback, through connections as strong as the forward ones.

The program also contains the race of ``margin_race`` that the credit comes from, since Brian2 has one
program at a time. A run sets ``patch_series``, ``map_synapses.w`` (pixels x maps) and ``.levels`` (top),
``maps.threshold`` and ``map_arbiter.width / top``.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ....brian2_program.compile import connect_all
from ....brian2_program.order import STEP, in_order
from ....brian2_program.timed_arrays import store_as_bytes, timed_arrays
from ..margin_race import network as race_network

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

    patch_series: dict[str, Any]
    maps: Any
    map_synapses: Any
    map_arbiter: Any


def declare(b: ModuleType, pixels: int, maps: int, units: int, neurons: int, samples: int) -> Parts:
    """Declare both networks, and a run of ``samples`` samples of the race and of as many patches."""
    race, objects = race_network.assemble(b, "scan", units, neurons, 1, samples)
    series = _series(b, pixels, maps, samples)
    arbiter = b.NeuronGroup(1, ARBITER, namespace=series, name="patch_arbiter")
    arbiter.run_regularly(BEGIN, when="start", name="begin_patch")
    judge = arbiter.run_regularly(JUDGE, name="judge_patch")
    sources = b.NeuronGroup(
        pixels, "", threshold="pixels(t, i) > 0", reset="", namespace=series, name="pixel_inputs"
    )
    group = _maps(b, maps, arbiter, series)
    synapses, votes = _synapses(b, sources, group, series), _votes(b, group, arbiter, series)
    event = group.thresholder
    in_order(
        event["candidate_map"], votes.elect, event["other_map"], votes.elect_next, votes.compare, judge
    )
    in_order(event["learning_map"], group.resetter["learning_map"], synapses.learn, after=6)
    b.Network(*objects, arbiter, sources, group, synapses, votes).run((samples + 1) * STEP * b.second)
    return Parts(**vars(race), patch_series=series, maps=group, map_synapses=synapses, map_arbiter=arbiter)


def _series(b: ModuleType, pixels: int, maps: int, samples: int) -> dict[str, Any]:
    shapes = {"pixels": (samples, pixels), "patch_credit": (samples, maps), "patch_rate": (samples,)}
    series = timed_arrays(b, shapes, STEP * b.second)
    store_as_bytes(b, series["pixels"])
    return series


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


def _synapses(b: ModuleType, sources: Any, maps: Any, series: dict[str, Any]) -> Any:
    rules = {"on_pre": {"propagate": "v_post += floor(levels * w + 0.5)"}, "on_post": {"learn": LEARN}}
    synapses = b.Synapses(
        sources,
        maps,
        "w : 1\nlevels : 1 (shared)  # top",
        namespace=series,
        name="patch_synapses",
        on_event={"learn": "learning_map"},
        **rules,
    )
    connect_all(synapses, "propagate")
    return synapses


def _votes(b: ModuleType, maps: Any, arbiter: Any, series: dict[str, Any]) -> Any:
    rules = {"elect": ELECT, "elect_next": ELECT_NEXT, "compare": COMPARE}
    events = {"elect": "candidate_map", "elect_next": "other_map", "compare": "candidate_map"}
    votes = b.Synapses(maps, arbiter, namespace=series, name="map_votes", on_event=events, on_pre=rules)
    votes.connect()
    return votes
