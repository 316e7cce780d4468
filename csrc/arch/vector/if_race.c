/* SPDX-License-Identifier: Apache-2.0 */
/* if_race, LANES16 neurons at a time. */
#include "winner.h"

enum { BIAS, THRESHOLD }; /* arrays */

typedef struct {
    uint8_t begun, over;
} race;

static uint32_t state_size(const snn_population *population) {
    return population->size * (uint32_t)sizeof(int16_t) + (uint32_t)sizeof(race);
}

static uint16_t max_spikes(const snn_population *population) {
    (void)population;
    return 1;
}

static int32_t headroom(const snn_population *population, const void *state, uint16_t j) {
    return (int32_t)((const int16_t *)state)[j] - population->params.arrays[THRESHOLD][j];
}

extern const snn_neuron_kind snn_neuron_if_race; /* plain C */

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    int16_t *v = state;
    race *flags = (race *)(void *)(v + population->size);
    /* The first step begins at -bias, which int16 need not hold. */
    if (!flags->begun) return snn_neuron_if_race.step(population, state, inputs, spikes, saturations);
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    uint16_t first = charge(population, population->params.arrays[THRESHOLD], sum, v, saturations);
    if (flags->over || first == population->size) return 0;
    spikes[0] = first;
    flags->over = 1;
    return 1;
}

const snn_neuron_kind AT_LEVEL(snn_neuron_if_race) = {
    {"if_race", 0, 0}, state_size, max_spikes, snn_sum_per_neuron, step, headroom, 0, 1};
