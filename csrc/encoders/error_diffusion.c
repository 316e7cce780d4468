/* SPDX-License-Identifier: Apache-2.0 */
/* error_diffusion: the same total of spikes for every sample, spread evenly over the steps.
 * integer-contract.md, "error_diffusion". State: rate and accumulator of every source, Q16. */
#include "../kind.h"

enum { DRIVE, LIMIT, SEED }; /* scalars: Q16 spikes per step of all sources, of one; 0..65535 */

#define PHASE_STEP 40503u /* 65536 / golden ratio, rounded to odd: phases of neighbours lie far apart */

static uint32_t state_size(const snn_encoder *encoder) {
    return encoder->size * (uint32_t)(2 * sizeof(uint16_t));
}

static uint16_t max_spikes(const snn_encoder *encoder) { return encoder->size; }

static uint32_t total(const uint8_t *sample, uint16_t size) {
    uint32_t sum = 0;
    for (uint16_t i = 0; i < size; ++i) sum += sample[i];
    return sum;
}

static uint16_t begin(const snn_encoder *encoder, void *state, const uint8_t *sample) {
    const int32_t *scalars = encoder->params.scalars;
    uint16_t *rate = state;
    uint16_t *acc = rate + encoder->size;
    uint32_t limit = (uint32_t)scalars[LIMIT];
    uint32_t phase = (uint32_t)scalars[SEED];
    uint32_t sum = total(sample, encoder->size);
    uint32_t gain = sum ? ((uint32_t)scalars[DRIVE] << 8) / sum : 0;
    for (uint16_t i = 0; i < encoder->size; ++i, phase += PHASE_STEP) {
        uint32_t r = (sample[i] * gain) >> 8;
        rate[i] = (uint16_t)(r < limit ? r : limit);
        acc[i] = (uint16_t)phase;
    }
    return 0;
}

static uint16_t step(const snn_encoder *encoder, void *state, uint16_t *spikes) {
    const uint16_t *rate = state;
    uint16_t *acc = (uint16_t *)state + encoder->size;
    uint16_t count = 0;
    for (uint16_t i = 0; i < encoder->size; ++i) {
        acc[i] = (uint16_t)(acc[i] + rate[i]);
        if (acc[i] < rate[i]) spikes[count++] = i; /* the sum passed 65536 */
    }
    return count;
}

#define TRAITS                                                                                             \
    .info = {"error_diffusion", "drive limit seed", ""}, .state_size = state_size, .max_spikes = max_spikes

const snn_encoder_kind snn_encoder_error_diffusion = {TRAITS, .begin = begin, .step = step};
