/* SPDX-License-Identifier: Apache-2.0 */
/* lif_cond_exp, two blocks of LANES16 neurons at a time, for potentials whose differences fit int16 (plain
 * C does others): a pull is then one rounding Q15 multiply. Each block has flags for what is at work in it;
 * what is not is left out. Lanes behind the last neuron hold anything, and never fire.
 * State: the membranes, then everything else of a block side by side. */
#include "../kind.h"
#define snn_neuron_lif_cond_exp AT_LEVEL(snn_neuron_plain_lif_cond_exp)
#include "synaptic_input.h"

#include "../neurons/lif_cond_exp.c" /* NOLINT(bugprone-suspicious-include): parameters, and the plain kind */
#undef snn_neuron_lif_cond_exp

/* A block. */
typedef struct {
    int16_t pull_e[LANES16], pull_i[LANES16], resting[LANES16];
    int16_t threshold[LANES16]; /* a copy */
} cells;

/* Any pull_e of the block is not 0; the pull_i differ, else all are `even`; any neuron rests; nothing
 * changes without drives or any of these. */
enum { EXCITED = 1, INHIBITED = 2, RESTING = 4, SETTLED = 8 };

typedef struct {
    int16_t even;
    uint16_t flags;
} mark;

/* Of all blocks. */
typedef struct {
    uint16_t begun, unsettled; /* thresholds have been copied; a block is not settled */
} summary;

/* A population in one step. */
typedef struct {
    const int32_t *scalars;
    int16_t *v;
    cells *blocks;
    mark *marks;
    summary *all;
    uint8_t *silent; /* a row of zeros */
    uint16_t *spikes, count;
    uint32_t size;
    uint32_t *saturations;
} context;

static uint32_t lanes(uint32_t size) { return (size + PAIR - 1) / PAIR * PAIR; }

static uint32_t state_in_blocks(const snn_population *population) {
    uint32_t n = lanes(population->size);
    return n * (uint32_t)(sizeof(int16_t) + 1) + n / LANES16 * (uint32_t)(sizeof(cells) + sizeof(mark)) +
           (uint32_t)sizeof(summary);
}

static context context_of(const snn_population *population, void *state, uint16_t *spikes,
                          uint32_t *saturations) {
    uint32_t n = lanes(population->size);
    context c = {population->params.scalars, state, 0, 0, 0, 0, spikes, 0, population->size, saturations};
    c.blocks = (cells *)(void *)(c.v + n);
    c.marks = (mark *)(void *)(c.blocks + n / LANES16);
    c.all = (summary *)(void *)(c.marks + n / LANES16);
    c.silent = (uint8_t *)(c.all + 1);
    return c;
}

/* A block, whose first neuron is j. */
typedef struct {
    uint32_t j;
    int16_t *v;
    cells *block;
    mark *mark;
} place;

static SNN_INLINED place after(place at, uint32_t blocks) {
    place next = {at.j + blocks * LANES16, at.v + blocks * LANES16, at.block + blocks, at.mark + blocks};
    return next;
}

static SNN_INLINED place first_of(const context *c) {
    place first = {0, c->v, c->blocks, c->marks};
    return first;
}

/* Neurons among the lanes of the block from j on. */
static inline uint32_t neurons(const context *c, uint32_t j) {
    return j + LANES16 <= c->size ? LANES16 : j < c->size ? c->size - j : 0;
}

static void copy_thresholds(const context *c, const int16_t *threshold) {
    for (place at = first_of(c); at.j < lanes(c->size); at = after(at, 1)) {
        uint32_t n = neurons(c, at.j);
        for (uint32_t k = n; k < LANES16; ++k) at.block->threshold[k] = INT16_MAX;
        memcpy(at.block->threshold, threshold + at.j, n * sizeof *threshold);
        if (!n) at.mark->flags = SETTLED;
    }
    c->all->begun = 1;
}

/* What pulls at one receptor; `which`: 0 for the excitatory one, 1 for the inhibitory one. */
typedef struct {
    i16v decay, gain, most, reversal, share;
    uint32_t shift;
} receptor;

static SNN_INLINED receptor receptor_of(const int32_t *s, int which, feed_way way) {
    uint32_t shift = (uint32_t)s[SHIFT_E + which];
    int is_sum = way == NARROW_SUM || way == WIDE_SUM;
    receptor r = {i16_set((int16_t)s[DECAY_E + which]),
                  i16_set((int16_t)s[GAIN_E + which]),
                  i16_set((int16_t)(is_sum ? INT16_MAX / s[GAIN_E + which] : 0)),
                  i16_set((int16_t)s[REVERSAL_E + which]),
                  i16_set((int16_t)(shift ? 1 << (15 - shift) : 0)),
                  shift};
    return r;
}

