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

typedef struct {
    int16_t *v, *resting;
    int32_t *pull_e, *pull_i;
    uint8_t *still; /* 1: a step without drive has changed nothing here */
} memory;

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

static inline pulls receive(pulls x, const int16_t *drive, int32_t decay, int32_t gain, int driven,
                            uint32_t *saturations) {
    if (!driven) {
        pulls left = {decayed(x.low, i32_set(decay)), decayed(x.high, i32_set(decay))};
        return left;
    }
    pulls after = {received(x.low, i32_from16(drive), decay, gain, saturations),
                   received(x.high, i32_from16(drive + LANES32), decay, gain, saturations)};
    return after;
}

static inline int same_pulls(pulls a, pulls b) {
    i32v differ = i32_xor(i32_xor(a.low, b.low), i32_set(0));
    i32v other = i32_xor(a.high, b.high);
    i32v zero = i32_set(0);
    return !(m32_bits(i32_gt(differ, zero)) | m32_bits(i32_gt(zero, differ)) |
             m32_bits(i32_gt(other, zero)) | m32_bits(i32_gt(zero, other)));
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

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int32_t *s = population->params.scalars;
    const int16_t *threshold = population->params.arrays[THRESHOLD];
    if (!is_narrow(s)) return snn_neuron_lif_cond_exp.step(population, state, inputs, spikes, saturations);
    memory m = memory_of(population, state);
    uint16_t count = 0;
    int16_t drive[LANES16];
    /* The sums share their memory, so the excitatory pulls come first, for all neurons. */
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    int driven_e = inputs->delivered != 0;
#define EXCITE(j, n)                                                                                       \
    do {                                                                                                   \
        i16v d = i16_set(0);                                                                               \
        if (driven_e) d = drives(population, sum, j, n, saturations);                                      \
        int reached = driven_e && ~m16_bits(i16_eq(d, i16_set(0))) << (32 - LANES16);                      \
        if (reached) m.still[(j) / LANES16] = 0;                                                           \
        if (!m.still[(j) / LANES16]) {                                                                     \
            i16_store(drive, d);                                                                           \
            pulls x = get_pulls(m.pull_e + (j), n);                                                        \
            pulls after = receive(x, drive, s[DECAY_E], s[GAIN_E], reached, saturations);                  \
            put_pulls(m.pull_e + (j), after, n);                                                           \
            m.still[(j) / LANES16] = (uint8_t)(!reached && same_pulls(x, after) ? 2 : 0);                  \
        }                                                                                                  \
    } while (0)
    FOR_BLOCKS(population->size, LANES16, EXCITE);
    sum = snn_sum(inputs, SNN_INHIBITORY);
    int driven_i = inputs->delivered != 0;
    i16v leak = i16_set((int16_t)((s[LEAK] + 128) >> 8)), reset = i16_set((int16_t)s[RESET]);
    i16v zero = i16_set(0), refractory = i16_set((int16_t)s[REFRACTORY]);
    i16v reversal_e = i16_set((int16_t)s[REVERSAL_E]), reversal_i = i16_set((int16_t)s[REVERSAL_I]);
#define UPDATE(j, n)                                                                                       \
    do {                                                                                                   \
        i16v d = zero;                                                                                     \
        uint8_t *still = m.still + (j) / LANES16;                                                          \
        if (driven_i) d = drives(population, sum, j, n, saturations);                                      \
        int reached = driven_i && ~m16_bits(i16_eq(d, zero)) << (32 - LANES16);                            \
        if (*still == 1 && !reached) break;                                                                \
        i16_store(drive, d);                                                                               \
        pulls x = get_pulls(m.pull_i + (j), n), e = get_pulls(m.pull_e + (j), n);                          \
        pulls after = receive(x, drive, s[DECAY_I], s[GAIN_I], reached, saturations);                      \
        put_pulls(m.pull_i + (j), after, n);                                                               \
        i16v old = i16_get(m.v + (j), n), rest = i16_get(m.resting + (j), n);                              \
        i16v v = pulled(pulled(pulled(old, zero, leak), reversal_e, fractions(e)), reversal_i,             \
                        fractions(after));                                                                 \
        m16 resting = i16_gt(rest, zero);                                                                  \
        m16 fired =                                                                                        \
            i16_gt(i16_select(resting, zero, v), i16_select(resting, zero, i16_get(threshold + (j), n)));  \
        uint32_t bits = m16_bits(fired) & mask_of(n);                                                      \
        v = i16_select(fired, reset, i16_select(resting, reset, v));                                       \
        i16v left = i16_select(fired, refractory, i16_select(resting, i16_sub(rest, i16_set(1)), rest));   \
        i16_put(m.v + (j), v, n);                                                                          \
        i16_put(m.resting + (j), left, n);                                                                 \
        count = append(spikes, count, j, bits);                                                            \
        uint32_t moved = ~(m16_bits(i16_eq(v, old)) & m16_bits(i16_eq(left, rest))) & mask_of(n);          \
        *still = (uint8_t)(*still == 2 && !reached && !moved && !bits && same_pulls(x, after));            \
    } while (0)
    FOR_BLOCKS(population->size, LANES16, UPDATE);
    return count;
}

const snn_neuron_kind AT_LEVEL(snn_neuron_lif_cond_exp) = {
    {"lif_cond_exp", 0, 0}, state_size, max_spikes, snn_sum_per_neuron, step, headroom, 0, 2};
