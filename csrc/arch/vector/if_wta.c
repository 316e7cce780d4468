/* SPDX-License-Identifier: Apache-2.0 */
/* if_wta, LANES16 neurons at a time. */
#include "winner.h"

enum { THRESHOLD }; /* arrays */

static uint32_t state_size(const snn_population *population) {
    return population->size * (uint32_t)sizeof(int16_t);
}

static uint16_t max_spikes(const snn_population *population) {
    (void)population;
    return 1;
}

static int32_t headroom(const snn_population *population, const void *state, uint16_t j) {
    return (int32_t)((const int16_t *)state)[j] - population->params.arrays[THRESHOLD][j];
}

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    int16_t *v = state;
    spikes[0] = charge(population, population->params.arrays[THRESHOLD], sum, v, saturations);
    if (spikes[0] == population->size) return 0;
#define RESET(j, n) i16_put(v + (j), i16_set(0), n)
    FOR_BLOCKS(population->size, LANES16, RESET);
    return 1;
}

const snn_neuron_kind AT_LEVEL(snn_neuron_if_wta) = {
    {"if_wta", 0, 0}, state_size, max_spikes, snn_sum_per_neuron, step, headroom, 0, 1};
