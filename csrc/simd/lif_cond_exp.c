/* SPDX-License-Identifier: Apache-2.0 */
/* lif_cond_exp, two blocks of LANES16 neurons at a time, for potentials whose differences fit int16. Plain
 * C does others. A conductance then takes one rounding Q15 multiply. Inactive blocks are skipped. */
#include "../kind.h"
#define snn_neuron_lif_cond_exp AT_LEVEL(snn_neuron_plain_lif_cond_exp)
#include "synaptic_input.h"

#include "../neurons/lif_cond_exp.c" /* NOLINT(bugprone-suspicious-include): parameters, and the plain kind
                                      */
#undef snn_neuron_lif_cond_exp
#include "lif_cond_exp/conductances.h"

/* Update a block. Return 1 unless it becomes inactive. */
static SNN_ALWAYS_INLINE uint32_t update(context *c, const constants *k, cursor at, i16v current) {
    uint32_t flags = at.state->flags, now;
    int idle = k->e_way != ROWS && k->i_way == NO_INPUT;
    if (idle && flags == INACTIVE) return 0;
    i16v before = i16_load(at.v), v = i16_add(before, i16_q15(before, k->leak));
    now = apply_excitation(c, k, at, flags, current, &v);
    now |= apply_inhibition(c, k, at, flags, &v);
    m16 above = i16_gt(v, i16_load(at.block->threshold));
    i16_store(at.v, v);
    if (SNN_UNLIKELY(flags & IN_REFRACTORY || m16_any(above)))
        now |= fire_or_wait(c, at, v, above);
    else if (idle && !now && !at.state->common_g_i)
        now = m16_bits(i16_eq(v, before)) == mask_of(LANES16) ? INACTIVE : 0;
    at.state->flags = (uint16_t)now;
    return now != INACTIVE;
}

/* The states of a pair of blocks before and after a step in which all g_i have one value. */
typedef struct {
    block_state before[2], after[2];
    i16v share;
} common_inhibition;

static SNN_ALWAYS_INLINE common_inhibition common_inhibition_of(const context *c, int16_t g) {
    int32_t after = g * c->scalars[DECAY_I] >> 15, shift = c->scalars[SHIFT_I];
    block_state a = {g, EXCITED}, b = {(int16_t)after, EXCITED};
    common_inhibition p = {{a, a}, {b, b}, i16_set((int16_t)((after + ((1 << shift) >> 1)) >> shift))};
    return p;
}

/* Return 1 if a pair is such, and let *p hold its g_i. Most pairs have that of the pair before. */
static SNN_ALWAYS_INLINE int has_common_inhibition(const context *c, common_inhibition *p,
                                                   const block_state *m) {
    if (!memcmp(m, p->before, sizeof p->before)) return 1;
    if (m[0].flags != EXCITED || m[1].flags != EXCITED || m[0].common_g_i != m[1].common_g_i) return 0;
    *p = common_inhibition_of(c, m->common_g_i);
    return 1;
}

/* A block in the usual case: rows arrive, no neuron is refractory, and all g_i are equal. */
typedef struct {
    i16v v, g_e;
    m16 above;
} usual_step;

static SNN_ALWAYS_INLINE usual_step usual_step_of(const constants *k, cursor at, i16v current, i16v share) {
    usual_step u;
    u.g_e = i16_add(u15_mul(i16_load(at.block->g_e), k->e.decay), i16_mul(current, k->e.gain));
    u.v = i16_load(at.v);
    u.v = toward_reversal(&k->e, i16_add(u.v, i16_q15(u.v, k->leak)), u.g_e);
    u.v = i16_add(u.v, i16_q15(i16_sub(k->i.reversal, u.v), share));
    u.above = i16_gt(u.v, i16_load(at.block->threshold));
    return u;
}

static SNN_ALWAYS_INLINE void store(cursor at, const usual_step *u) {
    i16_store(at.block->g_e, u->g_e);
    i16_store(at.v, u->v);
}

static SNN_ALWAYS_INLINE void fire(context *c, cursor at, const usual_step *u) {
    if (m16_any(u->above)) at.state->flags = (uint16_t)(EXCITED | fire_or_wait(c, at, u->v, u->above));
}

