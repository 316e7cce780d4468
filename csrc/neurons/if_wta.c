/* SPDX-License-Identifier: Apache-2.0 */
/* if_wta: integrate and fire, winner takes all. integer-contract.md, "if_wta". State: v. */
#include "../kind.h"

enum { THRESHOLD }; /* arrays */

static uint32_t state_size(const snn_population *population) {
    return population->size * (uint32_t)sizeof(int16_t);
}

static uint16_t max_spikes(const snn_population *population) {
    (void)population;
    return 1;
}

static void reset(int16_t *v, uint16_t size) {
    for (uint16_t j = 0; j < size; ++j) v[j] = 0;
}

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const SNN_FLASH int16_t *threshold = population->params.arrays[THRESHOLD];
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    int16_t *v = state;
    int32_t largest = 0; /* a winner must be above its threshold */
    uint16_t fired = 0;
    for (uint16_t j = 0; j < population->size; ++j) {
        v[j] = snn_sat16((int32_t)v[j] + snn_input_current(inputs, sum, j, saturations), saturations);
        int32_t over = (int32_t)v[j] - threshold[j];
        if (over > largest) {
            largest = over;
            spikes[0] = j;
            fired = 1;
        }
    }
    if (fired) reset(v, population->size);
    return fired;
}

#define TRAITS                                                                                             \
    .info = {"if_wta", "", "threshold"}, .state_size = state_size, .max_spikes = max_spikes,               \
    .threshold = THRESHOLD, .receptors = 1

const snn_neuron_kind snn_neuron_if_wta = {TRAITS, .step = step};
