/* SPDX-License-Identifier: Apache-2.0 */
/* if_ttfs: integrate and fire until the first neuron crosses its threshold. integer-contract.md, "if_ttfs".
 * State: v, then two flags. */
#include "../kind.h"

enum { BIAS, THRESHOLD }; /* arrays */

typedef struct {
    uint8_t begun, decided; /* the first step is done; a neuron has spiked */
} race;

static uint32_t state_size(const snn_population *population) {
    return population->size * (uint32_t)sizeof(int16_t) + (uint32_t)sizeof(race);
}

static uint16_t max_spikes(const snn_population *population) {
    (void)population;
    return 1;
}

/* Return the biases, as numbers that a pointer into the workspace reaches: a copy at `v` if they lie in
 * another address space. */
static inline const int16_t *readable(const SNN_FLASH int16_t *bias, int16_t *v, uint16_t size) {
#ifdef __FLASH
    for (uint16_t j = 0; j < size; ++j) v[j] = bias[j];
    return v;
#else
    (void)v, (void)size;
    return bias;
#endif
}

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const SNN_FLASH int16_t *bias = population->params.arrays[BIAS];
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    int16_t *v = state;
    race *flags = (race *)(void *)(v + population->size);
    const SNN_FLASH int16_t *threshold = population->params.arrays[THRESHOLD];
    const int16_t *narrow = sum;
    uint32_t wide = inputs->wide;
    int32_t largest = 0; /* a winner must be above its threshold */
    const int16_t *from = flags->begun ? v : readable(bias, v, population->size);
    int32_t sign = flags->begun ? 1 : -1;
    for (uint32_t j = 0, size = population->size; j < size; ++j) {
        int32_t before = sign * from[j];
        int32_t current = wide ? snn_input_current(inputs, sum, (uint16_t)j, saturations) : narrow[j];
        int32_t now = before + current;
        if ((uint32_t)(now + 32768) > UINT16_MAX) now = snn_sat16(now, saturations);
        int32_t over = now - threshold[j];
        v[j] = (int16_t)now;
        if (over <= largest) continue;
        largest = over;
        spikes[0] = (uint16_t)j;
    }
    flags->begun = 1;
    if (flags->decided || !largest) return 0;
    flags->decided = 1;
    return 1;
}

#define TRAITS                                                                                             \
    .info = {"if_ttfs", "", "bias threshold"}, .state_size = state_size, .max_spikes = max_spikes,         \
    .threshold = THRESHOLD, .receptors = 1

const snn_neuron_kind snn_neuron_if_ttfs = {TRAITS, .step = step};
