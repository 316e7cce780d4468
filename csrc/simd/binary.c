/* SPDX-License-Identifier: Apache-2.0 */
/* binary, LANES16 gray values at a time. */
#include "../kind.h"
#define snn_encoder_binary AT_LEVEL(snn_encoder_plain_binary)
#include "simd.h"

#include <string.h>

#include "../encoders/binary.c" /* NOLINT(bugprone-suspicious-include): all but `begin` */
#undef snn_encoder_binary

static uint16_t begin_in_vectors(const snn_encoder *encoder, void *state, const uint8_t *sample) {
    int32_t threshold = encoder->params.scalars[THRESHOLD];
    i16v below = i16_set((int16_t)(threshold - 1));
    uint8_t *map = state;
    uint32_t count = 0, i = 0;
    for (; i + LANES16 <= encoder->size; i += LANES16) {
        uint32_t on = m16_bits(i16_gt(u16_from_bytes(sample + i), below));
        count += count_bits(on);
        memcpy(map + i / 8, &on, LANES16 / 8); /* all levels are of little-endian processors */
    }
    for (; i < encoder->size; ++i) {
        if (sample[i] < threshold) continue;
        map[i >> 3] = (uint8_t)(map[i >> 3] | 1u << (i & 7));
        ++count;
    }
    return (uint16_t)count;
}

const snn_encoder_kind AT_LEVEL(snn_encoder_binary) = {TRAITS, .begin = begin_in_vectors};
