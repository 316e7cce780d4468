/* SPDX-License-Identifier: Apache-2.0 */
/* if_race, LANES16 neurons at a time. */
#include "kinds.h"
#define snn_neuron_if_race AT_LEVEL(snn_neuron_plain_if_race)
#include "winner.h"

#include "neurons/if_race.c" /* NOLINT(bugprone-suspicious-include): all but the loop */
#undef snn_neuron_if_race

static uint16_t step_in_vectors(const snn_population *population, void *state, snn_inputs *inputs,
                                uint16_t *spikes, uint32_t *saturations) {
    int16_t *v = state;
    race *flags = (race *)(void *)(v + population->size);
    /* The first step begins at -bias, which int16 need not hold. */
    if (!flags->begun) return step(population, state, inputs, spikes, saturations);
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    uint16_t first = charge(population, population->params.arrays[THRESHOLD], sum, v, saturations);
    if (flags->over || first == population->size) return 0;
    spikes[0] = first;
    flags->over = 1;
    return 1;
}

const snn_neuron_kind AT_LEVEL(snn_neuron_if_race) = {
    {"if_race", 0, 0}, state_size, max_spikes, snn_sum_per_neuron, step_in_vectors, headroom, 0, 1};
