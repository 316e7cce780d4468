/* SPDX-License-Identifier: Apache-2.0 */
/* lif_cond_exp, LANES16 neurons at a time, for potentials whose differences fit int16 (plain C does
 * others): a pull is then one rounding Q15 multiply. Neurons that nothing reaches and that did not change
 * in the last step cannot change in this one, and are left out: one flag per block of them. State: as in
 * plain C, then the flags. */
#include "kinds.h"
#include "vector.h"

enum { LEAK, DECAY_E, DECAY_I, GAIN_E, GAIN_I, RESET, REVERSAL_E, REVERSAL_I, REFRACTORY }; /* scalars */
enum { THRESHOLD };                                                                         /* arrays */

#define FULL ((int32_t)1 << 23)
#define BLOCKS(size) (((uint32_t)(size) + LANES16 - 1) / LANES16)

enum { MOVING, STILL, PULL_STILL }; /* a step without drive has changed: something; nothing; not pull_e */

typedef struct {
    int16_t *v, *resting;
    int32_t *pull_e, *pull_i;
    uint8_t *still;
} memory;

/* A population in one step. */
typedef struct {
    const snn_population *population;
    memory m;
    const void *sum; /* 0: no spike arrives */
    uint16_t *spikes, count;
    uint32_t *saturations;
} context;

static uint32_t state_size(const snn_population *population) {
    return population->size * (uint32_t)(2 * sizeof(int16_t) + 2 * sizeof(int32_t)) +
           BLOCKS(population->size);
}

static memory memory_of(const snn_population *population, void *state) {
    memory m = {state, 0, 0, 0, 0};
    m.resting = m.v + population->size;
    m.pull_e = (int32_t *)(void *)(m.resting + population->size);
    m.pull_i = m.pull_e + population->size;
    m.still = (uint8_t *)(m.pull_i + population->size);
    return m;
}

static uint16_t max_spikes(const snn_population *population) { return population->size; }

static int32_t headroom(const snn_population *population, const void *state, uint16_t j) {
    return (int32_t)((const int16_t *)state)[j] - population->params.arrays[THRESHOLD][j];
}

extern const snn_neuron_kind snn_neuron_lif_cond_exp; /* plain C */

/* Whether v, which stays between reversal potentials, rest and reset, is never further than int16 from a
 * target. */
static int is_narrow(const int32_t *s) {
    int32_t low = s[RESET] < 0 ? s[RESET] : 0, high = s[RESET] > 0 ? s[RESET] : 0;
    for (int k = REVERSAL_E; k <= REVERSAL_I; ++k) {
        low = s[k] < low ? s[k] : low;
        high = s[k] > high ? s[k] : high;
    }
    return high - low <= INT16_MAX;
}

/* (x decay + 2^14) >> 15, see neurons/lif_cond_exp.c. */
static inline i32v decayed(i32v x, i32v decay) {
    i32v low = i32_add(i32_mul(i32_and(x, i32_set(255)), decay), i32_set(0x4000));
    return i32_shr(i32_add(i32_mul(i32_shr(x, 8), decay), i32_shr(low, 8)), 7);
}

/* The pulls at one receptor after a step with these drives, 0..FULL. */
static inline i32v received(i32v pull, i32v drive, int32_t decay, int32_t gain, uint32_t *saturations) {
    i32v most = i32_set(FULL / gain), x = decayed(pull, i32_set(decay));
    i32v more = i32_add(x, i32_mul(i32_min(i32_max(drive, i32_set(0)), most), i32_set(gain)));
    more = i32_select(i32_gt(drive, most), i32_set(FULL + 1), more);
    *saturations += count_bits(m32_bits(i32_gt(more, i32_set(FULL))));
    return i32_min(more, i32_set(FULL));
}

/* LANES16 pulls. */
typedef struct {
    i32v low, high;
} pulls;

static inline pulls get_pulls(const int32_t *p, unsigned n) {
    unsigned low = n < LANES32 ? n : LANES32;
    pulls x = {i32_get(p, low), n > LANES32 ? i32_get(p + LANES32, n - low) : i32_set(0)};
    return x;
}

static inline void put_pulls(int32_t *p, pulls x, unsigned n) {
    i32_put(p, x.low, n < LANES32 ? n : LANES32);
    if (n > LANES32) i32_put(p + LANES32, x.high, n - LANES32);
}

static inline uint32_t differ(i32v a, i32v b) { return m32_bits(i32_gt(a, b)) | m32_bits(i32_gt(b, a)); }

/* Whether any drive of the block is not 0. */
static inline int any(i16v drive) { return (~m16_bits(i16_eq(drive, i16_set(0))) & mask_of(LANES16)) != 0; }

/* The drives of a block. */
static inline i16v reach(const context *c, uint32_t j, unsigned n) {
    return c->sum ? drives(c->population, c->sum, j, n, c->saturations) : i16_set(0);
}

