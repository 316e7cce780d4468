/* SPDX-License-Identifier: Apache-2.0 */
/* error_diffusion, LANES16 sources at a time. */
#include "../kind.h"
#define snn_encoder_error_diffusion AT_LEVEL(snn_encoder_plain_error_diffusion)
#include "simd.h"

#include "../encoders/error_diffusion.c" /* NOLINT(bugprone-suspicious-include): all but the loops */
#undef snn_encoder_error_diffusion

static uint16_t begin_in_vectors(const snn_encoder *encoder, void *state, const uint8_t *sample) {
    const int32_t *scalars = encoder->params.scalars;
    uint16_t *rate = state, *acc = rate + encoder->size;
    uint32_t limit = (uint32_t)scalars[LIMIT], phase = (uint32_t)scalars[SEED];
    uint32_t sum = total(sample, encoder->size);
    uint32_t gain = sum ? ((uint32_t)scalars[DRIVE] << 8) / sum : 0, i = 0;
    /* u32_shr leaves 24 bits, so that the signed minimum is right. */
    for (; i + LANES16 <= encoder->size; i += LANES16) {
        i32v low = i32_mul(u32_from_bytes(sample + i), i32_set((int32_t)gain));
        i32v high = i32_mul(u32_from_bytes(sample + i + LANES32), i32_set((int32_t)gain));
        low = i32_min(u32_shr(low, 8), i32_set((int32_t)limit));
        high = i32_min(u32_shr(high, 8), i32_set((int32_t)limit));
        i16_store(rate + i, i16_join(low, high));
    }
    for (; i < encoder->size; ++i) {
        uint32_t r = (sample[i] * gain) >> 8;
        rate[i] = (uint16_t)(r < limit ? r : limit);
    }
    for (i = 0; i < encoder->size; ++i, phase += PHASE_STEP) acc[i] = (uint16_t)phase;
    return 0;
}

static uint16_t step_in_vectors(const snn_encoder *encoder, void *state, uint16_t *spikes) {
    const uint16_t *rate = state;
    uint16_t *acc = (uint16_t *)state + encoder->size, count = 0;
#define DIFFUSE(i, n)                                                                                      \
    do {                                                                                                   \
        i16v r = i16_get(rate + (i), n), a = i16_add(i16_get(acc + (i), n), r);                            \
        i16_put(acc + (i), a, n);                                                                          \
        count = append(spikes, count, i, m16_bits(u16_lt(a, r))); /* the sum passed 65536 */               \
    } while (0)
    FOR_BLOCKS(encoder->size, LANES16, DIFFUSE);
    return count;
}

const snn_encoder_kind AT_LEVEL(snn_encoder_error_diffusion) = {TRAITS, .begin = begin_in_vectors,
                                                                .step = step_in_vectors};