/* As `received`, of n drives that are negative, or saturate. */
static SNN_SELDOM i16v received_any(i16v left, i16v drive, uint32_t n, int32_t gain,
                                    uint32_t *saturations) {
    i16v x = i16_max(drive, i16_set(0)), most = i16_set((int16_t)(INT16_MAX / gain));
    i16v sum = i16_add(left, i16_mul(i16_min(x, most), i16_set((int16_t)gain)));
    m16 over = m16_or(i16_gt(x, most), i16_gt(i16_set(0), sum));
    *saturations += count_bits(m16_bits(over) & mask_of(n));
    return i16_select(over, i16_set(INT16_MAX), sum);
}

/* The pulls that were `left` of those before, after these drives. Those of rows are small (see `step`). */
static SNN_INLINED i16v received(const context *c, const receptor *r, int which, feed_way way, uint32_t n,
                                 i16v left, i16v drive) {
    i16v pull = i16_add(left, i16_mul(drive, r->gain));
    m16 rare = i16_gt(i16_set(0), pull);
    if (way != ROWS) rare = m16_or(rare, u16_lt(r->most, drive));
    return m16_any(rare) ? received_any(left, drive, n, c->scalars[GAIN_E + which], c->saturations) : pull;
}

/* v, pulled to the reversal potential. */
static inline i16v attracted(const receptor *r, i16v v, i16v pull) {
    i16v share = r->shift ? i16_q15(pull, r->share) : pull;
    return i16_add(v, i16_q15(i16_sub(r->reversal, v), share));
}

static inline int any(i16v drive) { return m16_any(u16_lt(i16_set(0), drive)); }

/* The excitatory pulls, before the sums of the inhibitory ones take the memory of their sums. */
static void excite(const context *c, const feed *f) {
    receptor r = receptor_of(c->scalars, 0, WIDE_SUM);
    for (place at = first_of(c); at.j < c->size; at = after(at, 1)) {
        uint32_t n = neurons(c, at.j), flags = at.mark->flags;
        i16v drive = feed_drives(f, f->way, at.j, n, c->saturations);
        int driven = any(drive);
        if (!driven && !(flags & EXCITED)) continue;
        i16v x = i16_fade(i16_load(at.block->pull_e), r.decay);
        if (driven) x = received(c, &r, 0, WIDE_SUM, n, x, drive);
        i16_store(at.block->pull_e, x);
        at.mark->flags = (uint16_t)((flags & ~(uint32_t)SETTLED) | EXCITED);
    }
}

/* The neurons that rest, or fire. Returns RESTING if there will be any. */
static SNN_SELDOM uint32_t rest(context *c, place at, i16v v, m16 above) {
    i16v zero = i16_set(0), before = i16_load(at.block->resting);
    m16 resting = i16_gt(before, zero);
    i16v refractory = i16_set((int16_t)c->scalars[REFRACTORY]);
    i16v left = i16_select(resting, i16_sub(before, i16_set(1)), i16_select(above, refractory, before));
    i16_store(at.block->resting, left);
    i16_store(at.v, i16_select(m16_or(resting, above), i16_set((int16_t)c->scalars[RESET]), v));
    c->count = append(c->spikes, c->count, at.j, m16_bits(above) & ~m16_bits(resting));
    return m16_any(i16_gt(left, zero)) ? RESTING : 0;
}

/* What all neurons have in common in one step; the ways are constants where this is inlined. */
typedef struct {
    receptor e, i;
    feed_way e_way, i_way;
    feed *e_feed, *i_feed;
    i16v leak;
} common;

/* What the excitatory pulls do to v. Returns EXCITED if there are any. A sum in memory has made them
 * before.
 */
static SNN_INLINED uint32_t pull_up(const context *c, const common *k, place at, uint32_t flags, i16v drive,
                                    i16v *v) {
    if (k->e_way != ROWS && !(flags & EXCITED)) return 0;
    i16v x = i16_load(at.block->pull_e);
    if (k->e_way != NARROW_SUM) x = i16_fade(x, k->e.decay);
    if (k->e_way == ROWS) x = received(c, &k->e, 0, k->e_way, neurons(c, at.j), x, drive);
    if (k->e_way != NARROW_SUM) i16_store(at.block->pull_e, x);
    *v = attracted(&k->e, *v, x);
    return k->e_way == ROWS || m16_any(i16_gt(x, i16_set(0))) ? EXCITED : 0;
}

