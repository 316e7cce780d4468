/* SPDX-License-Identifier: Apache-2.0 */
/* sparse: the synapses that exist. integer-contract.md, "sparse".
 * Packed weights: where each source's entries begin and the last one's end (uint32, little-endian, bytes
 * from the start of the table), then the entries, ascending by target. An entry is a code and, above its
 * bits, the number of targets between it and the entry before: two bytes for codes of 8 bits, one for 4
 * or 1. */
#include "../kind.h"

enum { OFFSET }; /* scalars */

static const uint8_t *row_of(const uint8_t *table, uint32_t source) {
    const uint8_t *b = table + 4u * source;
    return table + (b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24);
}

#define DEFINE_PROPAGATE(NAME, T, U)                                                                       \
    static void NAME##_pairs(T *sum, const uint8_t *entry, const uint8_t *end, U offset) {                 \
        for (; entry != end; entry += 2, ++sum) {                                                          \
            sum += entry[1];                                                                               \
            sum[0] = (T)((U)sum[0] + entry[0] - offset);                                                   \
        }                                                                                                  \
    }                                                                                                      \
    static void NAME##_bytes(T *sum, const uint8_t *entry, const uint8_t *end, U offset, uint8_t bits) {   \
        uint8_t code = (uint8_t)((1u << bits) - 1u);                                                       \
        for (; entry != end; ++entry, ++sum) {                                                             \
            sum += *entry >> bits;                                                                         \
            sum[0] = (T)((U)sum[0] + (*entry & code) - offset);                                            \
        }                                                                                                  \
    }                                                                                                      \
    static uint16_t NAME(const snn_projection *projection, const snn_source *source, uint16_t place,       \
                         uint16_t targets, T *sum) {                                                       \
        U offset = (U)projection->params.scalars[OFFSET];                                                  \
        (void)place, (void)targets;                                                                        \
        for (uint16_t k = 0; k < source->count; ++k) {                                                     \
            const uint8_t *row = row_of(projection->weights, source->spikes[k]);                           \
            const uint8_t *end = row_of(projection->weights, source->spikes[k] + 1u);                      \
            if (projection->bits == 8)                                                                     \
                NAME##_pairs(sum, row, end, offset);                                                       \
            else                                                                                           \
                NAME##_bytes(sum, row, end, offset, projection->bits);                                     \
        }                                                                                                  \
        return source->count;                                                                              \
    }

DEFINE_PROPAGATE(propagate, int16_t, uint16_t)
DEFINE_PROPAGATE(propagate_wide, int32_t, uint32_t)

const snn_synapse_kind snn_synapse_sparse = {
    {"sparse", "offset", ""}, propagate, propagate_wide, 0, 0, 0, 0, 0};
