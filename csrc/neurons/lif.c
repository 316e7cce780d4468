/* SPDX-License-Identifier: Apache-2.0 */
/* lif: leaky integrate and fire. integer-contract.md, "lif". State: v, then the refractory steps left. */
#include "../kind.h"

enum { DECAY, REFRACTORY, RESET }; /* scalars: Q15, steps, 0 = to zero or 1 = by subtraction */
enum { THRESHOLD };                /* arrays */

static uint32_t state_size(const snn_population *population) {
    return population->size * (uint32_t)(2 * sizeof(int16_t));
}

static uint16_t max_spikes(const snn_population *population) { return population->size; }

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int32_t *scalars = population->params.scalars;
    const SNN_FLASH int16_t *threshold = population->params.arrays[THRESHOLD];
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    int16_t *v = state;
    int16_t *refractory_left = v + population->size;
    uint16_t count = 0;
    for (uint16_t j = 0; j < population->size; ++j) {
        int16_t current = snn_input_current(inputs, sum, j, saturations);
        if (refractory_left[j] > 0) {
            --refractory_left[j];
            v[j] = 0;
            continue;
        }
        v[j] = snn_sat16(snn_q15(v[j], (int16_t)scalars[DECAY]) + current, saturations);
        if (v[j] > threshold[j]) {
            spikes[count++] = j;
            v[j] = scalars[RESET] ? snn_sat16((int32_t)v[j] - threshold[j], saturations) : 0;
            refractory_left[j] = (int16_t)scalars[REFRACTORY];
        }
    }
    return count;
}

const snn_neuron_kind snn_neuron_lif = {.info = {"lif", "decay refractory reset", "threshold"},
                                        .state_size = state_size,
                                        .max_spikes = max_spikes,
                                        .step = step,
                                        .threshold = THRESHOLD,
                                        .receptors = 1};