/* What the inhibitory pulls do to v. Returns INHIBITED if they differ. */
static SNN_INLINED uint32_t pull_down(const context *c, const common *k, place at, uint32_t flags,
                                      i16v *v) {
    int16_t *even = &at.mark->even;
    if (k->i_way == NOTHING && !(flags & INHIBITED) && !*even) return 0;
    uint32_t n = neurons(c, at.j);
    i16v x = i16_fade(flags & INHIBITED ? i16_load(at.block->pull_i) : i16_set(*even), k->i.decay);
    if (k->i_way == ROWS) {
        i16v drive = feed_block(k->i_feed, at.j);
        x = received(c, &k->i, 1, k->i_way, n, x, drive);
    } else if (k->i_way != NOTHING) {
        i16v drive = feed_drives(k->i_feed, k->i_way, at.j, n, c->saturations);
        x = received(c, &k->i, 1, k->i_way, n, x, drive);
    }
    *v = attracted(&k->i, *v, x);
    i16_store(at.block->pull_i, x);
    *even = at.block->pull_i[0];
    if (!(~m16_bits(i16_eq(x, i16_set(*even))) & mask_of(n))) return 0;
    *even = 0;
    return INHIBITED;
}

/* A block, whatever is at work in it. Returns 1 unless it is settled. */
static SNN_INLINED uint32_t update(context *c, const common *k, place at, i16v drive) {
    uint32_t flags = at.mark->flags, now;
    int idle = k->e_way != ROWS && k->i_way == NOTHING;
    if (idle && flags == SETTLED) return 0;
    i16v before = i16_load(at.v), v = i16_add(before, i16_q15(before, k->leak));
    now = pull_up(c, k, at, flags, drive, &v);
    now |= pull_down(c, k, at, flags, &v);
    m16 above = i16_gt(v, i16_load(at.block->threshold));
    i16_store(at.v, v);
    if (SNN_SELDOM_TRUE(flags & RESTING || m16_any(above)))
        now |= rest(c, at, v, above);
    else if (idle && !now && !at.mark->even)
        now = m16_bits(i16_eq(v, before)) == mask_of(LANES16) ? SETTLED : 0;
    at.mark->flags = (uint16_t)now;
    return now != SETTLED;
}

/* The marks of a pair of blocks before and after a step in which all are inhibited alike. */
typedef struct {
    mark before[2], after[2];
    i16v share;
} even_pull;

static SNN_INLINED even_pull faded(const context *c, int16_t even) {
    int32_t after = even * c->scalars[DECAY_I] >> 15, shift = c->scalars[SHIFT_I];
    mark a = {even, EXCITED}, b = {(int16_t)after, EXCITED};
    even_pull p = {{a, a}, {b, b}, i16_set((int16_t)((after + ((1 << shift) >> 1)) >> shift))};
    return p;
}

/* Whether a pair is such; most have the same pull as the pair before. */
static SNN_INLINED int is_even(const context *c, even_pull *p, const mark *m) {
    if (!memcmp(m, p->before, sizeof p->before)) return 1;
    if (m[0].flags != EXCITED || m[1].flags != EXCITED || m[0].even != m[1].even) return 0;
    *p = faded(c, m->even);
    return 1;
}

/* A block in the usual case: rows arrive, nobody rests, and all are inhibited alike. */
typedef struct {
    i16v v, pull_e;
    m16 above;
} usual;

static SNN_INLINED usual usual_of(const common *k, place at, i16v drive, i16v share) {
    usual u;
    u.pull_e = i16_add(i16_fade(i16_load(at.block->pull_e), k->e.decay), i16_mul(drive, k->e.gain));
    u.v = i16_load(at.v);
    u.v = attracted(&k->e, i16_add(u.v, i16_q15(u.v, k->leak)), u.pull_e);
    u.v = i16_add(u.v, i16_q15(i16_sub(k->i.reversal, u.v), share));
    u.above = i16_gt(u.v, i16_load(at.block->threshold));
    return u;
}

static SNN_INLINED void keep(place at, const usual *u) {
    i16_store(at.block->pull_e, u->pull_e);
    i16_store(at.v, u->v);
}

static SNN_INLINED void fire(context *c, place at, const usual *u) {
    if (m16_any(u->above)) at.mark->flags = (uint16_t)(EXCITED | rest(c, at, u->v, u->above));
}

