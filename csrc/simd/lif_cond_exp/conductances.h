/* SPDX-License-Identifier: Apache-2.0 */
/* conductances.h: what the conductances of a block do to its membranes, and its spikes. */
#ifndef SNN_CONDUCTANCES_H
#define SNN_CONDUCTANCES_H

#include "blocks.h"

/* Constants of one receptor: 0 for the excitatory one, 1 for the inhibitory one. `most` is the largest
 * input current whose gain fits int16; `share` brings a conductance to Q15. */
typedef struct {
    i16v decay, gain, most, reversal, share;
    uint32_t shift;
} receptor;

static SNN_ALWAYS_INLINE receptor receptor_of(const int32_t *s, int which, input_way way) {
    uint32_t shift = (uint32_t)s[SHIFT_E + which];
    int is_sum = way == SUM_16 || way == SUM_32;
    receptor r = {i16_set((int16_t)s[DECAY_E + which]),
                  i16_set((int16_t)s[GAIN_E + which]),
                  i16_set((int16_t)(is_sum ? INT16_MAX / s[GAIN_E + which] : 0)),
                  i16_set((int16_t)s[REVERSAL_E + which]),
                  i16_set((int16_t)(shift ? 1 << (15 - shift) : 0)),
                  shift};
    return r;
}

/* As `received`, for n input currents of which some are negative or saturate. */
static SNN_COLD i16v received_any(i16v left, i16v current, uint32_t n, int32_t gain,
                                  uint32_t *saturations) {
    i16v x = i16_max(current, i16_set(0)), most = i16_set((int16_t)(INT16_MAX / gain));
    i16v sum = i16_add(left, i16_mul(i16_min(x, most), i16_set((int16_t)gain)));
    m16 over = m16_or(i16_gt(x, most), i16_gt(i16_set(0), sum));
    *saturations += count_bits(m16_bits(over) & mask_of(n));
    return i16_select(over, i16_set(INT16_MAX), sum);
}

/* Return the conductances that were `left` after the decay, plus these input currents. The currents of rows
 * are small: input_fits ensures it. */
static SNN_ALWAYS_INLINE i16v received(const context *c, const receptor *r, int which, input_way way,
                                       uint32_t n, i16v left, i16v current) {
    i16v g = i16_add(left, i16_mul(current, r->gain));
    m16 rare = i16_gt(i16_set(0), g);
    if (way != ROWS) rare = m16_or(rare, u16_lt(r->most, current));
    return m16_any(rare) ? received_any(left, current, n, c->scalars[GAIN_E + which], c->saturations) : g;
}

/* Return v, moved toward the reversal potential by the conductance g. */
static inline i16v toward_reversal(const receptor *r, i16v v, i16v g) {
    i16v share = r->shift ? i16_q15(g, r->share) : g;
    return i16_add(v, i16_q15(i16_sub(r->reversal, v), share));
}

static inline int any(i16v current) { return m16_any(u16_lt(i16_set(0), current)); }

/* Update the excitatory conductances before the inhibitory sums overwrite the excitatory ones. */
static void receive_excitation(const context *c, const synaptic_input *f) {
    receptor r = receptor_of(c->scalars, 0, SUM_32);
    for (cursor at = first_of(c); at.j < c->size; at = after(at, 1)) {
        uint32_t n = neurons(c, at.j), flags = at.state->flags;
        i16v current = input_currents(f, f->way, at.j, n, c->saturations);
        int has_input = any(current);
        if (!has_input && !(flags & EXCITED)) continue;
        i16v x = u15_mul(i16_load(at.block->g_e), r.decay);
        if (has_input) x = received(c, &r, 0, SUM_32, n, x, current);
        i16_store(at.block->g_e, x);
        at.state->flags = (uint16_t)((flags & ~(uint32_t)INACTIVE) | EXCITED);
    }
}

/* Update the neurons that are refractory or fire. Return IN_REFRACTORY if some are so in the next step. */
static SNN_COLD uint32_t fire_or_wait(context *c, cursor at, i16v v, m16 above) {
    i16v zero = i16_set(0), before = i16_load(at.block->refractory_left);
    m16 waiting = i16_gt(before, zero);
    i16v refractory = i16_set((int16_t)c->scalars[REFRACTORY]);
    i16v left = i16_select(waiting, i16_sub(before, i16_set(1)), i16_select(above, refractory, before));
    i16_store(at.block->refractory_left, left);
    i16_store(at.v, i16_select(m16_or(waiting, above), i16_set((int16_t)c->scalars[RESET]), v));
    c->count = append(c->spikes, c->count, at.j, m16_bits(above) & ~m16_bits(waiting));
    return m16_any(i16_gt(left, zero)) ? IN_REFRACTORY : 0;
}

/* What all neurons have in common in one step; the ways are constants where this is inlined. */
typedef struct {
    receptor e, i;
    input_way e_way, i_way;
    synaptic_input *e_input, *i_input;
    i16v leak;
} constants;

/* Apply the excitatory conductances to v. Return EXCITED if some are not 0. Those of sums are up to date:
 * receive_excitation comes first. */
static SNN_ALWAYS_INLINE uint32_t apply_excitation(const context *c, const constants *k, cursor at,
                                                   uint32_t flags, i16v current, i16v *v) {
    if (k->e_way != ROWS && !(flags & EXCITED)) return 0;
    i16v x = i16_load(at.block->g_e);
    if (k->e_way != SUM_16) x = u15_mul(x, k->e.decay);
    if (k->e_way == ROWS) x = received(c, &k->e, 0, k->e_way, neurons(c, at.j), x, current);
    if (k->e_way != SUM_16) i16_store(at.block->g_e, x);
    *v = toward_reversal(&k->e, *v, x);
    return k->e_way == ROWS || m16_any(i16_gt(x, i16_set(0))) ? EXCITED : 0;
}

/* Apply the inhibitory conductances to v. Return INHIBITED if they differ. */
static SNN_ALWAYS_INLINE uint32_t apply_inhibition(const context *c, const constants *k, cursor at,
                                                   uint32_t flags, i16v *v) {
    int16_t *common = &at.state->common_g_i;
    if (k->i_way == NO_INPUT && !(flags & INHIBITED) && !*common) return 0;
    uint32_t n = neurons(c, at.j);
    i16v x = u15_mul(flags & INHIBITED ? i16_load(at.block->g_i) : i16_set(*common), k->i.decay);
    if (k->i_way == ROWS) {
        i16v current = input_block(k->i_input, at.j);
        x = received(c, &k->i, 1, k->i_way, n, x, current);
    } else if (k->i_way != NO_INPUT) {
        i16v current = input_currents(k->i_input, k->i_way, at.j, n, c->saturations);
        x = received(c, &k->i, 1, k->i_way, n, x, current);
    }
    *v = toward_reversal(&k->i, *v, x);
    i16_store(at.block->g_i, x);
    *common = at.block->g_i[0];
    if (!(~m16_bits(i16_eq(x, i16_set(*common))) & mask_of(n))) return 0;
    *common = 0;
    return INHIBITED;
}

#endif
