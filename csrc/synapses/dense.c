/* SPDX-License-Identifier: Apache-2.0 */
/* dense: every source reaches every target. docs/fixed-point.md, "dense".
 * Packed weights: one row per source, one code per target, rows of snn_dense_row bytes (a multiple of 4).
 * At 4 bits the code of an even target is the low nibble of its byte. w = code - offset. */
#include "../kinds.h"

enum { OFFSET }; /* scalars */

static uint32_t row_size(uint16_t targets, uint8_t bits) {
    return (((uint32_t)targets * bits + 31) / 32) * 4;
}

/* The same two loops for int16 and for int32 sums. The offset is taken off once for all spikes:
 * sum (code - offset) = sum code - count * offset, exact because the proved range holds for the total
 * and arithmetic modulo 2^16 (2^32) does not mind the way there. */
#define DEFINE_PROPAGATE(NAME, T, U)                                                                       \
    static void NAME##_bytes(T *sum, const uint8_t *row, uint16_t targets) {                               \
        for (uint16_t j = 0; j < targets; ++j) sum[j] = (T)((U)sum[j] + row[j]);                           \
    }                                                                                                      \
    static void NAME##_nibbles(T *sum, const uint8_t *row, uint16_t targets) {                             \
        uint16_t pairs = targets / 2;                                                                      \
        for (uint16_t p = 0; p < pairs; ++p) {                                                             \
            sum[2 * p] = (T)((U)sum[2 * p] + (row[p] & 15u));                                              \
            sum[2 * p + 1] = (T)((U)sum[2 * p + 1] + (row[p] >> 4));                                       \
        }                                                                                                  \
        if (targets & 1) sum[targets - 1] = (T)((U)sum[targets - 1] + (row[pairs] & 15u));                 \
    }                                                                                                      \
    static void NAME(const snn_projection *projection, uint16_t targets, const uint16_t *spikes,           \
                     uint16_t count, T *sum) {                                                             \
        uint32_t row = row_size(targets, projection->bits);                                                \
        U offset = (U)((uint32_t)projection->params.scalars[OFFSET] * count);                              \
        for (uint16_t k = 0; k < count; ++k) {                                                             \
            const uint8_t *weights = projection->weights + spikes[k] * row;                                \
            if (projection->bits == 4)                                                                     \
                NAME##_nibbles(sum, weights, targets);                                                     \
            else                                                                                           \
                NAME##_bytes(sum, weights, targets);                                                       \
        }                                                                                                  \
        if (offset)                                                                                        \
            for (uint16_t j = 0; j < targets; ++j) sum[j] = (T)((U)sum[j] - offset);                       \
    }

DEFINE_PROPAGATE(propagate, int16_t, uint16_t)
DEFINE_PROPAGATE(propagate_wide, int32_t, uint32_t)

const snn_synapse_kind snn_synapse_dense = {{"dense", "offset", ""}, propagate, propagate_wide};
