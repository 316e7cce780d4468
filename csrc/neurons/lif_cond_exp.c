/* SPDX-License-Identifier: Apache-2.0 */
/* lif_cond_exp: leaky integrate and fire with two exponential conductances. integer-contract.md,
 * "lif_cond_exp". State, int16 each: v, refractory steps left, the conductances of the excitatory and of
 * the inhibitory receptor (0..32767, in units of 2^-(15 + shift)). */
#include "../kind.h"

/* scalars: leak, decays Q15; gains per unit of input current; shifts; potentials from rest; steps */
enum {
    LEAK,
    DECAY_E,
    DECAY_I,
    GAIN_E,
    GAIN_I,
    SHIFT_E,
    SHIFT_I,
    RESET,
    REVERSAL_E,
    REVERSAL_I,
    REFRACTORY
};
enum { THRESHOLD }; /* arrays */

static uint32_t state_size(const snn_population *population) {
    return population->size * (uint32_t)(4 * sizeof(int16_t));
}

static uint16_t max_spikes(const snn_population *population) { return population->size; }

/* Passes over all neurons have no branches, so that compilers vectorize them. */

/* Let the conductances of one receptor decay. Return 0 if all are 0. */
static int decay(int16_t *g, uint32_t size, int16_t factor) {
    int any = 0;
    for (uint32_t j = 0; j < size; ++j) {
        g[j] = (int16_t)((int32_t)g[j] * factor >> 15);
        any |= g[j];
    }
    return any;
}

/* Return g plus the gain of a positive input current, saturated. */
static inline int16_t with_current(int16_t g, int16_t current, int16_t gain, uint32_t *saturations) {
    int32_t x = g + (int32_t)(current > 0 ? current : 0) * gain, over = x > INT16_MAX;
    *saturations += (uint32_t)over;
    return (int16_t)(over ? INT16_MAX : x);
}

/* Add the gain of the input currents at one receptor to its conductances. */
static void receive(snn_inputs *inputs, uint8_t receptor, int16_t *g, int16_t gain, uint32_t *saturations) {
    const void *sum = snn_sum(inputs, receptor);
    uint32_t size = inputs->targets, cut = 0;
    if (inputs->wide)
        for (uint32_t j = 0; j < size; ++j)
            g[j] = with_current(g[j], snn_sat16(((const int32_t *)sum)[j], &cut), gain, &cut);
    else
        for (uint32_t j = 0; j < size; ++j)
            g[j] = with_current(g[j], ((const int16_t *)sum)[j], gain, &cut);
    *saturations += cut;
}

/* Return a fraction in Q15 of a distance, rounded: never more than the distance. */
static inline int32_t part(int32_t distance, int32_t fraction) {
    return (distance * fraction + 0x4000) >> 15;
}

/* Return a conductance in Q15, halves rounded up. */
static inline int16_t to_q15(int32_t g, int32_t shift) {
    return (int16_t)((g + (((int32_t)1 << shift) >> 1)) >> shift);
}

static void leak(int16_t *v, uint32_t size, int16_t minus_leak) {
    for (uint32_t j = 0; j < size; ++j) v[j] = (int16_t)(v[j] + part(v[j], minus_leak));
}

/* Move v toward the reversal potential `target`. Products of int16, where all distances fit, are twice as
 * fast in vectors. */
static void move_to_reversal(int16_t *v, const int16_t *g, uint32_t size, int32_t target, int32_t shift,
                             int narrow) {
    if (narrow)
        for (uint32_t j = 0; j < size; ++j)
            v[j] = (int16_t)(v[j] + part((int16_t)(target - v[j]), to_q15(g[j], shift)));
    else
        for (uint32_t j = 0; j < size; ++j)
            v[j] = (int16_t)(v[j] + part(target - v[j], to_q15(g[j], shift)));
}

/* Return 1 if the distance of v to a reversal potential always fits int16. v stays between the reversal
 * potentials, rest and reset. */
static int is_narrow(const int32_t *s) {
    int32_t low = s[RESET] < 0 ? s[RESET] : 0, high = s[RESET] > 0 ? s[RESET] : 0;
    for (int k = REVERSAL_E; k <= REVERSAL_I; ++k) {
        low = s[k] < low ? s[k] : low;
        high = s[k] > high ? s[k] : high;
    }
    return high - low <= INT16_MAX;
}

/* Update a neuron that is refractory or above its threshold, and reset it. Return 1 if it spikes. */
static int fires(const int32_t *s, int16_t *v, int16_t *refractory_left, int16_t threshold) {
    int waits = *refractory_left > 0, above = *v > threshold;
    if (!waits && !above) return 0;
    *refractory_left = (int16_t)(waits ? *refractory_left - 1 : s[REFRACTORY]);
    *v = (int16_t)s[RESET];
    return !waits;
}

/* Neurons side by side in all arrays. */
typedef struct {
    int16_t *v, *refractory_left, *g[2];
    const SNN_FLASH int16_t *threshold;
} group;

/* Update n neurons from number `first` on that are refractory or above their thresholds: mostly none. */
static uint16_t fire_group(const int32_t *s, group at, uint32_t n, uint32_t first, uint16_t *spikes) {
    uint16_t count = 0;
    int any = 0;
    for (uint32_t j = 0; j < n; ++j) any |= at.refractory_left[j] | (at.v[j] > at.threshold[j]);
    for (uint32_t j = 0; any && j < n; ++j)
        if (fires(s, at.v + j, at.refractory_left + j, at.threshold[j]))
            spikes[count++] = (uint16_t)(first + j);
    return count;
}

enum { GROUP = 64 };

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int32_t *s = population->params.scalars;
    const uint32_t size = population->size;
    const int narrow = is_narrow(s);
    int16_t *v = state, *refractory_left = v + size,
            *g[2] = {refractory_left + size, refractory_left + 2 * size};
    int nonzero[2];
    uint16_t count = 0;
    for (uint8_t k = 0; k < 2; ++k) {
        nonzero[k] = decay(g[k], size, (int16_t)s[DECAY_E + k]);
        if (!inputs->arrivals[k].spikes) continue;
        receive(inputs, k, g[k], (int16_t)s[GAIN_E + k], saturations);
        nonzero[k] = 1;
    }
    for (uint32_t j = 0; j < size; j += GROUP) {
        uint32_t n = size - j < GROUP ? size - j : GROUP;
        group at = {
            v + j, refractory_left + j, {g[0] + j, g[1] + j}, population->params.arrays[THRESHOLD] + j};
        leak(at.v, n, (int16_t)-s[LEAK]);
        for (uint8_t k = 0; k < 2; ++k)
            if (nonzero[k]) move_to_reversal(at.v, at.g[k], n, s[REVERSAL_E + k], s[SHIFT_E + k], narrow);
        count = (uint16_t)(count + fire_group(s, at, n, j, spikes + count));
    }
    return count;
}

#define PARAMETERS                                                                                         \
    "leak decay_e decay_i gain_e gain_i shift_e shift_i reset reversal_e reversal_i refractory"
#define TRAITS                                                                                             \
    .info = {"lif_cond_exp", PARAMETERS, "threshold"}, .max_spikes = max_spikes, .threshold = THRESHOLD,   \
    .receptors = 2

const snn_neuron_kind snn_neuron_lif_cond_exp = {TRAITS, .state_size = state_size, .step = step};
