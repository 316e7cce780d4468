/* SPDX-License-Identifier: Apache-2.0 */
/* if_wta, LANES16 neurons at a time. */
#include "kinds.h"
#include "vector.h"

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

/* v - threshold where that is above 0, else 0: 1..65535 fits 16 bits without a sign. */
static inline i16v above(i16v v, i16v threshold) {
    return i16_select(i16_gt(v, threshold), i16_sub(v, threshold), i16_set(0));
}

/* The first neuron whose height above the threshold is the largest; the size if none is above. */
static uint16_t winner(const int16_t *v, const int16_t *threshold, uint16_t size, i16v best) {
    uint16_t lanes[LANES16], largest = 0;
    i16_store(lanes, best);
    for (uint32_t k = 0; k < LANES16; ++k)
        if (lanes[k] > largest) largest = lanes[k];
    if (!largest) return size;
    uint16_t j = 0;
    while ((int32_t)v[j] - threshold[j] != (int32_t)largest) ++j;
    return j;
}

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int16_t *threshold = population->params.arrays[THRESHOLD];
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    int16_t *v = state;
    i16v best = i16_set(0);
#define CHARGE(j, n)                                                                                       \
    do {                                                                                                   \
        i16v x = charged(i16_get(v + (j), n), drives(population, sum, j, n, saturations), saturations);    \
        i16_put(v + (j), x, n);                                                                            \
        best = u16_max(best, above(x, i16_get(threshold + (j), n)));                                       \
    } while (0)
    FOR_BLOCKS(population->size, LANES16, CHARGE);
    spikes[0] = winner(v, threshold, population->size, best);
    if (spikes[0] == population->size) return 0;
#define RESET(j, n) i16_put(v + (j), i16_set(0), n)
    FOR_BLOCKS(population->size, LANES16, RESET);
    return 1;
}

const snn_neuron_kind AT_LEVEL(snn_neuron_if_wta) = {
    {"if_wta", 0, 0}, state_size, max_spikes, snn_sum_per_neuron, step, headroom, 0, 1};
