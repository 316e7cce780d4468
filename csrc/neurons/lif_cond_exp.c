/* SPDX-License-Identifier: Apache-2.0 */
/* lif_cond_exp: leaky integrate and fire with two exponential conductances. docs/fixed-point.md,
 * "lif_cond_exp". State, int16 each: v, refractory steps left, the pulls to reversal_e and to reversal_i
 * (0..32767, in units of 2^-(15 + shift)). */
#include "../kinds.h"

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

static int32_t headroom(const snn_population *population, const void *state, uint16_t j) {
    return (int32_t)((const int16_t *)state)[j] - population->params.arrays[THRESHOLD][j];
}

/* Let the pulls at one receptor decay, and add the gain of its drives. */
static void receive(snn_inputs *inputs, uint8_t receptor, int16_t *pull, int32_t decay, int32_t gain,
                    uint32_t *saturations) {
    const uint32_t size = inputs->targets;
    if (!inputs->arrivals[receptor].spikes) {
        for (uint32_t j = 0; j < size; ++j) pull[j] = (int16_t)(pull[j] * decay >> 15);
        return;
    }
    const void *sum = snn_sum(inputs, receptor);
    for (uint32_t j = 0; j < size; ++j) {
        int32_t drive = snn_drive(inputs, sum, (uint16_t)j, saturations);
        int32_t x = (pull[j] * decay >> 15) + (drive > 0 ? drive * gain : 0);
        if (x > INT16_MAX) {
            x = INT16_MAX;
            ++*saturations;
        }
        pull[j] = (int16_t)x;
    }
}

/* v, pulled to `target` by a fraction of the way in Q15, rounded: never past it. */
static int32_t pulled(int32_t v, int32_t target, int32_t fraction) {
    return v + (((target - v) * fraction + 0x4000) >> 15);
}

/* In Q15, halves rounded up. */
static int32_t share(int32_t pull, int32_t shift) { return (pull + ((1 << shift) >> 1)) >> shift; }

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int32_t *s = population->params.scalars;
    const int16_t *threshold = population->params.arrays[THRESHOLD];
    int16_t *v = state, *resting = v + population->size;
    int16_t *pull_e = resting + population->size, *pull_i = pull_e + population->size;
    uint16_t count = 0;
    receive(inputs, SNN_EXCITATORY, pull_e, s[DECAY_E], s[GAIN_E], saturations);
    receive(inputs, SNN_INHIBITORY, pull_i, s[DECAY_I], s[GAIN_I], saturations);
    for (uint16_t j = 0; j < population->size; ++j) {
        if (!(v[j] | resting[j] | pull_e[j] | pull_i[j]) && threshold[j] >= 0)
            continue; /* nothing changes */
        int32_t x = pulled(v[j], 0, s[LEAK]);
        x = pulled(x, s[REVERSAL_E], share(pull_e[j], s[SHIFT_E]));
        x = pulled(x, s[REVERSAL_I], share(pull_i[j], s[SHIFT_I]));
        if (resting[j] > 0) {
            --resting[j];
            x = s[RESET];
        } else if (x > threshold[j]) {
            spikes[count++] = j;
            x = s[RESET];
            resting[j] = (int16_t)s[REFRACTORY];
        }
        v[j] = (int16_t)x;
    }
    return count;
}

const snn_neuron_kind snn_neuron_lif_cond_exp = {
    {"lif_cond_exp",
     "leak decay_e decay_i gain_e gain_i shift_e shift_i reset reversal_e reversal_i refractory",
     "threshold"},
    state_size,
    max_spikes,
    snn_sum_per_neuron,
    step,
    headroom,
    0,
    2,
    4};
