/* SPDX-License-Identifier: Apache-2.0 */
/* if_wta, LANES16 neurons at a time. */
#include "../kind.h"
#define snn_neuron_if_wta AT_LEVEL(snn_neuron_plain_if_wta)
#include "argmax.h"

#include "../neurons/if_wta.c" /* NOLINT(bugprone-suspicious-include): all but the loop */
#undef snn_neuron_if_wta

static uint16_t step_in_vectors(const snn_population *population, void *state, snn_inputs *inputs,
                                uint16_t *spikes, uint32_t *saturations) {
    int16_t *v = state;
    spikes[0] = charge(inputs, population->params.arrays[THRESHOLD], v, saturations);
    if (spikes[0] == population->size) return 0;
#define RESET(j, n) i16_put(v + (j), i16_set(0), n)
    FOR_BLOCKS(population->size, LANES16, RESET);
    return 1;
}

const snn_neuron_kind AT_LEVEL(snn_neuron_if_wta) = {TRAITS, .step = step_in_vectors};
