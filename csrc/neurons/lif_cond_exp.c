/* SPDX-License-Identifier: Apache-2.0 */
/* lif_cond_exp: leaky integrate and fire with two exponential conductances. docs/fixed-point.md,
 * "lif_cond_exp". State: v (int16), refractory steps left (int16), the pulls to reversal_e and to
 * reversal_i (int32, Q23). */
#include "../kinds.h"

/* scalars: leak Q23; decays Q15; gains Q23 per unit of drive; potentials from rest; steps */
enum { LEAK, DECAY_E, DECAY_I, GAIN_E, GAIN_I, RESET, REVERSAL_E, REVERSAL_I, REFRACTORY };
enum { THRESHOLD }; /* arrays */

#define FULL ((int32_t)1 << 23) /* all the way */

static uint32_t state_size(const snn_population *population) {
    return population->size * (uint32_t)(2 * sizeof(int16_t) + 2 * sizeof(int32_t));
}

static uint16_t max_spikes(const snn_population *population) { return population->size; }

static int32_t headroom(const snn_population *population, const void *state, uint16_t j) {
    return (int32_t)((const int16_t *)state)[j] - population->params.arrays[THRESHOLD][j];
}

/* (x decay + 2^14) >> 15 of a pull x <= 2^23, in two products below 2^31. */
static int32_t decayed(int32_t x, int32_t decay) {
    return ((x >> 8) * decay + (((x & 255) * decay + 0x4000) >> 8)) >> 7;
}

/* Let the pulls at one receptor decay, and add the gain of its drives. */
static void receive(const snn_population *population, const void *sum, int32_t *pull, int32_t decay,
                    int32_t gain, uint32_t *saturations) {
    int32_t most = FULL / gain; /* a larger drive is more than a full pull by itself */
    for (uint16_t j = 0; j < population->size; ++j) {
        int32_t drive = snn_drive(population, sum, j, saturations);
        int32_t x = decayed(pull[j], decay);
        x = drive > most ? FULL + 1 : drive > 0 ? x + drive * gain : x;
        if (x > FULL) {
            x = FULL;
            ++*saturations;
        }
        pull[j] = x;
    }
}

/* v, pulled to `target` by a fraction of the way, rounded: never past it. */
static int32_t pulled(int32_t v, int32_t target, int32_t fraction) {
    return v + (((target - v) * ((fraction + 128) >> 8) + 0x4000) >> 15);
}

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int32_t *s = population->params.scalars;
    const int16_t *threshold = population->params.arrays[THRESHOLD];
    int16_t *v = state, *resting = v + population->size;
    int32_t *pull_e = (int32_t *)(void *)(resting + population->size), *pull_i = pull_e + population->size;
    uint16_t count = 0;
    receive(population, snn_sum(inputs, SNN_EXCITATORY), pull_e, s[DECAY_E], s[GAIN_E], saturations);
    receive(population, snn_sum(inputs, SNN_INHIBITORY), pull_i, s[DECAY_I], s[GAIN_I], saturations);
    for (uint16_t j = 0; j < population->size; ++j) {
        int32_t x = pulled(v[j], 0, s[LEAK]);
        x = pulled(pulled(x, s[REVERSAL_E], pull_e[j]), s[REVERSAL_I], pull_i[j]);
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
    {"lif_cond_exp", "leak decay_e decay_i gain_e gain_i reset reversal_e reversal_i refractory",
     "threshold"},
    state_size,
    max_spikes,
    snn_sum_per_neuron,
    step,
    headroom,
    0,
    2};
