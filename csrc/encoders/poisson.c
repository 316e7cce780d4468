/* SPDX-License-Identifier: Apache-2.0 */
/* poisson: each input spikes with a probability proportional to its gray value. integer-contract.md,
 * "poisson". State: the number of steps done, then the probability of every source, Q16. */
#include "../kind.h"

enum { GAIN, SEED }; /* scalars: 2^-24 per step and gray level, any number */

/* A bijection in which every bit depends on all: lowbias32 by C. Wellons (public domain). */
static uint32_t mix(uint32_t x) {
    x = (x ^ x >> 16) * 0x7FEB352Du;
    x = (x ^ x >> 15) * 0x846CA68Bu;
    return x ^ x >> 16;
}

static uint32_t state_size(const snn_encoder *encoder) {
    return (uint32_t)sizeof(uint32_t) + encoder->size * (uint32_t)sizeof(uint16_t);
}

static uint16_t max_spikes(const snn_encoder *encoder) { return encoder->size; }

static uint16_t begin(const snn_encoder *encoder, void *state, const uint8_t *sample) {
    uint32_t gain = (uint32_t)encoder->params.scalars[GAIN];
    uint16_t *chance = (uint16_t *)((uint32_t *)state + 1);
    for (uint16_t i = 0; i < encoder->size; ++i) {
        uint32_t p = (sample[i] * gain + 0x80u) >> 8;
        chance[i] = (uint16_t)(p < UINT16_MAX ? p : UINT16_MAX);
    }
    return 0;
}

static uint16_t step(const snn_encoder *encoder, void *state, uint16_t *spikes) {
    uint32_t *done = state;
    const uint16_t *chance = (const uint16_t *)(done + 1);
    uint32_t key = mix(mix((uint32_t)encoder->params.scalars[SEED] ^ 0x9E3779B9u) + (*done)++);
    uint16_t count = 0;
    for (uint16_t i = 0; i < encoder->size; ++i)
        if (chance[i] && mix(key + i) >> 16 < chance[i]) spikes[count++] = i;
    return count;
}

#define TRAITS .info = {"poisson", "gain seed", ""}

const snn_encoder_kind snn_encoder_poisson = {TRAITS, .state_size = state_size, .max_spikes = max_spikes,
                                              .begin = begin, .step = step};