/* One step of the pulls at `pull`; returns whether they are what they were. */
static inline int receive(const context *c, int32_t *pull, unsigned n, i16v drive, int32_t decay,
                          int32_t gain) {
    pulls x = get_pulls(pull, n), after;
    int16_t lanes[LANES16];
    if (any(drive)) {
        i16_store(lanes, drive);
        after.low = received(x.low, i32_from16(lanes), decay, gain, c->saturations);
        after.high = received(x.high, i32_from16(lanes + LANES32), decay, gain, c->saturations);
    } else {
        after.low = decayed(x.low, i32_set(decay));
        after.high = decayed(x.high, i32_set(decay));
    }
    put_pulls(pull, after, n);
    return !(differ(x.low, after.low) | differ(x.high, after.high));
}

/* v, pulled to `target` by `fraction` / 2^15 of the way; a whole way is 0x8000, which Q15 does not hold. */
static inline i16v pulled(i16v v, i16v target, i16v fraction) {
    i16v way = i16_add(v, i16_q15(i16_sub(target, v), fraction));
    return i16_select(i16_eq(fraction, i16_set(INT16_MIN)), target, way);
}

static inline i16v fractions(pulls x) {
    i32v half = i32_set(128);
    return i16_join(i32_shr(i32_add(x.low, half), 8), i32_shr(i32_add(x.high, half), 8));
}

/* The excitatory pulls of n neurons from j on. */
static inline void excite(const context *c, uint32_t j, unsigned n) {
    const int32_t *s = c->population->params.scalars;
    uint8_t *still = c->m.still + j / LANES16;
    i16v drive = reach(c, j, n);
    if (*still == STILL && !any(drive)) return;
    int same = receive(c, c->m.pull_e + j, n, drive, s[DECAY_E], s[GAIN_E]);
    *still = same && !any(drive) ? PULL_STILL : MOVING;
}

/* Their inhibitory pulls and their membranes; those above the threshold fire. */
static inline void update(context *c, uint32_t j, unsigned n) {
    const int32_t *s = c->population->params.scalars;
    const memory *m = &c->m;
    uint8_t *still = m->still + j / LANES16;
    i16v drive = reach(c, j, n), zero = i16_set(0), reset = i16_set((int16_t)s[RESET]);
    if (*still == STILL && !any(drive)) return;
    int same = receive(c, m->pull_i + j, n, drive, s[DECAY_I], s[GAIN_I]);
    i16v before = i16_get(m->v + j, n), rest = i16_get(m->resting + j, n);
    i16v v = pulled(before, zero, i16_set((int16_t)((s[LEAK] + 128) >> 8)));
    v = pulled(v, i16_set((int16_t)s[REVERSAL_E]), fractions(get_pulls(m->pull_e + j, n)));
    v = pulled(v, i16_set((int16_t)s[REVERSAL_I]), fractions(get_pulls(m->pull_i + j, n)));
    m16 resting = i16_gt(rest, zero);
    i16v threshold = i16_get(c->population->params.arrays[THRESHOLD] + j, n);
    m16 fired = i16_gt(i16_select(resting, zero, v), i16_select(resting, zero, threshold));
    i16v left = i16_select(resting, i16_sub(rest, i16_set(1)), rest);
    left = i16_select(fired, i16_set((int16_t)s[REFRACTORY]), left);
    v = i16_select(fired, reset, i16_select(resting, reset, v));
    i16_put(m->v + j, v, n);
    i16_put(m->resting + j, left, n);
    uint32_t spiked = m16_bits(fired) & mask_of(n);
    uint32_t kept = m16_bits(i16_eq(v, before)) & m16_bits(i16_eq(left, rest)) & ~spiked;
    c->count = append(c->spikes, c->count, j, spiked);
    *still = *still == PULL_STILL && same && !any(drive) && !(~kept & mask_of(n)) ? STILL : MOVING;
}

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    if (!is_narrow(population->params.scalars))
        return snn_neuron_lif_cond_exp.step(population, state, inputs, spikes, saturations);
    context c = {population, memory_of(population, state), 0, spikes, 0, saturations};
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    c.sum = inputs->delivered ? sum : 0;
#define EXCITE(j, n) excite(&c, j, n)
    FOR_BLOCKS(population->size, LANES16, EXCITE);
    sum = snn_sum(inputs, SNN_INHIBITORY); /* in the same memory */
    c.sum = inputs->delivered ? sum : 0;
#define UPDATE(j, n) update(&c, j, n)
    FOR_BLOCKS(population->size, LANES16, UPDATE);
    return c.count;
}

const snn_neuron_kind AT_LEVEL(snn_neuron_lif_cond_exp) = {
    {"lif_cond_exp", 0, 0}, state_size, max_spikes, snn_sum_per_neuron, step, headroom, 0, 2};
