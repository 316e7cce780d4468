/* SPDX-License-Identifier: Apache-2.0 */
/* if_ttfs, LANES16 neurons at a time. */
#include "../kind.h"
#define snn_neuron_if_ttfs AT_LEVEL(snn_neuron_plain_if_ttfs)
#include "argmax.h"

#include "../neurons/if_ttfs.c" /* NOLINT(bugprone-suspicious-include): all but the loop */
#undef snn_neuron_if_ttfs

/* Set v to -bias. Return 0 if int16 does not hold it. */
static int begin(int16_t *v, const int16_t *bias, uint16_t size) {
    uint32_t lowest = 0;
#define NEGATE(j, n)                                                                                       \
    do {                                                                                                   \
        i16v b = i16_get(bias + (j), n);                                                                   \
        lowest |= m16_bits(i16_eq(b, i16_set(INT16_MIN)));                                                 \
        i16_put(v + (j), i16_sub(i16_set(0), b), n);                                                       \
    } while (0)
    FOR_BLOCKS(size, LANES16, NEGATE);
#undef NEGATE
    return !lowest;
}

static uint16_t step_in_vectors(const snn_population *population, void *state, snn_inputs *inputs,
                                uint16_t *spikes, uint32_t *saturations) {
    int16_t *v = state;
    race *flags = (race *)(void *)(v + population->size);
    if (!flags->begun && !begin(v, population->params.arrays[BIAS], population->size))
        return step(population, state, inputs, spikes, saturations);
    flags->begun = 1;
    uint16_t first = charge(inputs, population->params.arrays[THRESHOLD], v, saturations);
    if (flags->decided || first == population->size) return 0;
    spikes[0] = first;
    flags->decided = 1;
    return 1;
}

const snn_neuron_kind AT_LEVEL(snn_neuron_if_ttfs) = {TRAITS, .step = step_in_vectors};
