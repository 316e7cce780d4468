/* SPDX-License-Identifier: Apache-2.0 */
/* flash: gray values compared LANES16 at a time. */
#include "kinds.h"
#include "vector.h"

enum { THRESHOLD }; /* scalars: gray value */

static uint32_t state_size(const snn_encoder *encoder) { return (encoder->size + 7u) / 8u + 1u; }

static uint16_t max_spikes(const snn_encoder *encoder) {
    (void)encoder;
    return 0;
}

static uint16_t begin(const snn_encoder *encoder, void *state, const uint8_t *sample) {
    int32_t threshold = encoder->params.scalars[THRESHOLD];
    i16v below = i16_set((int16_t)(threshold - 1));
    uint8_t *map = state;
    uint32_t count = 0, i = 0;
    for (; i + LANES16 <= encoder->size; i += LANES16) {
        uint32_t on = m16_bits(i16_gt(u16_from_bytes(sample + i), below));
        count += count_bits(on);
        for (uint32_t k = 0; k < LANES16; k += 8) map[(i + k) >> 3] = (uint8_t)(on >> k);
    }
    for (; i < encoder->size; ++i) {
        if (sample[i] < threshold) continue;
        map[i >> 3] = (uint8_t)(map[i >> 3] | 1u << (i & 7));
        ++count;
    }
    return (uint16_t)count;
}

static uint16_t step(const snn_encoder *encoder, void *state, uint16_t *spikes) {
    (void)encoder, (void)state, (void)spikes;
    return 0;
}

const snn_encoder_kind AT_LEVEL(snn_encoder_flash) = {{"flash", 0, 0}, state_size, max_spikes,
                                                      begin,           step,       1};