/* Update two blocks in the usual case. Return 0 and change nothing in any other. */
static SNN_ALWAYS_INLINE int update_pair(context *c, const constants *k, common_inhibition *p, cursor at,
                                         i16v first, i16v second) {
    if (k->i_way != NO_INPUT || !has_common_inhibition(c, p, at.state)) return 0;
    usual_step a = usual_step_of(k, at, first, p->share),
               b = usual_step_of(k, after(at, 1), second, p->share);
    m16 cut = i16_gt(i16_set(0), i16_min(a.g_e, b.g_e)); /* a conductance exceeds int16 */
    m16 above = m16_or(a.above, b.above);
    int rare = m16_any(m16_or(cut, above));
    if (SNN_UNLIKELY(rare) && m16_any(cut)) return 0;
    store(at, &a);
    store(after(at, 1), &b);
    memcpy(at.state, p->after, sizeof p->after);
    if (!SNN_UNLIKELY(rare)) return 1;
    fire(c, at, &a);
    fire(c, after(at, 1), &b);
    return 1;
}

static inline int are_inactive(const block_state *pair) {
    static const block_state inactive[2] = {{0, INACTIVE}, {0, INACTIVE}};
    return !memcmp(pair, inactive, sizeof inactive);
}

/* Update all neurons. Each pair of ways has a loop of its own, and so have excitatory conductances in Q15,
 * which need no shift. */
static SNN_ALWAYS_INLINE void update_all(context *c, synaptic_input *e, input_way e_way, synaptic_input *i,
                                         input_way i_way, int shifted) {
    constants k = {
        receptor_of(c->scalars, 0, e_way),  receptor_of(c->scalars, 1, i_way), e_way, i_way, e, i,
        i16_set((int16_t)-c->scalars[LEAK])};
    if (!shifted) k.e.shift = 0;
    common_inhibition p = common_inhibition_of(c, 0);
    uint32_t active = 0;
    i16v first = i16_set(0), second = first;
    for (cursor at = first_of(c); at.j < c->size; at = after(at, 2)) {
        if (e_way != ROWS && i_way == NO_INPUT && are_inactive(at.state)) continue;
        const int two = at.j + LANES16 < c->size; /* else one block is left */
        if (at.j % STRIPE == 0 && e_way == ROWS) input_stripe(e, at.j, lanes(c->size));
        if (at.j % STRIPE == 0 && i_way == ROWS) input_stripe(i, at.j, lanes(c->size));
        if (e_way == ROWS) {
            first = input_block(e, at.j);
            second = input_block(e, at.j + LANES16);
            active = 1;
            if (two && update_pair(c, &k, &p, at, first, second)) continue;
        }
        active |= update(c, &k, at, first);
        if (two) active |= update(c, &k, after(at, 1), second);
    }
    c->all->active = (uint16_t)active;
}

static SNN_ALWAYS_INLINE void update_by(context *c, synaptic_input *e, input_way e_way, synaptic_input *i) {
    if (i->way != NO_INPUT)
        update_all(c, e, e_way, i, i->way, 1);
    else if (e_way == ROWS && !c->scalars[SHIFT_E])
        update_all(c, e, ROWS, i, NO_INPUT, 0);
    else
        update_all(c, e, e_way, i, NO_INPUT, 1);
}

static uint16_t step_in_blocks(const snn_population *population, void *state, snn_inputs *inputs,
                               uint16_t *spikes, uint32_t *saturations) {
    context c = context_of(population, state, spikes, saturations);
    uint32_t n = lanes(c.size);
    if (c.all->begun && !c.all->active && !inputs->arrivals[0].spikes && !inputs->arrivals[1].spikes)
        return 0;
    if (!c.all->begun) {
        if (!is_narrow(c.scalars)) return step(population, state, inputs, spikes, saturations);
        copy_thresholds(&c, population->params.arrays[THRESHOLD]);
    }
    synaptic_input e, i;
    input_begin_pairs(&e, inputs, SNN_EXCITATORY, (uint32_t)c.scalars[GAIN_E], n, c.zero_row);
    if (e.way == SUM_16 || e.way == SUM_32) receive_excitation(&c, &e);
    input_begin_pairs(&i, inputs, SNN_INHIBITORY, (uint32_t)c.scalars[GAIN_I], n, c.zero_row);
    switch (e.way) {
    case NO_INPUT:
        update_by(&c, &e, NO_INPUT, &i);
        break;
    case ROWS:
        update_by(&c, &e, ROWS, &i);
        break;
    default:
        update_by(&c, &e, SUM_16, &i);
    }
    return c.count;
}

const snn_neuron_kind AT_LEVEL(snn_neuron_lif_cond_exp) = {TRAITS, .state_size = state_in_blocks,
                                                           .step = step_in_blocks, .alignment = 64};
