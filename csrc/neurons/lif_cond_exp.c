/* SPDX-License-Identifier: Apache-2.0 */
/* lif_cond_exp: leaky integrate and fire with two exponential conductances. integer-contract.md,
 * "lif_cond_exp". State, int16 each: v, refractory steps left, the pulls to reversal_e and to reversal_i
 * (0..32767, in units of 2^-(15 + shift)). */
#include "../kind.h"

/* scalars: leak, decays Q15; gains per unit of drive; shifts; potentials from rest; steps */
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

/* Passes over all neurons without branches: compilers make vectors of them.
 *
 * Let the pulls at one receptor decay. Returns 0 if all are 0. */
static int fade(int16_t *pull, uint32_t size, int16_t decay) {
    int any = 0;
    for (uint32_t j = 0; j < size; ++j) {
        pull[j] = (int16_t)(pull[j] * decay >> 15);
        any |= pull[j];
    }
    return any;
}

static inline int16_t with_drive(int16_t pull, int16_t drive, int16_t gain, uint32_t *saturations) {
    int32_t x = pull + (drive > 0 ? drive : 0) * gain, over = x > INT16_MAX;
    *saturations += (uint32_t)over;
    return (int16_t)(over ? INT16_MAX : x);
}

/* Add the gain of the drives at one receptor to its pulls. */
static void receive(snn_inputs *inputs, uint8_t receptor, int16_t *pull, int16_t gain,
                    uint32_t *saturations) {
    const void *sum = snn_sum(inputs, receptor);
    uint32_t size = inputs->targets, cut = 0;
    if (inputs->wide)
        for (uint32_t j = 0; j < size; ++j)
            pull[j] = with_drive(pull[j], snn_sat16(((const int32_t *)sum)[j], &cut), gain, &cut);
    else
        for (uint32_t j = 0; j < size; ++j)
            pull[j] = with_drive(pull[j], ((const int16_t *)sum)[j], gain, &cut);
    *saturations += cut;
}

/* The way from v to the target that a fraction of it in Q15 makes, rounded: never past it. */
static inline int32_t part(int32_t way, int32_t fraction) { return (way * fraction + 0x4000) >> 15; }

/* A pull in Q15, halves rounded up. */
static inline int16_t share(int32_t pull, int32_t shift) {
    return (int16_t)((pull + ((1 << shift) >> 1)) >> shift);
}

static void leak(int16_t *v, uint32_t size, int16_t minus_leak) {
    for (uint32_t j = 0; j < size; ++j) v[j] = (int16_t)(v[j] + part(v[j], minus_leak));
}

/* Pull v to `target`. Products of int16, where all ways fit, are twice as fast in vectors. */
static void attract(int16_t *v, const int16_t *pull, uint32_t size, int32_t target, int32_t shift,
                    int narrow) {
    if (narrow)
        for (uint32_t j = 0; j < size; ++j)
            v[j] = (int16_t)(v[j] + part((int16_t)(target - v[j]), share(pull[j], shift)));
    else
        for (uint32_t j = 0; j < size; ++j)
            v[j] = (int16_t)(v[j] + part(target - v[j], share(pull[j], shift)));
}

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

/* A neuron that rests goes on with that; one above its threshold spikes, and begins to. Both are reset. */
static int fires(const int32_t *s, int16_t *v, int16_t *resting, int16_t threshold) {
    int rests = *resting > 0, above = *v > threshold;
    if (!rests && !above) return 0;
    *resting = (int16_t)(rests ? *resting - 1 : s[REFRACTORY]);
    *v = (int16_t)s[RESET];
    return !rests;
}

/* Neurons side by side in all arrays. */
typedef struct {
    int16_t *v, *resting, *pull[2];
    const int16_t *threshold;
} group;

/* Let n neurons spike or rest, from number `first` on: mostly there is none of them. */
static uint16_t fire_group(const int32_t *s, group at, uint32_t n, uint32_t first, uint16_t *spikes) {
    uint16_t count = 0;
    int any = 0;
    for (uint32_t j = 0; j < n; ++j) any |= at.resting[j] | (at.v[j] > at.threshold[j]);
    for (uint32_t j = 0; any && j < n; ++j)
        if (fires(s, at.v + j, at.resting + j, at.threshold[j])) spikes[count++] = (uint16_t)(first + j);
    return count;
}

enum { AT_ONCE = 64 };

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int32_t *s = population->params.scalars;
    const uint32_t size = population->size;
    const int narrow = is_narrow(s);
    int16_t *v = state, *resting = v + size, *pull[2] = {resting + size, resting + 2 * size};
    int pulls[2];
    uint16_t count = 0;
    for (uint8_t k = 0; k < 2; ++k) {
        pulls[k] = fade(pull[k], size, (int16_t)s[DECAY_E + k]);
        if (!inputs->arrivals[k].spikes) continue;
        receive(inputs, k, pull[k], (int16_t)s[GAIN_E + k], saturations);
        pulls[k] = 1;
    }
    for (uint32_t j = 0; j < size; j += AT_ONCE) {
        uint32_t n = size - j < AT_ONCE ? size - j : AT_ONCE;
        group at = {
            v + j, resting + j, {pull[0] + j, pull[1] + j}, population->params.arrays[THRESHOLD] + j};
        leak(at.v, n, (int16_t)-s[LEAK]);
        for (uint8_t k = 0; k < 2; ++k)
            if (pulls[k]) attract(at.v, at.pull[k], n, s[REVERSAL_E + k], s[SHIFT_E + k], narrow);
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
