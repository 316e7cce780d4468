"""Equations and rules of the `conductance` network, as texts for Brian2.

The neurons are `lif_cond_exp` (integer-contract.md). Times are counted in steps, whatever duration a step
represents. The one neuron `control` decides how long a presentation lasts, which image it shows, and
whether the image is repeated at a higher intensity.
"""

from dataclasses import dataclass

# `control` counts the steps of a presentation and chooses the sample of the next one.
CONTROL = """
tick : integer         # step of the presentation
length : integer       # steps of a presentation, rest included
driven : integer       # steps of it with input
samples : integer      # to be presented
cursor : integer       # which of them this presentation shows
seed : integer         # of the random numbers of this presentation
stride : integer       # from one seed to the next
noise : integer        # key of all random numbers in this step
initial : 1            # intensity of a sample's first presentation
intensity : 1
least : 1              # with fewer spikes the sample is presented again, with intensity + 1 ...
cap : 1                # ... unless the intensity has reached this
fired : 1              # spikes of the layer in this presentation
keep : 1               # 1: membranes and traces continue in the next presentation; 0: reset
gain : 1               # of the learning rule; 0: no learning, no homeostasis
ended : 1
"""
START = """
gain = gains(cursor * second)
noise = key(seed, tick)
"""
NEXT = """
done = int(tick + 1 == length)
again = done * int(fired < least) * int(intensity < cap)
cursor += done - again
intensity += again + (done - again) * (initial - intensity)
seed += done * stride
fired *= 1 - done
tick = (tick + 1) * (1 - done)
ended = finish(cursor >= samples)
"""

INPUTS = """
rate : 1               # spikes per step
trace : 1              # STDP, of the input's spikes
a : 1 (shared)
decay_trace : 1 (shared)
tick : integer (linked)
noise : integer (linked)
"""
BEGIN_INPUTS = "rate_post = images(cursor_pre * second, j) * intensity_pre; trace_post *= keep_pre"
END_INPUTS = "rate_post = 0"

EXCITATORY = """
v : 1                  # potentials: all in mV, or all in V
ge : 1                 # conductances, in units of the leak
gi : 1
theta : 1              # the adaptive part of the threshold
resting : integer      # steps of the refractory period that are left
post : 1               # STDP, of the neuron's spikes
slow : 1               # STDP, the slow trace of triplets
own : 1                # inhibitory spikes of the previous step that this neuron caused
others : 1 (linked)    # all inhibitory spikes of the previous step
gain : 1               # of the learning rule in this presentation
total : 1              # sum of incoming weights
rest : 1 (shared)
reset : 1 (shared)
base : 1 (shared)      # of the threshold
e_exc : 1 (shared)
e_inh : 1 (shared)
dt_tau : 1 (shared)    # step over time constant of the membrane
most : 1 (shared)      # its inverse: a conductance with which v reaches e_exc or e_inh in one step
decay_e : 1 (shared)   # factor of a step
decay_i : 1 (shared)
decay_fast : 1 (shared)
decay_slow : 1 (shared)
a : 1 (shared)         # constants of the rule
b : 1 (shared)
target : 1 (shared)    # of normalisation
pause : integer (shared) # steps of the refractory period
rise : 1 (shared)      # of theta at a spike
remain : 1 (shared)    # of theta after a presentation
inhibition : 1 (shared)
"""
LEAK = """
ge *= decay_e
gi = gi * decay_i + inhibition * (others - own)
own = 0
post *= decay_fast
slow *= decay_slow
"""
MEMBRANE = """
ge -= (ge - most) * int(ge > most)
gi -= (gi - most) * int(gi > most)
v += dt_tau * (rest - v)
v += dt_tau * ge * (e_exc - v)
v += dt_tau * gi * (e_inh - v)
v = reset + int(resting == 0) * (v - reset)
resting -= int(resting > 0)
"""
BEGIN_EXCITATORY = """
v_post = rest_post + keep_pre * (v_post - rest_post)
ge_post *= keep_pre
gi_post *= keep_pre
own_post *= keep_pre
resting_post *= int(keep_pre > 0)
post_post *= keep_pre
slow_post *= keep_pre
theta_post *= 1 - (1 - remain_post) * int(gain_pre > 0)
gain_post = gain_pre
total_post = 0
"""
INHIBITORY = """
v : 1
ge : 1
resting : integer
rest : 1 (shared)
reset : 1 (shared)
base : 1 (shared)
e_exc : 1 (shared)
e_inh : 1 (shared)     # nothing inhibits these neurons
dt_tau : 1 (shared)
most : 1 (shared)
decay_e : 1 (shared)
decay_i : 1 (shared)
pause : integer (shared) # steps of the refractory period
excitation : 1 (shared)
"""
INHIBITORY_MEMBRANE = """
ge -= (ge - most) * int(ge > most)
v += dt_tau * (rest - v)
v += dt_tau * ge * (e_exc - v)
v = reset + int(resting == 0) * (v - reset)
resting -= int(resting > 0)
"""
BEGIN_INHIBITORY = """
v_post = rest_post + keep_pre * (v_post - rest_post)
ge_post *= keep_pre
resting_post *= int(keep_pre > 0)
"""
SYNAPSES = """
w : 1
limit : 1              # largest weight; 0: there is no such synapse
"""
WITHIN = "w -= (w - limit) * int(w > limit); w *= int(w > 0)"


@dataclass(frozen=True)
class Rule:
    """An STDP rule: the changes of traces and weights at a spike, with the constants a and b."""

    pre_trace: str
    post_trace: str
    on_pre: str
    on_post: str


RULES = {
    # Song, Miller & Abbott 2000: each pair of spikes counts; a > 0 pre before post, b < 0 after.
    "pair": Rule(
        pre_trace="trace += a",
        post_trace="post += b",
        on_pre="w += gain_post * post_post",
        on_post="w += gain_post * trace_pre",
    ),
    # Diehl & Cook 2015, by their program: nearest spikes; a is nu_post, b is nu_pre.
    "triplet": Rule(
        pre_trace="trace = 1",
        post_trace="post = 1; slow = 1",
        on_pre="w -= b_post * gain_post * post_post",
        on_post="w += a_post * gain_post * trace_pre * slow_post",
    ),
}
# Variables that continue in the next run, as group.variable. Lateral networks have no `inhibitory`.
STATE = (
    "synapses.w",
    "synapses.limit",
    "inputs.trace",
    "pool.others",
    *(f"excitatory.{name}" for name in ("v", "ge", "gi", "theta", "resting", "post", "slow", "own")),
    *(f"inhibitory.{name}" for name in ("v", "ge", "resting")),
)
# Before each presentation a neuron's weights accumulate to `total`, and are then scaled to `target`.
TALLY = {"sum": "total_post += w", "max": "total_post = clip(w, total_post, inf)"}
SCALE = "w *= 1 + int(gain_post > 0 and total_post > 0) * (target_post / clip(total_post, 1e-9, inf) - 1)"