/* As `update` of two blocks in the usual case. Returns 0, and has done nothing, if it is another. */
static SNN_INLINED int update_pair(context *c, const common *k, even_pull *p, place at, i16v first,
                                   i16v second) {
    if (k->i_way != NOTHING || !is_even(c, p, at.mark)) return 0;
    usual a = usual_of(k, at, first, p->share), b = usual_of(k, after(at, 1), second, p->share);
    m16 cut = i16_gt(i16_set(0), i16_min(a.pull_e, b.pull_e)); /* a pull is more than the whole way */
    m16 above = m16_or(a.above, b.above);
    int rare = m16_any(m16_or(cut, above));
    if (SNN_SELDOM_TRUE(rare) && m16_any(cut)) return 0;
    keep(at, &a);
    keep(after(at, 1), &b);
    memcpy(at.mark, p->after, sizeof p->after);
    if (!SNN_SELDOM_TRUE(rare)) return 1;
    fire(c, at, &a);
    fire(c, after(at, 1), &b);
    return 1;
}

static inline int are_settled(const mark *pair) {
    static const mark settled[2] = {{0, SETTLED}, {0, SETTLED}};
    return !memcmp(pair, settled, sizeof settled);
}

/* All neurons; each set of ways has a loop of its own, and so have excitatory pulls in Q15 (not shifted).
 */
static SNN_INLINED void update_all(context *c, feed *e, feed_way e_way, feed *i, feed_way i_way,
                                   int shifted) {
    common k = {receptor_of(c->scalars, 0, e_way),  receptor_of(c->scalars, 1, i_way), e_way, i_way, e, i,
                i16_set((int16_t)-c->scalars[LEAK])};
    if (!shifted) k.e.shift = 0;
    even_pull p = faded(c, 0);
    uint32_t unsettled = 0;
    i16v first = i16_set(0), second = first;
    for (place at = first_of(c); at.j < c->size; at = after(at, 2)) {
        if (e_way != ROWS && i_way == NOTHING && are_settled(at.mark)) continue;
        const int two = at.j + LANES16 < c->size; /* else one block is left */
        if (at.j % STRIPE == 0 && e_way == ROWS) feed_stripe(e, at.j, lanes(c->size));
        if (at.j % STRIPE == 0 && i_way == ROWS) feed_stripe(i, at.j, lanes(c->size));
        if (e_way == ROWS) {
            first = feed_block(e, at.j);
            second = feed_block(e, at.j + LANES16);
            unsettled = 1;
            if (two && update_pair(c, &k, &p, at, first, second)) continue;
        }
        unsettled |= update(c, &k, at, first);
        if (two) unsettled |= update(c, &k, after(at, 1), second);
    }
    c->all->unsettled = (uint16_t)unsettled;
}

static SNN_INLINED void update_by(context *c, feed *e, feed_way e_way, feed *i) {
    if (i->way != NOTHING)
        update_all(c, e, e_way, i, i->way, 1);
    else if (e_way == ROWS && !c->scalars[SHIFT_E])
        update_all(c, e, ROWS, i, NOTHING, 0);
    else
        update_all(c, e, e_way, i, NOTHING, 1);
}

static uint16_t step_in_blocks(const snn_population *population, void *state, snn_inputs *inputs,
                               uint16_t *spikes, uint32_t *saturations) {
    context c = context_of(population, state, spikes, saturations);
    uint32_t n = lanes(c.size);
    if (c.all->begun && !c.all->unsettled && !inputs->arrivals[0].spikes && !inputs->arrivals[1].spikes)
        return 0;
    if (!c.all->begun) {
        if (!is_narrow(c.scalars)) return step(population, state, inputs, spikes, saturations);
        copy_thresholds(&c, population->params.arrays[THRESHOLD]);
    }
    feed e, i;
    feed_begin_pairs(&e, inputs, SNN_EXCITATORY, (uint32_t)c.scalars[GAIN_E], n, c.silent);
    if (e.way == NARROW_SUM || e.way == WIDE_SUM) excite(&c, &e);
    feed_begin_pairs(&i, inputs, SNN_INHIBITORY, (uint32_t)c.scalars[GAIN_I], n, c.silent);
    switch (e.way) {
    case NOTHING:
        update_by(&c, &e, NOTHING, &i);
        break;
    case ROWS:
        update_by(&c, &e, ROWS, &i);
        break;
    default:
        update_by(&c, &e, NARROW_SUM, &i);
    }
    return c.count;
}

const snn_neuron_kind AT_LEVEL(snn_neuron_lif_cond_exp) = {TRAITS, .state_size = state_in_blocks,
                                                           .step = step_in_blocks, .alignment = 64};
