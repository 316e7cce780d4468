/* SPDX-License-Identifier: Apache-2.0 */
/* conv_wta: shared features, winner takes all, pooled. docs/fixed-point.md, "conv_wta".
 * State: the steps done, then one bit per unit: it has fired. */
#include "../kinds.h"

enum { MAPS, ROWS, COLUMNS, LINE, POOL, STRIDE, FIRST, SPACING }; /* scalars */
enum { THRESHOLD };                                               /* arrays */

#define PITCH 4 /* positions of one phase lie this far apart */
#define PHASES (PITCH * PITCH)

/* Where a phase begins, 16 y + x: the inverse of PHASE in the contract. */
static const uint8_t origin[PHASES] = {0x00, 0x22, 0x02, 0x20, 0x11, 0x33, 0x13, 0x31,
                                       0x01, 0x23, 0x03, 0x21, 0x10, 0x32, 0x12, 0x30};

/* The pooling windows of an axis: those from `first` to before `end` contain the position. */
typedef struct {
    uint32_t windows, stride, first, end;
    uint32_t left, begun; /* positions: the first behind window `first`, the first of window `end` */
} axis;

typedef struct {
    uint16_t steps;
    uint8_t fired[];
} memory;

static uint16_t over(uint32_t a, uint32_t b) { return (uint16_t)((a + b - 1) / b); } /* a / b, rounded up */

static uint32_t state_size(const snn_population *population) {
    return (uint32_t)sizeof(memory) + (population->size + 7u) / 8u;
}

static uint16_t sums(const snn_population *population) {
    return (uint16_t)population->params.scalars[MAPS];
}

static uint16_t max_spikes(const snn_population *population) {
    const int32_t *s = population->params.scalars;
    uint32_t windows = over((uint32_t)s[POOL], (uint32_t)s[STRIDE]);
    uint32_t places = (uint32_t)over((uint32_t)s[ROWS], PITCH) * over((uint32_t)s[COLUMNS], PITCH);
    uint32_t most = places * windows * windows;
    return most < population->size ? (uint16_t)most : population->size;
}

static axis axis_of(const int32_t *s, int32_t positions) {
    axis a = {1, (uint32_t)s[STRIDE], 0, 0, (uint32_t)s[POOL], 0};
    if (positions > s[POOL]) a.windows = 1u + over((uint32_t)(positions - s[POOL]), a.stride);
    return a;
}

/* Positions only go up. */
static void move_to(axis *a, uint32_t position) {
    for (; a->left <= position; a->left += a->stride) ++a->first;
    for (; a->end < a->windows && a->begun <= position; a->begun += a->stride) ++a->end;
}

/* The map with the largest headroom. */
#define DEFINE_WINNER(NAME, T, DRIVE)                                                                      \
    static inline uint32_t NAME(const T *sum, const int16_t *threshold, uint32_t maps,                     \
                                uint32_t *saturations) {                                                   \
        uint32_t best = 0;                                                                                 \
        int32_t largest = INT32_MIN;                                                                       \
        (void)saturations;                                                                                 \
        for (uint32_t k = 0; k < maps; ++k) {                                                              \
            int32_t headroom = 2 * (int32_t)(DRIVE) - threshold[k];                                        \
            if (headroom <= largest) continue;                                                             \
            largest = headroom;                                                                            \
            best = k;                                                                                      \
        }                                                                                                  \
        return best;                                                                                       \
    }

DEFINE_WINNER(winner, int16_t, sum[k])
DEFINE_WINNER(winner_wide, int32_t, snn_sat16(sum[k], saturations))

/* Add `unit` to the ascending spikes, unless it has fired before; returns their number. */
static uint16_t fire(uint8_t *fired, uint16_t unit, uint16_t *spikes, uint16_t count) {
    uint8_t *byte = fired + (unit >> 3);
    uint8_t bit = (uint8_t)(1u << (unit & 7));
    if (*byte & bit) return count;
    *byte = (uint8_t)(*byte | bit);
    uint16_t n = count;
    for (; n && spikes[n - 1] > unit; --n) spikes[n] = spikes[n - 1];
    spikes[n] = unit;
    return (uint16_t)(count + 1);
}

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int32_t *s = population->params.scalars;
    memory *m = state;
    const int16_t *threshold = population->params.arrays[THRESHOLD];
    uint16_t count = 0, phase = m->steps++, maps = sums(population);
    if (phase >= PHASES) return 0;
    axis down = axis_of(s, s[ROWS]), left = axis_of(s, s[COLUMNS]);
    for (int32_t y = origin[phase] >> 4; y < s[ROWS]; y += PITCH) {
        move_to(&down, (uint32_t)y);
        axis across = left;
        for (int32_t x = origin[phase] & 15; x < s[COLUMNS]; x += PITCH) {
            const void *sum = snn_sum_at(inputs, (uint16_t)(s[FIRST] + s[SPACING] * (y * s[LINE] + x)));
            if (!inputs->delivered) continue;
            move_to(&across, (uint32_t)x);
            uint32_t k = inputs->wide ? winner_wide(sum, threshold, maps, saturations)
                                      : winner(sum, threshold, maps, saturations);
            for (uint32_t a = down.first; a < down.end; ++a)
                for (uint32_t b = across.first; b < across.end; ++b)
                    count = fire(m->fired, (uint16_t)((a * across.windows + b) * maps + k), spikes, count);
        }
    }
    return count;
}

static int32_t headroom(const snn_population *population, const void *state, uint16_t j) {
    (void)population, (void)state, (void)j;
    return 0; /* nobody asks: a place-wise population is no readout */
}

const snn_neuron_kind snn_neuron_conv_wta = {
    {"conv_wta", "maps rows columns line pool stride first spacing", "threshold"},
    state_size,
    max_spikes,
    sums,
    step,
    headroom,
    1,
    1,
    4};
