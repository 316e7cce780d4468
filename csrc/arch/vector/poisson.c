/* SPDX-License-Identifier: Apache-2.0 */
/* poisson, LANES16 sources at a time. */
#include "kinds.h"
#include "vector.h"

enum { GAIN, SEED }; /* scalars */

#define FIRST_PRIME ((int32_t)0x7FEB352D)
#define SECOND_PRIME ((int32_t)0x846CA68Bu)

static uint32_t mix(uint32_t x) {
    x = (x ^ x >> 16) * 0x7FEB352Du;
    x = (x ^ x >> 15) * 0x846CA68Bu;
    return x ^ x >> 16;
}

/* The upper half of mix(x). */
static inline i32v mixed(i32v x) {
    x = i32_mul(i32_xor(x, u32_shr(x, 16)), i32_set(FIRST_PRIME));
    x = i32_mul(i32_xor(x, u32_shr(x, 15)), i32_set(SECOND_PRIME));
    return u32_shr(x, 16);
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
    int32_t lanes[LANES32];
    uint16_t count = 0;
    for (uint32_t k = 0; k < LANES32; ++k) lanes[k] = (int32_t)(key + k);
    i32v keys = i32_load(lanes);
#define DRAW(i, n)                                                                                         \
    do {                                                                                                   \
        i16v p = i16_get(chance + (i), n);                                                                 \
        if (~m16_bits(i16_eq(p, i16_set(0))) << (32 - LANES16)) {                                          \
            i32v low = i32_add(keys, i32_set((int32_t)(i))), high = i32_add(low, i32_set(LANES32));        \
            i16v drawn = i16_join(mixed(low), mixed(high));                                                \
            count = append(spikes, count, i, m16_bits(u16_lt(drawn, p)));                                  \
        }                                                                                                  \
    } while (0)
    FOR_BLOCKS(encoder->size, LANES16, DRAW);
    return count;
}

const snn_encoder_kind AT_LEVEL(snn_encoder_poisson) = {
    {"poisson", 0, 0}, state_size, max_spikes, begin, step, 0};
