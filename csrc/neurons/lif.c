/* SPDX-License-Identifier: Apache-2.0 */
/* lif: leaky integrate and fire. docs/fixed-point.md, "lif". State: v, then the refractory steps left. */
#include "../kind.h"

enum { DECAY, REFRACTORY, RESET }; /* scalars: Q15, steps, 0 = to zero or 1 = by subtraction */
enum { THRESHOLD };                /* arrays */

static uint32_t state_size(const snn_population *population) {
    return 2u * population->size * (uint32_t)sizeof(int16_t);
}

static uint16_t max_spikes(const snn_population *population) { return population->size; }

static int32_t headroom(const snn_population *population, const void *state, uint16_t j) {
    return (int32_t)((const int16_t *)state)[j] - population->params.arrays[THRESHOLD][j];
}

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int32_t *scalars = population->params.scalars;
    const int16_t *threshold = population->params.arrays[THRESHOLD];
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    int16_t *v = state;
    int16_t *resting = v + population->size;
    uint16_t count = 0;
    for (uint16_t j = 0; j < population->size; ++j) {
        int16_t drive = snn_drive(inputs, sum, j, saturations);
        if (resting[j] > 0) {
            --resting[j];
            v[j] = 0;
            continue;
        }
        v[j] = snn_sat16(snn_q15(v[j], (int16_t)scalars[DECAY]) + drive, saturations);
        if (v[j] > threshold[j]) {
            spikes[count++] = j;
            v[j] = scalars[RESET] ? snn_sat16((int32_t)v[j] - threshold[j], saturations) : 0;
            resting[j] = (int16_t)scalars[REFRACTORY];
        }
    }
    return count;
}

const snn_neuron_kind snn_neuron_lif = {{"lif", "decay refractory reset", "threshold"},
                                        state_size,
                                        max_spikes,
                                        snn_sum_per_neuron,
                                        step,
                                        headroom,
                                        0,
                                        1,
                                        4};
