/* SPDX-License-Identifier: Apache-2.0 */
/* if_ttfs in the vectors of a Cortex-M55, 8 neurons at a time, where sums are of int16. State: v, then two
 * flags. */
#include <arm_mve.h>

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

/* Return v of up to 8 neurons after their input current; `bias` takes the place of v in the first step. */
static inline int16x8_t charge(const int16_t *v, const int16_t *bias, int16x8_t current, mve_pred16_t there,
                               uint32_t *saturations) {
    int16x8_t before = vldrhq_z_s16(bias ? bias : v, there);
    int16x8_t now = bias ? vqsubq_s16(current, before) : vqaddq_s16(before, current);
    int16x8_t wrapped = bias ? vsubq_s16(current, before) : vaddq_s16(before, current);
    mve_pred16_t saturated = vcmpneq_m_s16(now, wrapped, there);
    *saturations = vaddvaq_p_u16(*saturations, vdupq_n_u16(1), saturated);
    return now;
}

/* Return the input currents of up to 8 neurons from j on. */
static inline int16x8_t currents(const snn_inputs *inputs, const void *sum, uint32_t j, uint32_t left,
                                 mve_pred16_t there, uint32_t *saturations) {
    int16_t current[8] = {0};
    if (!inputs->wide) return vldrhq_z_s16((const int16_t *)sum + j, there);
    for (uint32_t k = 0; k < 8 && k < left; ++k)
        current[k] = snn_input_current(inputs, sum, (uint16_t)(j + k), saturations);
    return vld1q_s16(current);
}

static uint16_t step(const snn_population *population, void *state, snn_inputs *inputs, uint16_t *spikes,
                     uint32_t *saturations) {
    const int16_t *bias = population->params.arrays[BIAS];
    const void *sum = snn_sum(inputs, SNN_EXCITATORY);
    int16_t *v = state;
    race *flags = (race *)(void *)(v + population->size);
    const int16_t *threshold = population->params.arrays[THRESHOLD], *first = flags->begun ? 0 : bias;
    uint32_t largest = 0, size = population->size; /* a winner must be above its threshold */
    for (uint32_t j = 0; j < size; j += 8) {
        mve_pred16_t there = vctp16q(size - j);
        int16x8_t current = currents(inputs, sum, j, size - j, there, saturations);
        int16x8_t now = charge(v + j, first ? first + j : 0, current, there, saturations);
        int16x8_t limit = vldrhq_z_s16(threshold + j, there);
        vstrhq_p_s16(v + j, now, there);
        uint16x8_t over = vsubq_u16(vreinterpretq_u16_s16(now), vreinterpretq_u16_s16(limit));
        over = vpselq_u16(over, vdupq_n_u16(0), vcmpgtq_m_s16(now, limit, there));
        uint32_t most = vmaxvq_u16(0, over);
        if (most <= largest) continue;
        largest = most;
        spikes[0] = (uint16_t)(j + (uint32_t)__builtin_ctz(vcmpeqq_n_u16(over, (uint16_t)most)) / 2);
    }
    flags->begun = 1;
    if (flags->decided || !largest) return 0;
    flags->decided = 1;
    return 1;
}

const snn_neuron_kind snn_neuron_if_ttfs = {.info = {"if_ttfs", "", "bias threshold"},
                                            .state_size = state_size,
                                            .max_spikes = max_spikes,
                                            .step = step,
                                            .threshold = THRESHOLD,
                                            .receptors = 1};
